/** A lab that computes nothing: believable studies, runs and curves, made from the seed of each run. */
import { fakeModel } from './fake-model.ts'
import { twoWayTable } from '../../src/shared/stats/two-way.ts'
import { BenchError, toErrorMessage } from '../../src/shared/contract/errors.ts'
import { createLabClient } from '../../src/shared/contract/client.ts'
import type { LabClient } from '../../src/shared/contract/client.ts'
import { remoteSchema } from '../../src/shared/contract/remotes.ts'
import type { LabEvents, LabMethods, QueueState, RunRow, StudyRow } from '../../src/shared/contract/lab.ts'
import type { PortEvent, PortReply, PortRequest } from '../../src/shared/contract/port.ts'
import { parseStudy } from '../../src/shared/spec/parse.ts'
import type { Study, StudyInput } from '../../src/shared/spec/study-schema.ts'
import { expandStudy } from '../../src/shared/studies/grid.ts'
import { presetStudies } from '../../src/shared/studies/index.ts'
import { compareFake, fakeFigure, fakeImportance } from './fake-compare.ts'
import { columnsFake, fakeQueueOrder, fakeViews, queryFake } from './fake-table.ts'
import { curveOf, layersOf, rowOf } from './fake-runs.ts'
import { fakeClusters } from './fake-cluster.ts'
import { fakeData } from './fake-data.ts'
import { fakeDrawing, fakeLayer } from './fake-drawing.ts'
import { fakeMeasurement } from './fake-measurement.ts'
import { fakeInfo, fakeTensorFlow } from './fake-info.ts'
import { fakeMethods } from './fake-methods.ts'
import type { ClusterProfile } from '../../src/shared/cluster/profile.ts'
import type { TensorFlowState } from '../../src/shared/contract/tensorflow.ts'
import type { MethodRow } from '../../src/shared/contract/methods.ts'
import type { SealedPart } from '../../src/shared/contract/seals.ts'
import { fakeSeals } from './fake-seals.ts'

/** The one case that a fake timing measures. */
export const FAKE_TIME = {
  scheme: 'eoi',
  size: 64,
  density: 0.125,
  reached: 0.126,
  seconds: 0.002,
  repeats: 3,
  note: null,
} as const

export interface FakeLab {
  /** Returns a request as the lab's port would. */
  readonly handle: (request: PortRequest) => PortReply
  readonly emit: <E extends keyof LabEvents>(event: E, payload: LabEvents[E]) => void
  readonly onEvent: (listener: (event: PortEvent) => void) => void
  readonly rows: RunRow[]
  readonly calls: PortRequest[]
}

export interface FakeLabOptions {
  /** Studies whose runs exist; none shows the first start. */
  readonly begun?: readonly StudyInput[]
  readonly native?: boolean
  /** Fetching TensorFlow, as an installed program sees it; default as in a checkout. */
  readonly tensorflow?: TensorFlowState
  /** Methods of the user’s own; default none. */
  readonly own?: readonly MethodRow[]
  /** Clusters; default none. */
  readonly clusters?: readonly ClusterProfile[]
  /** Runs that are not as they were sealed, by number; default none. */
  readonly broken?: Readonly<Record<number, readonly SealedPart[]>>
  /** Runs that ended under an earlier version; default none. */
  readonly unsealed?: number
}

export const OWN_STUDY: StudyInput = {
  id: 'price-of-sparsity-mlp-7',
  title: 'Price of sparsity, MLP-7 with a rather long title that has to be cut somewhere',
  description: 'Accuracy against density for three ways to begin, on MNIST.',
  base: {
    model: { name: 'mlp', depth: 6, width: 100 },
    sparsity: { distribution: 'erk' },
    training: { epochs: 4 },
  },
  axes: [
    {
      name: 'Scheme',
      points: [
        { label: 'ERK-Base', set: { 'initialization.scheme': 'base' } },
        { label: 'ERK-AI', set: { 'initialization.scheme': 'ai' } },
        { label: 'ERK-EOI', set: { 'initialization.scheme': 'eoi' } },
      ],
    },
    {
      name: 'Density',
      points: [0.03, 0.1, 0.3].map((density) => ({
        label: String(density),
        set: { 'sparsity.density': density },
      })),
    },
  ],
  seeds: [1, 2, 3, 4, 5],
}

