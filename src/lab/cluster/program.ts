/** The command that starts this program's command line, for the script of a job. */
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { ClusterProfile } from '../../shared/cluster/profile.ts'

/** A word for the shell, whatever letters it has. */
export function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`
}

const NO_DEBUGGER = '--disable-sigusr1'

/** What an installed program is started by; it lies beside the runtime. */
const LAUNCHER = 'givens-bench'

/** The command line of a program: its launcher, or the runtime with the entry's file. */
export function programCommand({ program }: Pick<ClusterProfile, 'program'>): string {
  if (program !== '') return program
  const launcher = join(dirname(process.execPath), LAUNCHER)
  if (existsSync(launcher)) return `${quoted(launcher)} lab`
  const entry = import.meta.url.endsWith('.ts') ? '../../cli/index.ts' : './cli.js'
  const file = fileURLToPath(new URL(entry, import.meta.url))
  // A warning before the program listens would open Node's debugger, to everybody on the node.
  const closed = process.allowedNodeEnvironmentFlags.has(NO_DEBUGGER) ? `${NO_DEBUGGER} ` : ''
  return `env ELECTRON_RUN_AS_NODE=1 ${quoted(process.execPath)} ${closed}${quoted(file)}`
}
