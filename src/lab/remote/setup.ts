/**
 * Puts the program on another computer: its sources as a checkout has them, unpacked beside what is there and
 * put in its place when they are whole; then the set-up of its own.
 */
import { execFileSync } from 'node:child_process'
import { existsSync, lstatSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { create } from 'tar'
import { BenchError } from '../../shared/contract/errors.ts'
import type { Remote } from '../../shared/contract/remotes.ts'
import { commandThere, endOf, explainSsh, FIND_NODE, programThere, quoted, startSsh } from './ssh.ts'
import type { SshOptions } from './ssh.ts'

/** What a checkout makes, or keeps for itself. */
const LEFT_OUT: ReadonlySet<string> = new Set(['.git', 'node_modules', 'out', 'dist', 'coverage'])

const isCheckout = (folder: string): boolean => existsSync(join(folder, 'scripts', 'lab.mjs'))

/**
 * The folder of this program's sources.
 * @throws BenchError `not-found` in an installed program, which has none.
 */
export function sourcesOf(named: string | undefined, from: string = import.meta.dirname): string {
  if (named !== undefined) {
    if (isCheckout(named)) return named
    throw new BenchError('not-found', `${named} holds no sources of Givens Bench.`, '--from')
  }
  for (let at = from; dirname(at) !== at; at = dirname(at)) if (isCheckout(at)) return at
  throw new BenchError(
    'not-found',
    'This program was installed and carries no sources; name a checkout of this version with --from FOLDER.',
    '--from',
  )
}

/** Version of the sources in a folder. */
export function versionOf(folder: string): string {
  const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { version: string }
  return manifest.version
}

/** The files that make the program: those that Git knows, or all but what a checkout makes. */
export function programFiles(folder: string): readonly string[] {
  try {
    const told = execFileSync('git', ['-C', folder, 'ls-files', '-z', '--cached'], {
      maxBuffer: 1 << 26,
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    const files = told
      .toString('utf8')
      .split('\0')
      .filter((file) => file !== '' && existsSync(join(folder, file)))
    if (files.length > 0) return files
  } catch {
    // No Git, or no repository: a folder that was unpacked.
  }
  return walk(folder, folder)
}

function walk(root: string, folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    if (folder === root && LEFT_OUT.has(name)) return []
    const path = join(folder, name)
    return lstatSync(path).isDirectory() ? walk(root, path) : [relative(root, path)]
  })
}

/** Unpacks standard input beside the program, and puts it in its place; what npm brought there stays. */
const unpack = (remote: Remote): string =>
  `exec sh -c ${quoted(
    [
      `p=${programThere(remote)}; t="$p.new-$$"`,
      'trap \'rm -rf "$t"\' EXIT; mkdir -p "$t" && tar -xzf - -C "$t" || exit 1',
      '[ ! -d "$p/node_modules" ] || mv "$p/node_modules" "$t/" || exit 1',
      '[ ! -e "$p" ] || mv "$p" "$p.old-$$" || exit 1',
      'mv "$t" "$p" && rm -rf "$p.old-$$"',
    ].join('\n'),
  )}`

const setUp = (remote: Remote): string =>
  `exec sh -c ${quoted(
    `p=${programThere(remote)}; ${FIND_NODE}; [ -n "$n" ] || exit 67; ` +
      'PATH="$(dirname "$n"):$PATH" exec "$n" "$p/scripts/setup.mjs" 2>&1',
  )}`

export interface SetupOptions extends SshOptions {
  /** A checkout, in place of the one that this program runs from. */
  readonly from?: string
  /** Hears what is being done, line by line. */
  readonly tell: (line: string) => void
  readonly signal?: AbortSignal
}

/** Copies the program and sets it up. @throws BenchError saying which step failed and why. */
export async function setUpRemote(remote: Remote, options: SetupOptions): Promise<void> {
  if (remote.command !== undefined)
    throw new BenchError(
      'impossible',
      `“${remote.name}” is called by a command of its own (${remote.command}); set it up where that is.`,
      remote.name,
    )
  const folder = sourcesOf(options.from)
  const files = programFiles(folder)
  options.tell(`Copying ${files.length} files of version ${versionOf(folder)} to ${remote.host}`)
  await copy(remote, folder, files, options)
  options.tell('Setting up: dependencies, Electron, backends')
  await follow(remote, setUp(remote), options)
  // A lab of the older program gives the home back; its runs go on with the next.
  await follow(remote, commandThere(remote, ['serve', '--stop']), options)
}

async function copy(
  remote: Remote,
  folder: string,
  files: readonly string[],
  options: SetupOptions,
): Promise<void> {
  const child = startSsh(remote, unpack(remote), options)
  const stop = (): void => void child.kill()
  options.signal?.addEventListener('abort', stop)
  const ended = endOf(child)
  child.stdout.resume()
  const sent = pipeline(create({ cwd: folder, gzip: true, portable: true }, [...files]), child.stdin)
  // Where the other side ends early, its reason is the one that matters.
  const [end] = await Promise.all([ended, sent.catch(() => undefined)])
  options.signal?.removeEventListener('abort', stop)
  options.signal?.throwIfAborted()
  if (end.code !== 0) throw explainSsh(end, remote)
}

async function follow(remote: Remote, command: string, options: SetupOptions): Promise<void> {
  const child = startSsh(remote, command, options)
  const stop = (): void => void child.kill()
  options.signal?.addEventListener('abort', stop)
  const ended = endOf(child)
  child.stdin.end()
  let last = ''
  let rest = ''
  child.stdout.on('data', (piece: Buffer) => {
    const lines = (rest + piece.toString('utf8')).split('\n')
    rest = lines.pop() ?? ''
    for (const text of lines.filter((each) => each.trim() !== '')) {
      last = text
      options.tell(text)
    }
  })
  const end = await ended
  options.signal?.removeEventListener('abort', stop)
  options.signal?.throwIfAborted()
  if (end.code === 0) return
  throw explainSsh({ ...end, said: end.said || rest || last }, remote)
}
