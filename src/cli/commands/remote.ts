import { Option } from 'commander'
import type { Command } from 'commander'
import manifest from '../../../package.json' with { type: 'json' }
import { factsOf, findingsOf } from '../../lab/remote/check.ts'
import { addRemote, configuredHosts, listRemotes, remoteOf, removeRemote } from '../../lab/remote/remotes.ts'
import { setUpRemote } from '../../lab/remote/setup.ts'
import type { Asking } from '../../lab/remote/ssh.ts'
import type { DoctorItem } from '../../shared/contract/info.ts'
import { PROGRAM_FOLDER } from '../../shared/contract/remotes.ts'
import type { Remote } from '../../shared/contract/remotes.ts'
import { textTable } from '../../shared/format/text-table.ts'
import { EXIT } from '../io.ts'
import { numberIn } from '../options.ts'
import type { Session } from '../session.ts'
import { MARKS } from './doctor.ts'

interface AddOptions {
  readonly port?: number
  readonly homeThere?: string
  readonly program?: string
  readonly command?: string
  readonly option: string[]
}

const HOME_THERE = '--home-there'

/**
 * Words of a command line, with the `--home` of `remote add`, which is of the other computer, under a name of
 * its own: before any command reads it, it would be taken for the home of this one.
 */
export function withHomeThere(words: readonly string[]): string[] {
  const add = words.findIndex((word, at) => word === 'add' && words[at - 1] === 'remote')
  if (add < 0) return [...words]
  return words.map((word, at) => (at > add ? word.replace(/^--home(?==|$)/, HOME_THERE) : word))
}

interface Json {
  readonly json?: boolean
}

/** `remote add | list | check | setup | remove`: labs of other computers, over ssh. */
export function addRemoteCommand(program: Command, session: Session): void {
  const remote = program
    .command('remote')
    .description('labs of other computers, over ssh: name them here, then use --lab NAME')
  const environment = session.io.environment
  const asking = (): Asking => (session.io.terminal ? 'terminal' : 'never')
  remote
    .command('add')
    .description('name a lab of another computer')
    .argument('<name>', 'what it is called here')
    .argument('<host>', 'user@host, or a name of ~/.ssh/config')
    .option('--port <number>', 'of its ssh', numberIn(1, 65_535, { integer: true }))
    .option('--home <folder>', 'folder of the bench’s data there')
    .option('--program <folder>', `where the program is there (default: ~/${PROGRAM_FOLDER})`)
    .option('--command <line>', 'how its command line is called there, e.g. “module load node && …”')
    .addOption(
      new Option('--option <option>', 'for ssh, as after its -o; may be repeated')
        .argParser((value: string, all: string[]) => [...all, value])
        .default([]),
    )
    .addOption(new Option(`${HOME_THERE} <folder>`).hideHelp())
    .action(
      (name: string, host: string, { option, homeThere, port, program: there, command }: AddOptions) => {
        addRemote(
          { name, host, port, home: homeThere, program: there, command, options: option },
          environment,
        )
        session.io.err(`${name} is ${host}. Next: remote check ${name}\n`)
      },
    )
  remote
    .command('list')
    .description('the labs that were named, and hosts of ~/.ssh/config that could be')
    .option('--json', 'as JSON')
    .action(({ json }: Json) => {
      const labs = listRemotes(environment)
      const hosts = configuredHosts().filter((host) => !labs.some((each) => each.host === host))
      session.print(json, { labs, hosts }, () => listText(labs, hosts))
    })
  remote
    .command('check')
    .description('whether it can be reached, and what is missing there')
    .argument('<name>')
    .option('--json', 'as JSON')
    .action(async (name: string, { json }: Json) => {
      const items = await check(session, remoteOf(name, environment), asking())
      session.print(json, items, () => items.flatMap(lines).join('\n'))
      if (items.some(({ status }) => status === 'missing')) session.exitCode = EXIT.failed
    })
  remote
    .command('setup')
    .description('copy this program there and set it up, or bring it up to date')
    .argument('<name>')
    .option('--from <folder>', 'a checkout of the sources (default: the one that this program runs from)')
    .action(async (name: string, { from }: { from?: string }) => {
      const abort = new AbortController()
      const release = session.io.onInterrupt(() => abort.abort())
      const tell = (line: string): void => session.io.err(`${line}\n`)
      const options = { asking: asking(), from, tell, signal: abort.signal }
      try {
        await setUpRemote(remoteOf(name, environment), options)
        tell(`${name} is set up. Next: --lab ${name} doctor`)
      } catch (error) {
        if (!abort.signal.aborted) throw error
        tell(`Stopped. What was fetched on ${name} stays: “remote setup ${name}” goes on from there.`)
        session.exitCode = EXIT.interrupted
      } finally {
        release()
      }
    })
  remote
    .command('remove')
    .description('forget its name here; what is on the other computer stays')
    .argument('<name>')
    .action((name: string) => {
      removeRemote(name, environment)
      session.io.err(`${name} is forgotten; what is there stays.\n`)
    })
}

function listText(labs: readonly Remote[], hosts: readonly string[]): string {
  const offered = hosts.length === 0 ? [] : [`Hosts of ~/.ssh/config: ${hosts.join(', ')}`]
  if (labs.length === 0) return ['No lab is named yet: remote add NAME user@host', ...offered].join('\n')
  const table = textTable(
    ['Lab', 'Host', 'Port', 'Home'],
    labs.map(({ name, host, port, home }) => [
      name,
      host,
      port === undefined ? '' : String(port),
      home ?? 'its own',
    ]),
  )
  return [table, ...offered].join('\n')
}

async function check(session: Session, remote: Remote, asking: Asking): Promise<readonly DoctorItem[]> {
  const items = findingsOf(await factsOf(remote, { asking }), remote, manifest.version)
  if (items.some(({ status }) => status === 'missing')) return items
  const lab = session.dial(remote.name)
  try {
    const { doctor } = await lab.call('lab/info', {})
    return [...items, ...doctor.map((each) => ({ ...each, name: `there: ${each.name}` }))]
  } finally {
    await lab.close()
  }
}

const lines = ({ name, status, detail, remedy }: DoctorItem): string[] => [
  `${MARKS[status]}  ${name}: ${detail}`,
  ...(remedy === null ? [] : remedy.split('\n').map((text) => `         → ${text}`)),
]
