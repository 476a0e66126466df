/** Files of methods: found, read, named by the hash of their content. */
import { readFileSync, statSync } from 'node:fs'
import { basename, extname, resolve } from 'node:path'
import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js'
import type { OwnFile } from '../../engine/index.ts'
import { BenchError } from '../../shared/contract/errors.ts'
import type { OwnLanguage } from '../../shared/contract/methods.ts'
import { explain } from '../store/failures.ts'

const LANGUAGES: Readonly<Record<string, OwnLanguage>> = {
  '.py': 'python',
  '.js': 'javascript',
  '.mjs': 'javascript',
  '.ts': 'typescript',
  '.mts': 'typescript',
}
/** Endings of the files that may hold a method. */
export const METHOD_ENDINGS = Object.keys(LANGUAGES)

/** More is data, and no program that anybody reads. */
export const MOST_BYTES = 1e6

export interface ReadMethodFile extends OwnFile {
  /** Absolute. */
  readonly path: string
  readonly sha256: string
}

export const contentHash = (text: string): string => bytesToHex(sha256(utf8ToBytes(text)))

/**
 * Reads a file of a method; nothing of it is run. Throws BenchError `not-found`, or `bad-file` for another
 * ending, one that is no text, or too large.
 */
export function readMethodFile(name: string): ReadMethodFile {
  const path = resolve(name)
  const language = LANGUAGES[extname(path).toLowerCase()]
  if (language === undefined) {
    throw new BenchError(
      'bad-file',
      `${basename(path)} is no file of a method; its name would end in ${METHOD_ENDINGS.join(', ')}.`,
      path,
    )
  }
  const stat = statSync(path, { throwIfNoEntry: false })
  if (!stat?.isFile()) throw new BenchError('not-found', `There is no file ${path}.`, path)
  if (stat.size > MOST_BYTES)
    throw new BenchError(
      'bad-file',
      `${path} has more than ${MOST_BYTES / 1e6} MB; a method is a short text.`,
      path,
    )
  let text: string
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(readFileSync(path))
  } catch (error) {
    if (error instanceof TypeError) throw new BenchError('bad-file', `${path} is no text in UTF-8.`, path)
    throw explain(error, path)
  }
  return { path, file: basename(path), language, text, sha256: contentHash(text) }
}

/** How the file at a path stands to a content: as it was, another, or gone. */
export function fileState(path: string, sha256: string): 'same' | 'changed' | 'missing' {
  try {
    return readMethodFile(path).sha256 === sha256 ? 'same' : 'changed'
  } catch (error) {
    if (error instanceof BenchError) return error.code === 'not-found' ? 'missing' : 'changed'
    throw error
  }
}
