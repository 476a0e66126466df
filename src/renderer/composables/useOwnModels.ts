/** Own models brought in from a dialog or a drop, written to files, and removed. */
import { useRouter } from 'vue-router'
import type { OwnModelImport, OwnModelRow } from '../../shared/contract/own-models.ts'
import type { BenchBridge, ShellReply } from '../../shared/contract/shell.ts'
import { plural } from '../format.ts'
import { useBench } from './useBench.ts'
import { useLab } from './useLab.ts'
import { useToasts } from './useToasts.ts'
import type { Toasts } from './useToasts.ts'

export interface OwnModels {
  readonly openFile: () => Promise<void>
  readonly drop: (file: File) => Promise<void>
  readonly write: (model: OwnModelRow) => Promise<void>
  readonly remove: (model: OwnModelRow) => Promise<void>
}

/** Whether a dropped file is a model by its name. */
export const isModelFile = (name: string): boolean => /\.(onnx|json)$/i.test(name)

export function useOwnModels(
  { bridge, toasts }: { bridge: BenchBridge; toasts: Toasts } = {
    bridge: useBench().bridge,
    toasts: useToasts(),
  },
): OwnModels {
  const lab = useLab()
  const router = useRouter()

  function present({ model, before }: OwnModelImport): void {
    const { name, parameters, formerRuns } = model
    const kept = formerRuns > 0 ? ` ${plural(formerRuns, 'run')} of the former one keep theirs.` : ''
    toasts.done(
      before === 'another'
        ? `${name} now means another model.${kept}`
        : before === 'the same'
          ? `${name} was here already, unchanged.`
          : `${name}: ${plural(model.layers, 'layer')}, ${parameters} parameters.`,
    )
    void router.push({ path: '/model', query: { model: name } })
  }
  function show(reply: ShellReply<'shell/import-model'>): void {
    if (!reply.ok) toasts.answered(reply, () => '')
    else if (reply.output) present(reply.output)
  }
  return {
    openFile: async () => show(await bridge.importModel()),
    drop: async (file) => show(await bridge.dropModel(file)),
    write: async ({ name }) => {
      toasts.answered(await bridge.exportModel({ name }), ({ file }) => `${name} written to ${file}`)
    },
    remove: async ({ name }) => {
      try {
        const { runs } = await lab.call('models/remove', { name })
        toasts.done(`${name} is removed.${runs > 0 ? ` ${plural(runs, 'run')} keep it.` : ''}`)
      } catch (reason) {
        toasts.failed(reason)
      }
    },
  }
}
