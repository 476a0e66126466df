/** Turns the failures of SQLite and of the file system that a user can act on into BenchErrors. */
import { BenchError } from '../../shared/contract/errors.ts'

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : ''
}

export const WAYS_OUT =
  'What can be read is read; nothing is written. `lab restore --list` shows backups to go back to; ' +
  'or move it away, or choose another folder with --home.'

/** A database whose pages do not hold together; `what` is SQLite's first finding. */
export function damaged(file: string, what: string, cause?: unknown): BenchError {
  return new BenchError('damaged', `${file} is damaged${what && ` (${what})`}. ${WAYS_OUT}`, file, { cause })
}

/** A clear error for a full disk, a read-only folder or a broken file; any other error as it is. */
export function explain(error: unknown, file: string): unknown {
  const code = codeOf(error)
  if (code === 'SQLITE_FULL' || code === 'ENOSPC' || code === 'EDQUOT') {
    return new BenchError(
      'disk-full',
      `The disk that holds ${file} is full. What was stored before is safe; ` + 'free some space and resume.',
      file,
      {
        cause: error,
      },
    )
  }
  if (code.startsWith('SQLITE_IOERR') || code === 'EIO') {
    return new BenchError(
      'bad-file',
      `${file} could not be read or written: the disk reports an error (${code}). ` +
        'What was stored before is there; look at the disk, and resume.',
      file,
      { cause: error },
    )
  }
  if (code.startsWith('SQLITE_CORRUPT')) return damaged(file, '', error)
  if (code === 'SQLITE_ERROR' && error instanceof Error && /malformed JSON/.test(error.message))
    return damaged(file, 'a text in it is not what was stored', error)
  if (code === 'SQLITE_NOTADB') {
    return new BenchError(
      'damaged',
      `${file} is not a database of this program, or it is damaged. ` + WAYS_OUT,
      file,
      { cause: error },
    )
  }
  if (
    code.startsWith('SQLITE_READONLY') ||
    code.startsWith('SQLITE_CANTOPEN') ||
    code === 'EACCES' ||
    code === 'EROFS' ||
    code === 'EPERM'
  ) {
    return new BenchError(
      'read-only',
      `${file} cannot be opened for writing. ` +
        'Give yourself the right to write there, or choose another folder with --home.',
      file,
      { cause: error },
    )
  }
  const plain = PLAIN[code]
  if (plain) return new BenchError('bad-input', `${file}: ${plain}.`, file, { cause: error })
  if (code.startsWith('SQLITE_BUSY') || code.startsWith('SQLITE_LOCKED')) {
    return new BenchError(
      'in-use',
      `${file} is held by another program for longer than can be waited for. Close it, or try again.`,
      file,
      { cause: error },
    )
  }
  return error
}

/** What Node says of a path with a NUL in it, and of a file beyond its buffers. */
const NODE: Readonly<Record<string, string>> = {
  ERR_INVALID_ARG_VALUE: 'A path cannot hold the letter NUL',
  ERR_FS_FILE_TOO_LARGE: 'A file is too large to be read whole',
}

/**
 * The same for any failure of the file system on its way out, which names its path itself; an error of
 * another kind as it is.
 */
export function explainSystem(error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof BenchError) return error
  const code = codeOf(error)
  // Reading an open file names no path.
  const path = 'path' in error && typeof error.path === 'string' ? error.path : 'A file that was named'
  if ('syscall' in error) return explain(error, path)
  const told =
    code === 'ERR_INVALID_ARG_VALUE' && !error.message.includes('null bytes') ? undefined : NODE[code]
  return told === undefined ? error : new BenchError('bad-input', `${told}.`, null, { cause: error })
}

/** The same for what SQLite alone said; a file of somebody else's is no trouble of the database. */
export const explainDatabase = (error: unknown, file: string): unknown =>
  codeOf(error).startsWith('SQLITE_') ? explain(error, file) : error

/** Troubles with a path that its owner can mend. */
const PLAIN: Readonly<Record<string, string>> = {
  EISDIR: 'it is a folder, a file is wanted',
  ENOTDIR: 'a part of the path is a file, not a folder',
  EEXIST: 'a file is where a folder is wanted',
  ENAMETOOLONG: 'the name is longer than the disk allows',
  ELOOP: 'its links lead in a circle',
  ENOENT: 'there is no such file or folder',
  ETXTBSY: 'it is a program that is running',
}

export function isDiskFull(error: unknown): boolean {
  return error instanceof BenchError && error.code === 'disk-full'
}

/** What SQLite and the system say of a disk that takes nothing, for now or for good. */
const OF_THE_DISK = /^(SQLITE_(FULL|IOERR|CORRUPT|NOTADB|READONLY|CANTOPEN)|ENOSPC$|EDQUOT$|EIO$|EROFS$)/

/**
 * Whether what `explain` made means that the disk takes nothing at present: full, failing, or mounted for
 * reading. What is to be stored is kept then, and tried again.
 */
export function isDiskTrouble(error: unknown): boolean {
  return isDiskFull(error) || (error instanceof BenchError && OF_THE_DISK.test(codeOf(error.cause)))
}
