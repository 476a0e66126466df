import { watch } from 'vue'
import { flushPromises, mount } from '@vue/test-utils'
import { expect, it, vi } from 'vitest'
import type { RunRow } from '../../src/shared/contract/lab.ts'
import type { LabClient } from '../../src/shared/contract/client.ts'
import { useRunRows } from '../../src/renderer/composables/useRunRows.ts'
import type { RunRows } from '../../src/renderer/composables/useRunRows.ts'
import { provideLab } from '../../src/renderer/composables/useLab.ts'
import { clientOf, createFakeLab } from '../fakes/fake-lab.ts'
import type { FakeLab } from '../fakes/fake-lab.ts'

const ROW: RunRow = {
  ...({} as RunRow),
  study: 'a',
  status: 'finished',
  labels: {},
  tags: [],
  note: '',
  archived: false,
}

async function opened(
  count: number,
  meanwhile: (lab: FakeLab) => void = () => undefined,
): Promise<{ lab: FakeLab; table: RunRows; seen: number[] }> {
  const lab = createFakeLab({})
  for (let id = 1; id <= count; id++) lab.rows.push({ ...ROW, id })
  const client: LabClient = clientOf(lab)
  const seen: number[] = []
  let table: RunRows | undefined
  mount(
    {
      setup: () => {
        table = useRunRows(() => ({}))
        watch(
          table.rows,
          (rows) => {
            if (seen.push(rows?.length ?? 0) === 1) meanwhile(lab)
          },
          { flush: 'sync' },
        )
        return () => null
      },
    },
    { global: { plugins: [{ install: (app) => provideLab(app, client) }] } },
  )
  if (!table) throw new Error('not mounted')
  const held = table
  for (let turn = 0; turn < 200 && (held.loading.value || held.rows.value === null); turn++) {
    await flushPromises()
  }
  return { lab, table: held, seen }
}

it('shows the newest page first, then all rows, in the order of their numbers', async () => {
  const { table, seen } = await opened(2500)
  expect(table.rows.value?.map(({ id }) => id)).toEqual(Array.from({ length: 2500 }, (_, k) => k + 1))
  expect(seen).toEqual([200, 2500])
})

it('keeps what events told', async () => {
  const { lab, table } = await opened(3)
  lab.emit('run/changed', { ...lab.rows[1], note: 'seen' })
  await vi.waitFor(() => expect(table.rows.value?.[1].note).toBe('seen'))
})

it('keeps what events told while pages were on their way', async () => {
  const { table } = await opened(300, (lab) => lab.emit('run/changed', { ...ROW, id: 299, note: 'newer' }))
  expect(table.rows.value?.length).toBe(300)
  expect(table.rows.value?.[298].note).toBe('newer')
})
