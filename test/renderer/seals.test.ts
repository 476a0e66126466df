import { afterEach, expect, it, vi } from 'vitest'
import { OWN_STUDY } from '../fakes/fake-lab.ts'
import { mountApp } from './mount.ts'
import type { Mounted } from './mount.ts'

let open: Mounted | null = null
async function at(...input: Parameters<typeof mountApp>): Promise<Mounted> {
  open = await mountApp(...input)
  return open
}
afterEach(() => {
  open?.window.unmount()
  vi.restoreAllMocks()
})
const changed = { begun: [OWN_STUDY], broken: { 45: ['points'] } } as const

it('a run that changed since it ended is named above every page, in the table and on its page', async () => {
  const { window, router, settle } = await at('/runs', changed)
  const notice = window.get('.notice')
  expect(notice.text()).toContain('Run 45: not what was stored when it ended')
  expect(notice.get('a').attributes('href')).toBe('/runs/45')
  expect(window.text().match(/changed since/g)).toHaveLength(1)
  await router.push('/runs/45')
  await settle()
  expect(window.text()).toContain('points of its curves')
  expect(window.text()).toContain('Do not rely on this run')
  await router.push('/runs/3')
  await settle()
  expect(window.text()).not.toContain('Do not rely on this run')
})

it('many are led to the settings', async () => {
  const parts = ['result'] as const
  const { window } = await at('/runs', {
    begun: [OWN_STUDY],
    broken: Object.fromEntries([1, 2, 3, 4, 5, 6, 7].map((id) => [id, parts])),
  })
  expect(window.get('.notice').text()).toContain('Run 1, 2, 3, 4, 5 and 2 more')
  expect(window.get('.notice a').attributes('href')).toBe('/settings')
})

it('Verify looks at every run and lists what it found', async () => {
  const { window, lab, settle } = await at('/settings', changed)
  const panel = () => window.get('section[aria-labelledby=seals]')
  expect(panel().text()).toContain('runs are sealed')
  await panel().get('button').trigger('click')
  await settle()
  await vi.waitFor(() => expect(panel().text()).toContain('as they were when they ended, 1 not'))
  expect(
    panel()
      .findAll('.broken li')
      .map((item) => item.text()),
  ).toEqual([expect.stringContaining('points of its curves')])
  expect(lab.calls.filter(({ method }) => method === 'seals/look')).toHaveLength(lab.rows.length)
  expect(panel().text()).not.toContain('earlier version')
})

it('offers to seal the runs of earlier versions', async () => {
  const { window, settle } = await at('/settings', { begun: [OWN_STUDY], unsealed: 3 })
  const panel = () => window.get('section[aria-labelledby=seals]')
  expect(panel().text()).toContain('3 runs ended under an earlier version')
  await panel()
    .findAll('button')
    .find((each) => each.text().startsWith('Seal'))
    ?.trigger('click')
  await settle()
  expect(panel().text()).not.toContain('earlier version')
})