/** Makes a fake lab. */
export function createFakeLab({
  begun = [],
  native = true,
  tensorflow = fakeTensorFlow,
  own: ownMethods = [],
  clusters,
  broken = {},
  unsealed = 0,
}: FakeLabOptions = {}): FakeLab {
  const own = new Map<string, Study>(begun.map((study) => [study.id, parseStudy(study)]))
  const presets = new Map(presetStudies().map(({ study }) => [study.id, study]))
  const rows: RunRow[] = []
  const calls: PortRequest[] = []
  let listener: (event: PortEvent) => void = () => {}
  const queue: QueueState = {
    paused: false,
    running: 0,
    queued: 0,
    finished: 0,
    failed: 0,
    fraction: null,
    secondsLeft: null,
    concurrency: 1,
  }
  let state = queue

  function studyOf(id: string): Study {
    const found = own.get(id) ?? presets.get(id)
    if (!found) throw new BenchError('not-found', `There is no study “${id}”.`, 'id')
    return found
  }
  const marked = (row: RunRow): RunRow => ({
    ...row,
    ...(row.id in broken ? { brokenSeal: broken[row.id] } : {}),
  })
  function begin(study: Study, status: (index: number) => RunRow['status']): void {
    for (const run of expandStudy(study).runs)
      rows.push(marked(rowOf(rows.length + 1, study.id, run, status(rows.length))))
  }
  for (const study of begun)
    begin(parseStudy(study), (index) =>
      index % 11 === 7 ? 'running' : index % 13 === 12 ? 'failed' : 'finished',
    )
  countQueue()

  function countQueue(): void {
    const count = (status: RunRow['status']) => rows.filter((row) => row.status === status).length
    const running = count('running')
    const queued = count('queued')
    state = {
      ...state,
      running,
      queued,
      finished: count('finished') + count('diverged'),
      failed: count('failed'),
      fraction: running + queued > 0 ? 1 - (running * 0.6 + queued) / rows.length : null,
      secondsLeft: running + queued > 0 ? 38 * (running + queued) : null,
    }
  }
  function rowsOf(study?: string): RunRow[] {
    return study === undefined ? rows : rows.filter((row) => row.study === study)
  }
  function change(ids: readonly number[], status: RunRow['status']): RunRow[] {
    return ids.map((id) => {
      const at = rows.findIndex((row) => row.id === id)
      if (at < 0) throw new BenchError('not-found', `There is no run ${id}.`, 'id')
      rows[at] = { ...rows[at], status }
      return rows[at]
    })
  }
  function studyRow(study: Study, preset: boolean): StudyRow {
    const byStatus: Partial<Record<RunRow['status'], number>> = {}
    for (const row of rowsOf(study.id)) byStatus[row.status] = (byStatus[row.status] ?? 0) + 1
    return {
      id: study.id,
      title: study.title,
      description: study.description,
      source: study.source,
      preset,
      createdAt: preset ? null : '2026-11-20T09:12:00Z',
      runs: rowsOf(study.id).length,
      byStatus,
    }
  }

  const noModels = (): never => {
    throw new BenchError('not-found', 'There is no such model.', 'name')
  }

  const methods: LabMethods = {
    'lab/info': () => fakeInfo(native),
    'tensorflow/state': () => tensorflow,
    'tensorflow/install': () => tensorflow,
    'tensorflow/cancel': () => tensorflow,
    'lab/schema': () => ({}),
    ...fakeData(),
    'models/list': () => [fakeModel()],
    'models/import': () => noModels(),
    'models/remove': () => noModels(),
    'models/export': () => noModels(),
    'onnx/write': ({ file }) => ({ file, layers: 4, bytes: 1000 }),
    'predict/write': ({ file }) => ({ file, examples: 1, classes: 10, backend: 'reference', bytes: 1000 }),
    'models/complete': ({ spec }) => ({ ...spec }),
    ...fakeMethods(ownMethods),
    'studies/list': () => [
      ...[...own.values()].map((study) => studyRow(study, false)),
      ...[...presets.values()].map((study) => studyRow(study, true)),
    ],
    'studies/get': ({ id }) => ({
      study: studyOf(id),
      preset: presets.has(id),
      source: studyOf(id).source,
    }),
    'studies/save': ({ study }) => {
      const parsed = parseStudy(study)
      own.set(parsed.id, parsed)
      return { study: parsed, preset: false, source: '' }
    },
    'studies/archive': ({ id }) => studyRow(studyOf(id), presets.has(id)),
    'studies/estimate': ({ study }) => {
      const { runs, duplicates, problems } = expandStudy(parseStudy(study))
      return {
        runs: runs.length,
        duplicates,
        problems,
        existing: 0,
        seconds: runs.length * 34,
        basis: 'From 469 steps of 27 ms a run, measured here today.',
      }
    },
    'studies/start': ({ id }) => {
      const first = rows.length
      begin(studyOf(id), (index) => (index === first ? 'running' : 'queued'))
      countQueue()
      return {
        queued: rows.length - first,
        reused: 0,
        changed: [],
        runs: rows.slice(first).map((row) => row.id),
        left: rows.length - first,
      }
    },
    'remotes/list': () => ({ labs: [], hosts: [] }),
    'remotes/add': (lab) => ({ labs: [remoteSchema.parse(lab)], hosts: [] }),
    'remotes/remove': () => ({ labs: [], hosts: [] }),
    'remotes/check': () => [],
    'remotes/setup': () => [],
    'remotes/send': () => ({ study: 'x', title: 'X', added: [1], skipped: [], models: [], untrusted: [] }),
    'studies/more-seeds': ({ runs, count }) => ({
      queued: runs.length * count,
      reused: 0,
      runs: [],
      seeds: [6, 7],
    }),
    'compare/two-way': ({ metric, at, rows: down = [], columns: across = [] }) =>
      twoWayTable(compareFake({ metric, at }, rows), down, across, 'higher'),
    'compare/importance': ({ metric, at }) => fakeImportance({ metric, at }, rows),
    'compare/keys': () => [
      { key: 'Density', axis: true, values: ['0.05', '0.125', '0.5'] },
      { key: 'Scheme', axis: true, values: ['ERK-Base', 'ERK-EOI'] },
      { key: 'scheme', axis: false, values: ['ERK-Base', 'ERK-EOI'] },
    ],
    'sample/state': () => ({ runs: 0 }),
    'sample/remove': () => ({ removed: 0 }),
    'runs/list': ({ study, archived = false }) => rowsOf(study).filter((row) => archived || !row.archived),
    'runs/get': ({ id }) => {
      const row = rows.find((each) => each.id === id)
      if (!row) throw new BenchError('not-found', `There is no run ${id}.`, 'id')
      return {
        row,
        layers: layersOf(row),
        environment: {
          'givens-bench': '0.1.0',
          tensorflow: '2.21.0',
          device: 'CPU',
          'data sha256': '44b1…9c',
        },
        events: [
          {
            at: row.createdAt,
            step: null,
            level: 'info',
            message: 'Initialized 100 kernels; largest residual 2.2e-15.',
          },
          { at: row.createdAt, step: 117, level: 'info', message: 'Checkpoint written.' },
          ...(row.error
            ? [{ at: row.createdAt, step: 230, level: 'error' as const, message: row.error.message }]
            : []),
        ],
      }
    },
    'runs/series': ({ runs, phase, name, maxPoints = 10_000, pixels }) =>
      runs.flatMap((id) => {
        const row = rows.find((each) => each.id === id)
        return row ? [curveOf(row, phase, name, pixels ? 2 * pixels : maxPoints)] : []
      }),
    'runs/layer': ({ run, layer, step = 100 }) => fakeLayer(run, layer, step),
    'runs/query': (query) => queryFake(rowsOf(query.study), query),
    'runs/columns': () => columnsFake(rows),
    'runs/pause': ({ ids }) => change(ids, 'paused'),
    'runs/resume': ({ ids }) => change(ids, 'queued'),
    'runs/cancel': ({ ids }) => change(ids, 'cancelled'),
    'runs/retry': ({ ids }) => change(ids, 'queued'),
    'runs/annotate': ({ ids, addTags = [], removeTags = [], ...marks }) =>
      ids.map((id) => {
        const at = rows.findIndex((row) => row.id === id)
        const kept = (marks.tags ?? rows[at].tags).filter((tag) => !removeTags.includes(tag))
        rows[at] = { ...rows[at], ...marks, tags: [...new Set([...kept, ...addTags])] }
        return rows[at]
      }),
    'queue/state': () => state,
    'queue/set': ({ concurrency, ...input }) => {
      const { automatic: _, ...rest } = state
      const chosen =
        concurrency === undefined
          ? state
          : concurrency === 'auto'
            ? { ...rest, automatic: true as const }
            : { ...rest, concurrency }
      return (state = { ...chosen, ...input })
    },
    ...fakeQueueOrder(() => rows),
    ...fakeViews(),
    ...fakeClusters(clusters),
    'compare/table': (request) =>
      compareFake(
        request,
        rowsOf(request.study).filter((row) => request.runs?.includes(row.id) ?? true),
      ),
    'compare/metrics': () => ['test.accuracy', 'validation.accuracy', 'validation.loss', 'train.loss'],
    'figures/get': (request) => fakeFigure(request, rowsOf(request.study)),
    'laboratory/draw': ({ draw }) => fakeDrawing(draw),
    'theory/measure': ({ network }) => fakeMeasurement(network),
    'laboratory/pattern': () => ({ rows: 2, cols: 2, positions: 2, text: '10/01' }),
    'laboratory/timing': ({ job = '' }) => {
      const progress = { done: 1, total: 1, point: FAKE_TIME, problem: null }
      listener({ event: 'laboratory/timing', payload: { job, progress } })
      return [progress]
    },
    'home/backup': ({ file }) => ({ file, bytes: 1000, runs: 1, weights: 1, missing: 0 }),
    'home/backups': () => [],
    ...fakeSeals(() => rows, broken, unsealed),
    'bundle/export': ({ file }) => ({ file, runs: 1, bytes: 1000 }),
    'bundle/import': () => ({
      study: 'quick-start',
      title: 'Quick start',
      added: [],
      skipped: [1],
      models: [],
      untrusted: [],
    }),
    'jobs/cancel': () => ({ cancelled: false }),
    'laboratory/export': ({ file }) => ({ file, bytes: 1000 }),
    'laboratory/export-times': ({ file, points }) => ({ file, rows: points.length, bytes: 1000 }),
    'paths/grant': ({ paths }) => ({ granted: paths.length }),
    'weights/write': ({ file }) => ({ file, arrays: 4, bytes: 1000 }),
    'export/write': ({ file }) => ({ file, rows: rows.length, bytes: 1000 }),
  }
  return {
    rows,
    calls,
    handle: (request) => {
      calls.push(request)
      try {
        const method = methods[request.method] as (input: unknown) => unknown
        return { id: request.id, ok: true, output: method(request.input) }
      } catch (error) {
        return { id: request.id, ok: false, error: toErrorMessage(error) }
      }
    },
    emit: (event, payload) => listener({ event, payload }),
    onEvent: (next) => {
      listener = next
    },
  }
}

/** A client that is connected to a fake lab in the same thread; messages are copied as a port would. */
export function clientOf(lab: FakeLab): LabClient {
  const client = createLabClient()
  lab.onEvent((event) => client.receive(structuredClone(event)))
  client.connect({
    send: (request) =>
      queueMicrotask(() => client.receive(structuredClone(lab.handle(structuredClone(request))))),
    close: () => {},
  })
  return client
}
