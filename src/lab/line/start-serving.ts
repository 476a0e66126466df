/** A line to the lab of a home, which is started, on its own and detached, where none listens. */
import { spawn } from 'node:child_process'
import { closeSync, openSync, readFileSync, statSync } from 'node:fs'
import type { Socket } from 'node:net'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { makeFolder } from '../../engine/index.ts'
import { BenchError } from '../../shared/contract/errors.ts'
import { isInstalled } from '../process/installed.ts'
import { explain } from '../store/failures.ts'
import { pathsOf } from '../store/home.ts'
import { inUse, isLocked } from '../store/lock.ts'
import { knock } from './dial-here.ts'

const LOOK_MS = 50
/** A lab looks through its home first: checkpoints to adopt, a database to bring up to date. */
const LIMIT_MS = 60_000
const MOST_LOG = 1_000_000

/** How this program's command line is started by a program. */
function commandLine(): { readonly file: string; readonly words: readonly string[] } {
  if (isInstalled())
    return process.platform === 'linux'
      ? { file: join(dirname(process.execPath), 'givens-bench'), words: ['lab'] }
      : { file: process.execPath, words: ['--', 'lab'] }
  const source = import.meta.url.endsWith('.ts')
  const entry = new URL(source ? '../../cli/index.ts' : './cli.js', import.meta.url)
  return { file: process.execPath, words: [fileURLToPath(entry)] }
}

/** Starts `lab serve` on its own; tells when it has ended. */
function startServing(home: string, idleMinutes: number): { ended: () => boolean } {
  const log = join(home, 'serve.log')
  const { file, words } = commandLine()
  let ended = false
  try {
    makeFolder(home, 0o700)
    const long = (statSync(log, { throwIfNoEntry: false })?.size ?? 0) > MOST_LOG
    const descriptor = openSync(log, long ? 'w' : 'a', 0o600)
    const child = spawn(file, [...words, '--home', home, 'serve', '--idle', String(idleMinutes)], {
      detached: true,
      stdio: ['ignore', descriptor, descriptor],
      windowsHide: true,
    })
    closeSync(descriptor)
    child.on('error', () => {
      ended = true
    })
    child.on('exit', () => {
      ended = true
    })
    child.unref()
  } catch (error) {
    throw explain(error, log)
  }
  return { ended: () => ended }
}

const lastLine = (home: string): string =>
  readFileSync(join(home, 'serve.log'), 'utf8').trimEnd().split('\n').at(-1) ?? ''

/**
 * A socket to the lab of a home, with the key said.
 * @throws BenchError `in-use` where another program that does not listen has the home; `unavailable` where
 *   the lab does not start, with what it said.
 */
export async function callServing(home: string, idleMinutes: number): Promise<Socket> {
  const paths = pathsOf(home)
  const until = performance.now() + LIMIT_MS
  let started: { ended: () => boolean } | null = null
  let locked = 0
  while (performance.now() < until) {
    const socket = await knock(home)
    if (socket) return socket
    if (started?.ended()) {
      if (!isLocked(paths)) throw new BenchError('unavailable', lastLine(home).replace(/^error: /, ''), home)
      started = null // Another was faster, or one was just ending.
    }
    if (!isLocked(paths)) started ??= startServing(home, idleMinutes)
    // A lab that begins or ends holds the home for a moment without listening.
    else if (!started && ++locked > 5000 / LOOK_MS) throw inUse(paths)
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS))
  }
  throw new BenchError(
    'unavailable',
    `The lab of ${home} does not answer; see ${join(home, 'serve.log')}.`,
    home,
  )
}
