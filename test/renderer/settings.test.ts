import { afterEach, expect, it, vi } from 'vitest'
import type { TensorFlowState } from '../../src/shared/contract/tensorflow.ts'
import { mountApp } from './mount.ts'
import type { Mounted } from './mount.ts'

const INSTALLED: TensorFlowState = { offered: true, here: false, download: 274e6, fetching: null }
let open: Mounted | null = null
async function settings(tensorflow?: TensorFlowState): Promise<Mounted> {
  open = await mountApp('/settings', { native: false, ...(tensorflow ? { tensorflow } : {}) })
  return open
}
afterEach(() => {
  open?.window.unmount()
  vi.restoreAllMocks()
})
const labels = ({ window }: Mounted): string[] => window.findAll('button').map((each) => each.text())

it('offers TensorFlow to an installed program alone, and fetches it at a click', async () => {
  expect(labels(await settings()).filter((label) => /TensorFlow/.test(label))).toEqual([])
  open?.window.unmount()
  const mounted = await settings(INSTALLED)
  const fetch = mounted.window.findAll('button').find((each) => each.text() === 'Fetch TensorFlow (274 MB)')
  await fetch?.trigger('click')
  await mounted.settle()
  expect(mounted.lab.calls.map(({ method }) => method)).toContain('tensorflow/install')
})

it('tells how far a fetch is, and can stop it', async () => {
  const fetching = { received: 137e6, total: 274e6, what: 'Fetching tensorflow-cpu' }
  const mounted = await settings({ ...INSTALLED, fetching })
  expect(mounted.window.text()).toContain('Fetching tensorflow-cpu')
  expect(mounted.window.text()).toContain('137 MB of 274 MB')
  expect(labels(mounted)).not.toContain('Fetch TensorFlow (274 MB)')
  const stop = mounted.window.findAll('button').find((each) => each.text() === 'Stop')
  await stop?.trigger('click')
  expect(mounted.lab.calls.map(({ method }) => method)).toContain('tensorflow/cancel')
})

it('is quiet about it where it is', async () => {
  expect(labels(await settings({ ...INSTALLED, here: true })).some((label) => /Fetch/.test(label))).toBe(
    false,
  )
})

it('lets runs go side by side as the queue sees fit, or so many at a time', async () => {
  const mounted = await settings()
  const choice = mounted.window.get<HTMLSelectElement>('#concurrency')
  const sent = () => mounted.lab.calls.filter(({ method }) => method === 'queue/set').at(-1)?.input
  await choice.setValue('auto')
  await mounted.settle()
  expect(sent()).toEqual({ concurrency: 'auto' })
  expect(choice.element.value).toBe('auto')
  await choice.setValue('3')
  await mounted.settle()
  expect(sent()).toEqual({ concurrency: 3 })
  expect(choice.element.value).toBe('3')
})
