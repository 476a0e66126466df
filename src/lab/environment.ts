/** What is recorded with every run about the program and the machine. */
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { cpus } from 'node:os'
import { join, relative } from 'node:path'

/** The state of a git repository. */
export interface Revision {
  /** The commit, `+` behind it where tracked files differ from it. */
  readonly commit: string
  /** Names of those files and the SHA-256 of what differs; null where nothing does. */
  readonly changes: string | null
}

/** Names that are told; of further ones their number. */
const MOST_NAMES = 12

/** What a folder's repository is at; null for none, and where git is not there or refuses. */
export function revisionOf(folder: string): Revision | null {
  const git = (...words: string[]): string =>
    execFileSync('git', ['-C', folder, ...words], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
      timeout: 5000,
      maxBuffer: 1 << 26,
    })
  try {
    const commit = git('rev-parse', 'HEAD').trim()
    const names = git('diff', 'HEAD', '--name-only', '-z').split('\0').filter(Boolean)
    if (names.length === 0) return { commit, changes: null }
    const hash = createHash('sha256')
      .update(git('diff', 'HEAD', '--binary'))
      .digest('hex')
    const more = names.length > MOST_NAMES ? ` and ${names.length - MOST_NAMES} more` : ''
    const files = names.slice(0, MOST_NAMES).join(', ') + more
    return { commit: `${commit}+`, changes: `${files} (sha256 of the difference ${hash})` }
  } catch {
    // No git here, or a repository of another owner: the revision is not known, which is no failure.
    return null
  }
}

/** Of the sources this program runs from, where they are a checkout. */
function sourceFacts(): Record<string, string> {
  const root = join(import.meta.dirname, '..', '..')
  return existsSync(join(root, '.git')) ? factsOf('source', revisionOf(root)) : {}
}

/** Of the folder that a command was given in, where that is another repository: own methods, studies. */
function folderFacts(): Record<string, string> {
  const inSources = !relative(join(import.meta.dirname, '..', '..'), process.cwd()).startsWith('..')
  return inSources ? {} : factsOf('folder', revisionOf(process.cwd()))
}

function factsOf(name: string, revision: Revision | null): Record<string, string> {
  if (revision === null) return {}
  const { commit, changes } = revision
  return {
    [`${name} revision`]: commit,
    ...(changes === null ? {} : { [`${name} uncommitted changes`]: changes }),
  }
}

/** Name → value; made once a lab. */
export function runEnvironment(version: string): Record<string, string> {
  const { electron, node } = process.versions
  const command = commandOf()
  return {
    program: `Givens Bench ${version}`,
    ...sourceFacts(),
    ...(command === null ? {} : folderFacts()),
    ...(electron ? { electron } : {}),
    node: node,
    platform: `${process.platform}-${process.arch}`,
    processor: `${cpus().length} × ${cpus()[0]?.model.trim() ?? 'unknown'}`,
    command: command ?? 'window',
  }
}

/** The command that works on the runs; null for the window. */
function commandOf(): string | null {
  const given = process.env['npm_lifecycle_event'] === 'lab' || process.argv[1]?.includes('cli')
  return given ? ['lab', ...process.argv.slice(2)].join(' ') : null
}
