/** What the lab's tests share: temporary homes, labs with the fake trainer, studies, waiting. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach } from 'vitest'
import type { RunRow } from '../../src/shared/contract/lab.ts'
import type { RunStatus } from '../../src/shared/contract/run.ts'
import type { StudyInput } from '../../src/shared/spec/study-schema.ts'
import { openLab } from '../../src/lab/lab.ts'
import type { Lab, LabOptions } from '../../src/lab/lab.ts'

export const FAKE_WORKER = new URL('../fakes/worker.ts', import.meta.url)

const labs: Lab[] = []
const folders: string[] = []

afterEach(async () => {
  for (const lab of labs.splice(0)) await lab.close()
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true })
})

/** A folder that is removed after the test. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'givens-test-'))
  folders.push(folder)
  return folder
}

/** A lab with the fake trainer, closed after the test. */
export function fakeLab(options: Partial<LabOptions> = {}): Lab {
  const home = options.home ?? temporaryFolder()
  const lab = openLab({
    home,
    computerFile: join(home, 'computer.json'),
    workerUrl: FAKE_WORKER,
    role: 'a test',
    checkpointEveryMs: 30,
    ...options,
  })
  labs.push(lab)
  return lab
}

/** A study whose runs differ in what the fake trainer does. */
export function fakeStudy(paths: readonly string[], seeds: readonly number[] = [1], id = 'fake'): StudyInput {
  return {
    id,
    title: 'Fake',
    axes: [{ name: 'Case', points: paths.map((path) => ({ label: path, set: { 'data.path': path } })) }],
    seeds: [...seeds],
  }
}

/** Saves and starts a study; its runs. */
export async function start(lab: Lab, study: StudyInput): Promise<readonly number[]> {
  await lab.call('studies/save', { study })
  return (await lab.call('studies/start', { id: study.id })).runs
}

/** Waits until all runs are in one of the statuses. */
export async function until(
  lab: Lab,
  ids: readonly number[],
  ...statuses: RunStatus[]
): Promise<readonly RunRow[]> {
  const deadline = Date.now() + 50_000
  for (;;) {
    const rows = (await lab.call('runs/list', { archived: true })).filter((row) => ids.includes(row.id))
    if (rows.length === ids.length && rows.every((row) => statuses.includes(row.status))) return rows
    if (Date.now() > deadline) {
      throw new Error(`still ${rows.map((row) => `${row.id}: ${row.status}`).join(', ')}`)
    }
    await new Promise((resolve) => setTimeout(resolve, 15))
  }
}

/** Waits until a run has done so many steps. */
export async function untilStep(lab: Lab, id: number, step: number): Promise<void> {
  const deadline = Date.now() + 50_000
  while ((await lab.call('runs/get', { id })).row.step < step) {
    if (Date.now() > deadline) throw new Error(`run ${id} does not reach step ${step}`)
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}

/** The whole curve of a run: step → value. */
export async function curve(
  lab: Lab,
  run: number,
  name = 'loss',
  phase: 'train' | 'validation' = 'train',
): Promise<[number, number][]> {
  const [series] = await lab.call('runs/series', { runs: [run], phase, name, maxPoints: 1_000_000 })
  return series.steps.map((step, index) => [step, series.values[index]])
}

/** What the fake trainer's loss is at every step. */
export function expectedCurve(seed: number, steps: number): [number, number][] {
  let sum = seed
  return Array.from({ length: steps }, (_, index) => {
    sum = (sum * 31 + index + 1) % 1009
    return [index + 1, sum / 1009]
  })
}
