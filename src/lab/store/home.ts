/** The home folder: one per user by default, holding the database, checkpoints and the lock. */
import { closeSync, existsSync, openSync } from 'node:fs'
import { homedir, platform } from 'node:os'
import { join, resolve } from 'node:path'
import { BenchError } from '../../shared/contract/errors.ts'

const NAME = 'givens-bench'

/** The folder for data when none is named: the usual place of the platform. */
export function defaultHome(environment: NodeJS.ProcessEnv = process.env): string {
  const user = homedir()
  switch (platform()) {
    case 'win32':
      return join(environment['APPDATA'] ?? join(user, 'AppData', 'Roaming'), NAME)
    case 'darwin':
      return join(user, 'Library', 'Application Support', NAME)
    default:
      return join(environment['XDG_DATA_HOME'] || join(user, '.local', 'share'), NAME)
  }
}

/** Where set-up records what it has done, for `doctor`; the set-up scripts know the same place. */
export function setupStatusFile(environment: NodeJS.ProcessEnv = process.env): string {
  return join(environment['XDG_CACHE_HOME'] || join(homedir(), '.cache'), NAME, 'setup-status.json')
}

/** --home, else GIVENS_HOME, else the default. Throws BenchError('bad-input') for what is no path. */
export function findHome(named: string | undefined, environment: NodeJS.ProcessEnv = process.env): string {
  const home = resolve(named || environment['GIVENS_HOME'] || defaultHome(environment))
  if (home.includes('\0')) throw new BenchError('bad-input', 'A path cannot hold the letter NUL.', '--home')
  return home
}

export interface HomePaths {
  readonly home: string
  readonly database: string
  readonly lock: string
  readonly owner: string
  readonly checkpoints: string
  /** Copies of the database, the newest few; see backups.ts. */
  readonly backups: string
  /** Weights that came with own models. */
  readonly models: string
  /** Measured steps of backends: lab/rates.ts. */
  readonly rates: string
}

export function pathsOf(home: string): HomePaths {
  return {
    home,
    database: join(home, 'bench.sqlite'),
    lock: join(home, 'lab.lock'),
    owner: join(home, 'lab.json'),
    checkpoints: join(home, 'checkpoints'),
    backups: join(home, 'backups'),
    models: join(home, 'models'),
    rates: join(home, 'backend-rates.json'),
  }
}

/**
 * Makes an empty file that is its user's alone, where none is there yet: SQLite writes into it, and gives its
 * own files beside it the same rights. One that is there keeps those that it has.
 */
export function makePrivate(file: string): void {
  if (file !== ':memory:' && !existsSync(file)) closeSync(openSync(file, 'a', 0o600))
}
