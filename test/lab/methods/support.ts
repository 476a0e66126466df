/** What tests of own methods in a lab share. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Stream } from '../../../src/engine/rng.ts'
import type { Lab } from '../../../src/lab/lab.ts'
import type { RunRow } from '../../../src/shared/contract/lab.ts'
import type { BackendChoice } from '../../../src/shared/spec/schema.ts'
import type { StudyInput } from '../../../src/shared/spec/study-schema.ts'
import { PYTHON } from '../../engine/own/support.ts'
import { fakeLab, temporaryFolder, until } from '../support.ts'
import { WORKER } from '../../entries.ts'

/** A scheme with a setting. */
export const SCHEME = `import { defineScheme } from 'givens-bench'

export default defineScheme({
  name: 'mine',
  settings: { spread: { type: 'number', default: 1, min: 0, help: 'How far.' } },
  kernel: ({ layer, settings, random }) =>
    Float64Array.from({ length: layer.entries }, () => settings.spread * 1.0 * random.normal() / 10),
})
`

/** Writes a file into a folder of its own. */
export function writeMethod(name: string, text: string): string {
  const file = join(temporaryFolder(), name)
  writeFileSync(file, text)
  return file
}

/** Every run starts a thread that loads the engine, which takes its time on a busy machine. */
export const LONG = 240_000

/** A store with made images under CIFAR-100's name. */
export function useMadeData(): void {
  const store = temporaryFolder()
  process.env['GIVENS_DATA'] = store
  writeData(join(store, 'cifar-100'))
}

export function forgetMadeData(): void {
  delete process.env['GIVENS_DATA']
}

/**
 * CIFAR-100's form: 400 images, each class of its own brightness, with noise that no two pixels share: equal
 * pixels would have equal gradients, and ties are anybody's.
 */
function writeData(folder: string): void {
  mkdirSync(folder, { recursive: true })
  for (const name of ['train.bin', 'test.bin']) {
    const bytes = new Uint8Array(400 * 3074)
    const noise = Stream.root(1).split(name)
    for (let row = 0; row < 400; row++) {
      bytes[row * 3074 + 1] = row % 100
      for (let k = 2; k < 3074; k++) bytes[row * 3074 + k] = (row % 100) * 2 + noise.integer(50)
    }
    writeFileSync(join(folder, name), bytes)
  }
}

/** A lab that runs for real. */
export const lab = async (): Promise<Lab> => {
  const opened = fakeLab({ workerUrl: WORKER })
  if (PYTHON !== undefined) await opened.call('methods/settings', { python: PYTHON })
  return opened
}

export const BASE = {
  model: { name: 'mlp', depth: 2, width: 12 },
  data: { name: 'cifar-100', validation: 0.1 },
  sparsity: { distribution: 'uniform', density: 0.3 },
  training: { epochs: 1, batchSize: 40 },
}

export function study(
  points: readonly { label: string; set: Record<string, string | number> }[],
  base: object = {},
): StudyInput {
  return {
    id: 'own',
    title: 'Own',
    base: { ...BASE, ...base },
    axes: [{ name: 'Method', points: points.map((point) => ({ ...point })) }],
  }
}

/** Saves and starts a study, and waits for its runs. */
export async function run(
  opened: Lab,
  wanted: StudyInput,
  backend: BackendChoice = 'sparse',
): Promise<readonly RunRow[]> {
  await opened.call('studies/save', { study: wanted })
  const { runs } = await opened.call('studies/start', { id: wanted.id, backend })
  return until(opened, runs, 'finished', 'failed', 'diverged')
}
