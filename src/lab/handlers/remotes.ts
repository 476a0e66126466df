/** Labs of other computers, for the shell. */
import { factsOf, findingsOf } from '../remote/check.ts'
import { dialRemote } from '../remote/dial.ts'
import { addRemote, configuredHosts, listRemotes, remoteOf, removeRemote } from '../remote/remotes.ts'
import { setUpRemote } from '../remote/setup.ts'
import { askingHere } from '../remote/ssh.ts'
import type { ParsedInput } from '../../shared/contract/calls/index.ts'
import type { DoctorItem } from '../../shared/contract/info.ts'
import type { LabOutput } from '../../shared/contract/lab.ts'
import type { RemoteList } from '../../shared/contract/remotes.ts'
import type { LabContext } from '../context.ts'

function list(): RemoteList {
  const labs = listRemotes()
  return { labs, hosts: configuredHosts().filter((host) => !labs.some((each) => each.host === host)) }
}

/** All that these need of a lab, so that who passes on to another's can answer them too. */
export type RemoteContext = Pick<LabContext, 'version' | 'emitter'>

async function check({ version }: RemoteContext, name: string): Promise<readonly DoctorItem[]> {
  const remote = remoteOf(name)
  const items = findingsOf(await factsOf(remote, { asking: askingHere() }), remote, version)
  if (items.some(({ status }) => status === 'missing')) return items
  const lab = dialRemote(remote, version, { asking: askingHere() })
  try {
    const { doctor } = await lab.call('lab/info', {})
    return [...items, ...doctor.map((each) => ({ ...each, name: `there: ${each.name}` }))]
  } finally {
    await lab.close()
  }
}

type RemoteMethod =
  'remotes/list' | 'remotes/add' | 'remotes/remove' | 'remotes/check' | 'remotes/setup' | 'remotes/send'

export const remoteHandlers: {
  readonly [M in RemoteMethod]: (
    context: RemoteContext,
    input: ParsedInput<M>,
  ) => LabOutput<M> | Promise<LabOutput<M>>
} = {
  'remotes/list': () => list(),
  'remotes/add': (_context, remote) => {
    addRemote(remote)
    return list()
  },
  'remotes/remove': (_context, { name }) => {
    removeRemote(name)
    return list()
  },
  'remotes/check': (context, { name }) => check(context, name),
  'remotes/setup': async (context, { name }) => {
    const tell = (line: string): void => context.emitter.emit('remotes/told', { name, line })
    await setUpRemote(remoteOf(name), { asking: askingHere(), tell })
    return check(context, name)
  },
  'remotes/send': async ({ version }, { name, bundle }) => {
    const lab = dialRemote(remoteOf(name), version, { asking: askingHere() })
    try {
      return await lab.call('bundle/import', { file: bundle })
    } finally {
      await lab.close()
    }
  },
}
