/** The system's ssh as a line: what it is called with, and what its failures mean. */
import { spawn } from 'node:child_process'
import type { ChildProcess, ChildProcessByStdio } from 'node:child_process'
import type { Readable, Writable } from 'node:stream'
import { BenchError } from '../../shared/contract/errors.ts'
import { DECLINED } from '../../shared/contract/remotes.ts'
import type { Remote } from '../../shared/contract/remotes.ts'
import type { Dialed } from '../line/far-lab.ts'

/** Exit codes of `FIND` below, which no program of the system uses. */
const NO_PROGRAM = 66
const NO_NODE = 67
const NO_SSH = -1

/** How ssh asks what it cannot know: on the terminal, by a program, or not at all. */
export type Asking = 'terminal' | 'never' | { readonly environment: Readonly<Record<string, string>> }

/**
 * Without a terminal ssh may ask by the program that the user's desktop names for it; where there is none, it
 * asks nothing.
 */
export const askingHere = (environment: NodeJS.ProcessEnv = process.env): Asking =>
  environment['SSH_ASKPASS'] ? { environment: { SSH_ASKPASS_REQUIRE: 'force' } } : 'never'

export interface SshOptions {
  readonly asking: Asking
  /** ssh itself, for tests of what it says. */
  readonly program?: string
}

/** A text as one word of a shell of the other computer. */
export const quoted = (text: string): string => `'${text.replaceAll("'", String.raw`'\''`)}'`

/** The folder of the program there, as its shell writes it. */
export const programThere = ({ program }: Remote): string =>
  program.startsWith('/') ? quoted(program) : `"$HOME"/${quoted(program.replace(/^~\//, ''))}`

/** Finds Node where a shell that is not a login's does not: in the login's path, and where nvm puts it. */
export const FIND_NODE =
  'n=$(command -v node || bash -lc "command -v node" 2>/dev/null || ' +
  'ls -1 "$HOME"/.nvm/versions/node/*/bin/node 2>/dev/null | tail -1)'

/** The command that runs words of the command line there. */
export function commandThere(remote: Remote, words: readonly string[]): string {
  const all = [...(remote.home === undefined ? [] : ['--home', remote.home]), ...words].map(quoted).join(' ')
  if (remote.command !== undefined) return `${remote.command} ${all}`
  const script =
    `p=${programThere(remote)}; [ -f "$p/scripts/lab.mjs" ] || exit ${NO_PROGRAM}; ` +
    `${FIND_NODE}; [ -n "$n" ] || exit ${NO_NODE}; exec "$n" "$p/scripts/lab.mjs" ${all}`
  return `exec sh -c ${quoted(script)}`
}

function sshWords({ host, port, options }: Remote, asking: Asking, command: string): string[] {
  return [
    '-T',
    ...(port === undefined ? [] : ['-p', String(port)]),
    ...options.flatMap((option) => ['-o', option]),
    ...['-o', 'ServerAliveInterval=10', '-o', 'ServerAliveCountMax=3', '-o', 'ConnectTimeout=30'],
    ...(asking === 'never' ? ['-o', 'BatchMode=yes'] : []),
    ...['-o', 'ForwardX11=no', '-o', 'ForwardAgent=no', '-o', 'ClearAllForwardings=yes'],
    ...['--', host, command],
  ]
}

/** Starts ssh with a command for the other computer's shell. */
export function startSsh(
  remote: Remote,
  command: string,
  { asking, program = 'ssh' }: SshOptions,
): ChildProcessByStdio<Writable, Readable, Readable> {
  const extra = typeof asking === 'object' ? asking.environment : {}
  return spawn(program, sshWords(remote, asking, command), {
    stdio: ['pipe', 'pipe', 'pipe'],
    // Which lab a question is about, for the dialog that asks it.
    env: { ...process.env, ...extra, GIVENS_ASKING_FOR: remote.name },
    windowsHide: true,
  })
}

/** What ssh, or what it started, said and how it ended. */
export interface SshEnd {
  readonly code: number
  readonly said: string
}

