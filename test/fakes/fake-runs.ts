/** Rows, curves and layers of runs that never ran. */
import type { RunRow, Series } from '../../src/shared/contract/lab.ts'
import type { LayerReport, Phase, RunStatus } from '../../src/shared/contract/run.ts'
import type { GridRun } from '../../src/shared/studies/grid.ts'

const STEPS_OF_EPOCH = 421

/** Numbers in 0 … 1 that look random and are always the same (mulberry32). */
function noise(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/** The accuracy that a run would reach: EOI and dense learn, Base less so the sparser. */
function goal(row: Pick<RunRow, 'spec'>): number {
  const { scheme } = row.spec.initialization
  const { density } = row.spec.sparsity
  const loss =
    scheme === 'base' && density < 1 ? 0.02 / density : scheme === 'ai' ? 0.006 / density : 0.002 / density
  return Math.max(
    0.114,
    0.972 - loss + (noise(row.spec.seed * 7919 + Math.round(density * 1000))() - 0.5) * 0.012,
  )
}

export function rowOf(id: number, study: string, run: GridRun, status: RunStatus): RunRow {
  const total = Math.round(STEPS_OF_EPOCH * run.spec.training.epochs)
  const step =
    status === 'queued'
      ? 0
      : status === 'running'
        ? Math.round(total * 0.42)
        : status === 'failed'
          ? 230
          : total
  const accuracy = goal(run)
  const done = status === 'finished'
  const begun = new Date(Date.UTC(2026, 10, 23, 8, 0, 0) + id * 37_000).toISOString()
  return {
    id,
    identity: run.identity,
    group: run.group,
    study,
    labels: run.labels,
    spec: run.spec,
    status,
    backend: 'auto',
    backendUsed: status === 'queued' ? null : 'tensorflow',
    device: status === 'queued' ? null : 'CPU',
    createdAt: begun,
    startedAt: status === 'queued' ? null : begun,
    finishedAt: done ? begun : null,
    step,
    totalSteps: total,
    stage: status === 'running' ? 'train' : null,
    stageFraction: status === 'running' ? 0.42 : null,
    seconds: step * 0.031,
    secondsLeft: status === 'running' ? (total - step) * 0.031 : null,
    error:
      status === 'failed'
        ? {
            code: 'bad-data',
            message: 'train-images-idx3-ubyte.gz ends after 4,096 bytes; 9,912,422 were expected.',
            where: null,
            stack: null,
          }
        : null,
    last: done
      ? {
          'test.accuracy': accuracy,
          'validation.accuracy': accuracy - 0.002,
          'validation.loss': 2.4 * (1 - accuracy),
          'train.loss': 2.3 * (1 - accuracy),
        }
      : status === 'running'
        ? {
            'validation.accuracy': accuracy * 0.9,
            'validation.loss': 2.6 * (1 - accuracy),
            'train.loss': 0.9,
          }
        : {},
    best: done ? { 'validation.accuracy': accuracy } : {},
    divergedAt: null,
    tags: [],
    note: '',
    starred: false,
    archived: false,
  }
}

export function curveOf(row: RunRow, phase: Phase, name: string, maxPoints: number): Series {
  const random = noise(row.id * 31 + (phase === 'train' ? 1 : 2) + (name === 'loss' ? 5 : 9))
  const reached = goal(row)
  const every =
    phase === 'train' ? Math.max(1, Math.ceil(row.step / maxPoints)) : Math.round(STEPS_OF_EPOCH / 4)
  const steps: number[] = []
  for (let step = every; step <= row.step; step += every) steps.push(step)
  const known = name === 'loss' || name === 'accuracy'
  const values = steps.map((step) => {
    const learned = 1 - Math.exp(-step / 90)
    const accuracy = 0.1 + (reached - 0.1) * learned
    const jitter = (random() - 0.5) * (phase === 'train' ? 0.12 : 0.01)
    return name === 'accuracy'
      ? Math.min(1, accuracy + jitter)
      : Math.max(0.02, 2.3 * (1 - accuracy) * (1 + jitter * 3))
  })
  const shown = known && phase !== 'test' ? steps : []
  return {
    run: row.id,
    phase,
    name,
    steps: shown,
    values: known ? values.slice(0, shown.length) : [],
    epochs: shown.map((step) => step / STEPS_OF_EPOCH),
    total: shown.length,
  }
}

export function layersOf(row: RunRow): LayerReport[] {
  const { depth, width } = row.spec.model
  const { density } = row.spec.sparsity
  const dense = row.spec.sparsity.distribution === 'dense'
  return Array.from({ length: depth + 1 }, (_, index) => {
    const last = index === depth
    const shape = [index === 0 ? 784 : width, last ? 10 : width]
    const own = dense || last ? 1 : Math.min(1, density * (index === 0 ? 0.6 : 1.05))
    const entries = shape[0] * shape[1]
    const eoi = row.spec.initialization.scheme === 'eoi' || dense
    return {
      name: last ? 'classifier.kernel' : `hidden${index + 1}.kernel`,
      shape,
      maskable: !last,
      entries,
      nonzeros: Math.round(entries * own),
      densityAsked: own,
      density: own,
      residual: eoi ? 2e-15 : 0.87,
      singularMean: eoi ? 1.0247 : 0.34,
      singularMax: eoi ? 1.0247 : 0.72,
      singularMin: eoi ? 1.0247 : 0.003,
      notes: last ? ['never masked'] : [],
    }
  })
}
