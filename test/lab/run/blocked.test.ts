// A disk that takes nothing for a while: told once, nothing lost, and the runs go on by themselves.
import { afterEach, expect, it, vi } from 'vitest'
import { Recorder } from '../../../src/lab/run/recorder.ts'
import { explain, isDiskTrouble } from '../../../src/lab/store/failures.ts'
import type { QueueState } from '../../../src/shared/contract/lab.ts'
import { curve, expectedCurve, fakeLab, fakeStudy, start, until, untilStep } from '../support.ts'

afterEach(() => vi.restoreAllMocks())

const failure = (code: string): unknown =>
  explain(Object.assign(new Error(code), { code }), '/home/bench.sqlite')

/** From now on nothing can be written. @returns what makes room again */
function fill(): () => void {
  const spy = vi.spyOn(Recorder.prototype, 'flush').mockImplementation(function (this: Recorder) {
    this.blocked = failure('SQLITE_FULL')
    return false
  })
  return () => spy.mockRestore()
}

async function blocked(errors: unknown[]) {
  const lab = fakeLab({ onError: (error) => errors.push(error) })
  const states: QueueState[] = []
  lab.on('queue/changed', (state) => states.push(state))
  const runs = await start(lab, fakeStudy(['steps=400 ms=2', 'steps=20']))
  await untilStep(lab, runs[0], 20)
  const makeRoom = fill()
  await vi.waitFor(() => expect(states.at(-1)?.blocked).toMatch(/disk .* is full/), 10_000)
  await vi.waitFor(() => expect(states.at(-1)?.running).toBe(0), 10_000)
  return { lab, runs, states, makeRoom }
}

it('is told once, and the runs go on with every point once there is room', async () => {
  const errors: unknown[] = []
  const { lab, runs, states, makeRoom } = await blocked(errors)
  // It is tried again meanwhile.
  await new Promise((resolve) => setTimeout(resolve, 1200))
  expect(errors).toHaveLength(1)
  makeRoom()
  const rows = await until(lab, runs, 'finished', 'failed')
  expect(rows.map(({ status }) => status)).toEqual(['finished', 'finished'])
  expect(await curve(lab, runs[0])).toEqual(expectedCurve(1, 400))
  expect(states.at(-1)).not.toHaveProperty('blocked')
  expect(errors).toHaveLength(1)
})

it('may be closed meanwhile, and nothing happens afterwards', async () => {
  const errors: unknown[] = []
  const { lab } = await blocked(errors)
  await lab.close()
  await new Promise((resolve) => setTimeout(resolve, 1200))
  expect(errors).toHaveLength(1)
})

it('knows a disk that fails, or is mounted for reading, from a mistake', () => {
  const of = (code: string): boolean => isDiskTrouble(failure(code))
  const troubles = [
    'SQLITE_FULL',
    'SQLITE_IOERR_WRITE',
    'SQLITE_CORRUPT',
    'SQLITE_READONLY',
    'EIO',
    'EROFS',
    'ENOSPC',
  ]
  expect(troubles.filter((code) => !of(code))).toEqual([])
  expect(['SQLITE_CONSTRAINT', 'SQLITE_ERROR', 'EACCES', 'ENOENT'].filter(of)).toEqual([])
})
