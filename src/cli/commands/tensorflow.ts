import { rmSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import type { Command } from 'commander'
import { bindingOfUser } from '../../engine/index.ts'
import { carriedBinding } from '../../lab/process/installed.ts'
import { installTensorFlow } from '../../lab/tensorflow/install.ts'
import { BenchError } from '../../shared/contract/errors.ts'
import { fetching } from '../fetching.ts'
import type { Session } from '../session.ts'

interface InstallOptions {
  readonly cuda?: boolean
  readonly from?: readonly string[]
  readonly json?: boolean
}

/** `tensorflow install | remove`, of an installed program. */
export function addTensorFlowCommand(program: Command, session: Session): void {
  const tensorflow = program
    .command('tensorflow')
    .description('TensorFlow for an installed program, which comes without it')
  tensorflow
    .command('install')
    .description('fetch it from the package index (PIP_INDEX_URL, or the usual one)')
    .option('--cuda', 'the build for NVIDIA GPUs')
    .option('--from <wheels...>', 'wheels that were brought along, or a folder of them')
    .option('--json', 'where it is, as JSON')
    .action((options: InstallOptions) => install(session, options))
  tensorflow
    .command('remove')
    .description('remove what was fetched, and what came of a fetch that was not ended')
    .action(() => {
      if (carriedBinding() === null) throw new BenchError('unavailable', OF_CHECKOUT)
      const binding = bindingOfUser()
      if (binding === null) throw new BenchError('not-found', 'TensorFlow was not fetched.')
      rmSync(dirname(binding), { recursive: true, force: true })
      session.io.out(`${dirname(binding)} is gone\n`)
    })
}

const OF_CHECKOUT = 'This is a checkout of the sources; npm start sets TensorFlow up here.'

async function install(session: Session, { cuda, from = [], json }: InstallOptions): Promise<void> {
  const carried = carriedBinding()
  if (carried === null) throw new BenchError('unavailable', OF_CHECKOUT)
  const request = {
    variant: cuda ? 'cuda' : 'cpu',
    from: from.map((path) => resolve(path)),
    carried,
  } as const
  const stopped = 'Stopped; what was fetched is kept for the next time.'
  const folder = await fetching(session, stopped, (progress, signal) =>
    installTensorFlow(request, { progress, signal }),
  )
  if (folder !== null) session.print(json, { folder }, () => `TensorFlow is in ${folder}`)
}
