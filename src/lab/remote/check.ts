/** What another computer has of what the bench needs, found by a script of its shell and by its own lab. */
import { BenchError } from '../../shared/contract/errors.ts'
import type { DoctorItem } from '../../shared/contract/info.ts'
import type { Remote } from '../../shared/contract/remotes.ts'
import { formatBytes } from '../../shared/format/number.ts'
import { isOlder } from '../line/messages.ts'
import { endOf, explainSsh, FIND_NODE, programThere, startSsh } from './ssh.ts'
import type { SshOptions } from './ssh.ts'

const NODE_NEEDED = '20.19.0'
const LEAST_FREE = 5e9
/** Set-up brings some 2 GB: dependencies, Electron, TensorFlow. */
const FREE_FOR_SETUP = 3e9

export interface Facts {
  readonly system: string
  readonly node: string
  /** Version of the program there; empty where there is none. */
  readonly program: string
  readonly free: number | null
  readonly processors: string
  readonly gpus: readonly string[]
  readonly compiler: string
}

const script = (remote: Remote): string =>
  [
    `p=${programThere(remote)}`,
    'echo "system=$(uname -sm)"',
    FIND_NODE,
    '[ -n "$n" ] && echo "node=$("$n" --version)"',
    String.raw`v() { sed -n 's/^  "version": "\(.*\)".*/\1/p' "$1" | head -1; }`,
    '[ -f "$p/package.json" ] && echo "program=$(v "$p/package.json")"',
    'd=$p; while [ ! -d "$d" ]; do d=$(dirname "$d"); done',
    'echo "free=$(df -Pk "$d" | tail -1 | awk \'{print $4}\')"',
    'echo "processors=$(getconf _NPROCESSORS_ONLN 2>/dev/null)"',
    'nvidia-smi --query-gpu=name,memory.total --format=csv,noheader 2>/dev/null | sed "s/^/gpu=/"',
    'echo "compiler=$(command -v g++ || command -v clang++)"',
    'exit 0',
  ].join('\n')

/** Asks the shell there. @throws BenchError why there is no line. */
export async function factsOf(remote: Remote, options: SshOptions): Promise<Facts> {
  const child = startSsh(remote, 'exec sh -s', options)
  const ended = endOf(child)
  child.stdin.on('error', () => undefined)
  child.stdin.end(script(remote))
  let told = ''
  child.stdout.on('data', (piece: Buffer) => {
    told += piece.toString('utf8')
  })
  const end = await ended
  if (end.code !== 0) throw explainSsh(end, remote)
  const values = (name: string): string[] =>
    told
      .split('\n')
      .flatMap((each) => (each.startsWith(`${name}=`) ? [each.slice(name.length + 1).trim()] : []))
  const one = (name: string): string => values(name)[0] ?? ''
  if (values('system').length === 0)
    throw new BenchError(
      'unavailable',
      `${remote.name}: its shell did not answer as one of Unix does.`,
      '--lab',
    )
  const free = Number(one('free'))
  return {
    system: one('system'),
    node: one('node').replace(/^v/, ''),
    program: one('program'),
    free: one('free') === '' || !Number.isFinite(free) ? null : free * 1024,
    processors: one('processors'),
    gpus: values('gpu'),
    compiler: one('compiler'),
  }
}

/** Facts as findings, with what to do about each. `version`: of this program. */
export function findingsOf(facts: Facts, remote: Remote, version: string): DoctorItem[] {
  const ok = (name: string, detail: string): DoctorItem => ({ name, status: 'ok', detail, remedy: null })
  const { node, program, free, gpus } = facts
  const setup = `remote setup ${remote.name}`
  return [
    ok('line', `ssh to ${remote.host}, ${facts.system}, ${facts.processors || '?'} processors`),
    node === ''
      ? missing('Node', 'not found', `Install Node 20.19 or newer on ${remote.host} (https://nodejs.org).`)
      : isOlder(node, NODE_NEEDED)
        ? missing('Node', `${node} is too old`, 'Install Node 20.19 or newer.')
        : ok('Node', node),
    free === null
      ? { name: 'disk', status: 'warning', detail: 'its free space is not known', remedy: null }
      : free < (program === '' ? FREE_FOR_SETUP : LEAST_FREE)
        ? {
            name: 'disk',
            status: 'warning',
            detail: `only ${formatBytes(free)} free`,
            remedy: 'Free some space.',
          }
        : ok('disk', `${formatBytes(free)} free`),
    ok('GPU', gpus.length === 0 ? 'none that nvidia-smi knows; runs compute on processors' : gpus.join('; ')),
    facts.compiler === '' && remote.command === undefined
      ? {
          name: 'compiler',
          status: 'warning',
          detail: 'no g++ or clang++',
          remedy: 'Install g++ there for TensorFlow; without it runs use the other backends.',
        }
      : ok('compiler', facts.compiler || 'not looked for'),
    remote.command !== undefined
      ? ok('program', `called as: ${remote.command}`)
      : program === ''
        ? missing('program', `not in ${remote.program}`, setup)
        : program === version
          ? ok('program', `version ${program} in ${remote.program}`)
          : missing('program', `version ${program}, this program is ${version}`, setup),
  ]
}

const missing = (name: string, detail: string, remedy: string): DoctorItem => ({
  name,
  status: 'missing',
  detail,
  remedy,
})
