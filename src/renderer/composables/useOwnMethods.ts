/** The user's own methods, known to the page's forms, names and colours as they are to the lab. */
import { onScopeDispose, ref, watch } from 'vue'
import type { Ref } from 'vue'
import { registerMethod } from '../../shared/methods/registry.ts'
import { useQuery } from './useQuery.ts'

/**
 * Registers what the lab has, for as long as the app lives. The number rises when that is something else than
 * before, so that pages can be drawn anew.
 */
export function useOwnMethods(): Ref<number> {
  const { data } = useQuery('methods/list', () => ({}), { events: ['methods/changed'], every: 100 })
  const version = ref(0)
  let undo: (() => void)[] = []
  const forget = (): void => {
    for (const each of undo) each()
    undo = []
  }
  watch(data, (rows, before) => {
    const same = JSON.stringify(rows?.map(known)) === JSON.stringify(before?.map(known) ?? [])
    if (!rows || same) return
    forget()
    undo = rows.map(({ descriptor, state }) => registerMethod(descriptor, { offered: state !== 'removed' }))
    version.value += 1
  })
  onScopeDispose(forget)
  return version
}

type Rows = NonNullable<ReturnType<typeof useQuery<'methods/list'>>['data']['value']>
const known = ({ descriptor, state }: Rows[number]): unknown => [descriptor, state === 'removed']