/** Waits for the end of a child that was started with startSsh. */
export function endOf(child: ChildProcess): Promise<SshEnd> {
  let said = ''
  child.stderr?.on('data', (piece: Buffer) => {
    said = `${said}${piece.toString('utf8')}`.slice(-20_000)
  })
  return new Promise((resolve) => {
    child.on('error', (error) => resolve({ code: NO_SSH, said: error.message }))
    child.on('close', (code) => resolve({ code: code ?? 255, said: said.trim() }))
  })
}

const OF_SSH = 255
const LAST_WORDS_MS = 3000

/** Why there is no line, in words for the user; `unavailable` where trying again may help. */
export function explainSsh({ code, said }: SshEnd, { name, host, program, port }: Remote): BenchError {
  const lines = said.split('\n').map((each) => each.trim())
  const last = lines.findLast((each) => each !== '' && !each.startsWith('debug1:')) ?? ''
  const at = host.replace(/^.*@/, '')
  const known = port === undefined ? at : `'[${at}]:${port}'`
  const login = `ssh ${port === undefined ? '' : `-p ${port} `}${host}`
  const error = (kind: 'refused' | 'unavailable' | 'not-found', text: string): BenchError =>
    new BenchError(kind, `${name}: ${text}`, '--lab')
  if (code === NO_SSH) return error('refused', 'ssh is not there; install OpenSSH’s client on this computer.')
  if (code === NO_PROGRAM)
    return error(
      'not-found',
      `there is no Givens Bench in ${program} on ${host}; “remote setup ${name}” puts it there.`,
    )
  if (code === NO_NODE)
    return error(
      'not-found',
      `there is no Node on ${host}; install Node 20.19 or newer there, then “remote setup ${name}”.`,
    )
  if (code === 127) return error('not-found', `the command line is not found on ${host}: ${last}`)
  if (code !== OF_SSH)
    return error('unavailable', last.replace(/^error: /, '') || `its lab ended with code ${code}.`)
  if (/REMOTE HOST IDENTIFICATION HAS CHANGED/.test(said))
    return error(
      'refused',
      `the key of ${at} is another than before. Either it was set up anew, or somebody stands between. ` +
        `When you know that it was, forget the old key: ssh-keygen -R ${known}`,
    )
  if (/Host key verification failed/.test(said))
    return error(
      'refused',
      `the key of ${at} is not known here yet. Log in once by hand and compare it: ${login}`,
    )
  if (said.includes(DECLINED))
    return error('refused', `ssh’s question was not answered, so there was no login at ${host}.`)
  if (/Permission denied|Too many authentication failures|No more authentication methods/.test(said))
    return error('refused', `${host} did not let you in (${last}). Does this work? ${login}`)
  if (/Could not resolve hostname/.test(said))
    return error('unavailable', `the host ${at} is not known (${last}).`)
  if (/Bad configuration option|Bad owner or permissions|command-line line/.test(said))
    return error('refused', last)
  return error('unavailable', last === '' ? 'the line broke.' : `the line broke or was not made: ${last}`)
}

/** A line to the lab of another computer. */
export function dialSsh(remote: Remote, options: SshOptions): Promise<Dialed> {
  const child = startSsh(remote, commandThere(remote, ['connect', '--stdio']), options)
  const ended = endOf(child)
  // Its end is told once, by the child's.
  child.stdin.on('error', () => undefined)
  return Promise.resolve({
    input: child.stdout,
    output: child.stdin,
    hangUp: () => void child.kill(),
    why: async (error) => {
      // A line that ended leaves ssh a moment to say why; one that fell silent is hung up.
      const timer = setTimeout(() => child.kill(), error ? 0 : LAST_WORDS_MS)
      const end = await ended
      clearTimeout(timer)
      if (error instanceof BenchError && end.code !== 0 && child.signalCode !== null) return error
      if (end.code === 0) return new BenchError('unavailable', `${remote.name}: its lab has ended.`, '--lab')
      return explainSsh(end, remote)
    },
  })
}
