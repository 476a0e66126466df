/**
 * A reading call as reactive state: asked again when its input changes, when an event says so, and after a
 * restart.
 */
import { onScopeDispose, shallowRef, watch } from 'vue'
import type { ShallowRef } from 'vue'
import type { LabEvents, LabInput, LabMethod, LabOutput } from '../../shared/contract/lab.ts'
import { toErrorMessage } from '../../shared/contract/errors.ts'
import type { ErrorMessage } from '../../shared/contract/errors.ts'
import { useLab } from './useLab.ts'
import { throttled } from './throttled.ts'

export interface Query<T> {
  readonly data: ShallowRef<T | null>
  readonly error: ShallowRef<ErrorMessage | null>
  readonly loading: ShallowRef<boolean>
  readonly refresh: () => void
}

export interface QueryOptions {
  /** Events after which the answer may have changed. */
  readonly events?: readonly (keyof LabEvents)[]
  /** At most one question in so many milliseconds because of events. */
  readonly every?: number
}

/** Asks `method`; an input of null asks nothing and clears the answer. The latest question wins. */
export function useQuery<M extends LabMethod>(
  method: M,
  input: () => LabInput<M> | null,
  options: QueryOptions = {},
): Query<LabOutput<M>> {
  const lab = useLab()
  return useAsked((asked: LabInput<M>) => lab.call(method, asked), input, options)
}

/** The same for a question of several calls; `current` turns false when a later question has overtaken it. */
export function useAsked<Input, Answer>(
  answerTo: (input: Input, current: () => boolean) => Promise<Answer>,
  input: () => Input | null,
  options: QueryOptions = {},
): Query<Answer> {
  const lab = useLab()
  const data: ShallowRef<Answer | null> = shallowRef(null)
  const error = shallowRef<ErrorMessage | null>(null)
  const loading = shallowRef(false)
  let turn = 0

  async function ask(): Promise<void> {
    const mine = ++turn
    const asked = input()
    if (asked === null) {
      data.value = null
      loading.value = false
      return
    }
    loading.value = true
    try {
      const answer = await answerTo(asked, () => mine === turn)
      if (mine !== turn) return
      data.value = answer
      error.value = null
    } catch (reason) {
      if (mine !== turn) return
      error.value = toErrorMessage(reason)
    }
    loading.value = false
  }

  const refresh = (): void => void ask()
  const [later, stop] = throttled(refresh, options.every ?? 500)
  watch(() => JSON.stringify(input()), refresh, { immediate: true })
  for (const event of options.events ?? []) onScopeDispose(lab.on(event, later))
  onScopeDispose(lab.onReconnect(refresh))
  onScopeDispose(() => {
    turn += 1
    stop()
  })
  return { data, error, loading, refresh }
}
