/** A real sshd on the loopback address for one test file: own keys, own folder, a port that was free. */
import { execFileSync, spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createConnection, createServer } from 'node:net'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'

export const SSHD = '/usr/sbin/sshd'

/** Why there can be no sshd here; null where there can. */
export function whyNoSshd(): string | null {
  if (!existsSync(SSHD)) return `skipped: ${SSHD} is not there (apt-get install openssh-server)`
  if (existsSync('/run/sshd')) return null
  try {
    mkdirSync('/run/sshd', { mode: 0o755 })
    return null
  } catch {
    return 'skipped: /run/sshd is not there and cannot be made by this user'
  }
}

export interface Sshd {
  readonly folder: string
  readonly host: string
  readonly port: number
  /** Options for ssh: the right key, and the server's key known. */
  readonly options: readonly string[]
  /** The same with something wrong. */
  readonly wrong: { readonly key: readonly string[]; readonly hostKey: readonly string[] }
  /** Cuts the lines that are open; new ones can be made. */
  readonly cut: () => void
  readonly close: () => void
}

function keyPair(file: string): string {
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', file])
  return readFileSync(`${file}.pub`, 'utf8').trim()
}

const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0))
    })
  })

async function untilListening(port: number): Promise<void> {
  for (let turn = 0; turn < 400; turn += 1) {
    const up = await new Promise<boolean>((resolve) => {
      const socket = createConnection(port, '127.0.0.1', () => {
        socket.destroy()
        resolve(true)
      }).on('error', () => resolve(false))
    })
    if (up) return
    await new Promise((resolve) => setTimeout(resolve, 25))
  }
  throw new Error('sshd did not come up')
}

/** Process ids of the children of a process. */
function childrenOf(pid: number): number[] {
  const told = execFileSync('ps', ['-o', 'pid=', '--ppid', String(pid)], { encoding: 'utf8' })
  return told.split('\n').flatMap((each) => (each.trim() === '' ? [] : [Number(each)]))
}

/**
 * Starts one; to be closed. @param options passwords: whether this machine's users log in with theirs too,
 * asked for by ssh itself and by PAM
 */
export async function startSshd({ passwords = false } = {}): Promise<Sshd> {
  const folder = mkdtempSync(join(tmpdir(), 'givens-sshd-'))
  const at = (name: string): string => join(folder, name)
  const server = keyPair(at('host'))
  const other = keyPair(at('other-host'))
  keyPair(at('stranger'))
  writeFileSync(at('authorized'), `${keyPair(at('user'))}\n`, { mode: 0o600 })
  const port = await freePort()
  const known = (key: string): string => `[127.0.0.1]:${port} ${key.split(' ').slice(0, 2).join(' ')}\n`
  writeFileSync(at('known'), known(server))
  writeFileSync(at('known-wrong'), known(other))
  writeFileSync(
    at('sshd_config'),
    [
      `Port ${port}`,
      'ListenAddress 127.0.0.1',
      `HostKey ${at('host')}`,
      `AuthorizedKeysFile ${at('authorized')}`,
      `PidFile ${at('pid')}`,
      ...[
        `UsePAM ${passwords ? 'yes' : 'no'}`,
        'StrictModes no',
        `PasswordAuthentication ${passwords ? 'yes' : 'no'}`,
        `KbdInteractiveAuthentication ${passwords ? 'yes' : 'no'}`,
        'PermitRootLogin yes',
        'PrintMotd no',
        '',
      ],
    ].join('\n'),
  )
  const daemon: ChildProcess = spawn(SSHD, ['-D', '-f', at('sshd_config'), '-E', at('log')], {
    stdio: 'ignore',
  })
  await untilListening(port)
  const with_ = (key: string, knownHosts: string): string[] => [
    `IdentityFile=${at(key)}`,
    'IdentitiesOnly=yes',
    'IdentityAgent=none',
    `UserKnownHostsFile=${at(knownHosts)}`,
    'GlobalKnownHostsFile=/dev/null',
  ]
  return {
    folder,
    host: `${userInfo().username}@127.0.0.1`,
    port,
    options: with_('user', 'known'),
    wrong: { key: with_('stranger', 'known'), hostKey: with_('user', 'known-wrong') },
    cut: () => {
      for (const child of childrenOf(daemon.pid ?? 0)) process.kill(child, 'SIGKILL')
    },
    close: () => {
      daemon.kill()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
