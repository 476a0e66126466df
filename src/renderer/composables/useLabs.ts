/** Labs of other computers: which there are, which is shown, and what was asked about them. */
import { onScopeDispose, ref } from 'vue'
import type { Ref, ShallowRef } from 'vue'
import { fromErrorMessage } from '../../shared/contract/errors.ts'
import type { LabsAnswer, ShellInput } from '../../shared/contract/shell.ts'
import { useBench } from './useBench.ts'
import { useToasts } from './useToasts.ts'

export interface Labs {
  readonly answer: ShallowRef<LabsAnswer>
  /** What is being done, in words; empty when nothing. */
  readonly busy: Ref<string>
  /** Lines of the set-up that is going on. */
  readonly said: Ref<readonly string[]>
  /** Asks the shell; null where it failed, which was told. */
  readonly ask: (doing: string, input: ShellInput<'shell/labs'>) => Promise<LabsAnswer | null>
}

/** Lines kept of what a set-up says. */
const MOST_LINES = 200

export function useLabs(): Labs {
  const { bridge, labs: answer } = useBench()
  const toasts = useToasts()
  const busy = ref('')
  const said = ref<readonly string[]>([])
  async function ask(doing: string, input: ShellInput<'shell/labs'>): Promise<LabsAnswer | null> {
    busy.value = doing
    const reply = await bridge.labs(input)
    busy.value = ''
    if (!reply.ok) {
      toasts.failed(fromErrorMessage(reply.error))
      return null
    }
    answer.value = reply.output
    return reply.output
  }
  onScopeDispose(
    bridge.onSetup((line) => {
      said.value = [...said.value, line].slice(-MOST_LINES)
    }),
  )
  void ask('', { what: 'list' })
  return { answer, busy, said, ask }
}
