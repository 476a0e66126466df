/** Whether two homes hold the same results: statuses, curves and weights, number for number. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { decodeCheckpoint } from '../src/engine/index.ts'
import { openLab } from '../src/lab/lab.ts'
import { lastCheckpoint } from '../src/lab/store/artifacts.ts'
import { pathsOf } from '../src/lab/store/home.ts'
import { openReader } from '../src/lab/store/open.ts'

const WORKER = new URL('../src/lab/threads/worker.ts', import.meta.url)
const CURVES = [
  ['train', 'loss'],
  ['validation', 'accuracy'],
  ['test', 'accuracy'],
] as const

export interface StoredRun {
  readonly status: string
  /** Curve → steps and values, as text that is equal where every number is. */
  readonly curves: Readonly<Record<string, string>>
  /** Array of the last checkpoint → its bytes. */
  readonly arrays: ReadonlyMap<string, Buffer>
}

function arraysOf(home: string, run: number): ReadonlyMap<string, Buffer> {
  const paths = pathsOf(home)
  const database = openReader(paths)
  try {
    const stored = database && lastCheckpoint(database, run)
    if (!stored) return new Map()
    const { variables } = decodeCheckpoint(readFileSync(join(paths.checkpoints, stored.file)))
    return new Map(
      [...variables].map(([name, { buffer, byteOffset, byteLength }]) => [
        name,
        Buffer.from(buffer, byteOffset, byteLength),
      ]),
    )
  } finally {
    database?.close()
  }
}

/** Runs of a home by what they are: labels and seed. */
export async function storedRuns(home: string): Promise<ReadonlyMap<string, StoredRun>> {
  const lab = openLab({ home, workerUrl: WORKER, role: 'a comparison', readOnly: true })
  try {
    const rows = await lab.call('runs/list', {})
    const found = new Map<string, StoredRun>()
    for (const { id, labels, spec, status } of rows) {
      const curves: Record<string, string> = {}
      for (const [phase, name] of CURVES) {
        const [series] = await lab.call('runs/series', { runs: [id], phase, name })
        curves[`${phase}.${name}`] = JSON.stringify([series.steps, series.values])
      }
      found.set(`${Object.values(labels).join(' · ')}, seed ${spec.seed}`, {
        status,
        curves,
        arrays: arraysOf(home, id),
      })
    }
    return found
  } finally {
    await lab.close()
  }
}

/** Differences between what is there and what an undisturbed home has, in words; empty: none. */
export async function differences(home: string, undisturbed: string): Promise<readonly string[]> {
  const [here, there] = [await storedRuns(home), await storedRuns(undisturbed)]
  return [...there].flatMap(([name, expected]) => {
    const run = here.get(name)
    if (!run) return [`${name}: the run is lost`]
    if (run.status !== expected.status) return [`${name}: ${run.status}, not ${expected.status}`]
    return [
      ...Object.entries(expected.curves).flatMap(([curve, values]) =>
        run.curves[curve] === values ? [] : [`${name}: another curve of ${curve}`],
      ),
      ...[...expected.arrays].flatMap(([array, bytes]) =>
        run.arrays.get(array)?.equals(bytes) ? [] : [`${name}: other numbers in ${array}`],
      ),
    ]
  })
}
