/**
 * What a change of masks costs in steps, on the sparse backend: `mask-changes [--model mlp-7] [--json FILE]`.
 * Each method trains a network of the zoo on random digits, updates its masks many times, and takes steps in
 * between. A change is everything between two steps but the dense gradient that RigL, GraNet and SNFS go by,
 * whose time stands beside it; it is held against the steps since the change before, of the network that it
 * changes: where masks only thin out, later steps are shorter. Exit code 1 where a change takes more than
 * three steps.
 */
import { writeFileSync } from 'node:fs'
import { performance } from 'node:perf_hooks'
import { parseArgs } from 'node:util'
import { MaskUpdater, openBackend, prepareRun, StepFeeds } from '../src/engine/index.ts'
import type { Dataset } from '../src/engine/index.ts'
import { findMethod, methodNames } from '../src/shared/methods/registry.ts'
import { parseSpec } from '../src/shared/spec/parse.ts'
import { SILENT } from './silent.ts'

const MOST_STEPS = 3
const BATCH = 128
const INTERVAL = 10
const EXAMPLES = 1280
const MODELS = {
  'mlp-7': { name: 'mlp', depth: 6, width: 100, activation: 'tanh' },
  'mlp-100': { name: 'mlp', depth: 100, width: 128, activation: 'tanh' },
  'resnet-20': { name: 'resnet', depth: 20 },
  'vgg-16': { name: 'vgg', depth: 16 },
} as const
/** Those of convolutions, whose steps take a hundred times as long, cost the same every time. */
const updatesOf = (model: keyof typeof MODELS): number => (model.startsWith('mlp') ? 40 : 8)
/** Of a picture; the networks of layers alone take digits. */
const shapeOf = (model: keyof typeof MODELS): readonly [number, number, number] =>
  model.startsWith('mlp') ? [28, 28, 1] : [32, 32, 3]

const { values: options } = parseArgs({
  options: {
    model: { type: 'string', multiple: true, default: ['mlp-7'] },
    method: { type: 'string', multiple: true },
    json: { type: 'string' },
  },
})

function randomPictures(shape: Dataset['shape']): Dataset {
  const entries = BATCH * shape.reduce((product, side) => product * side, 1)
  const x = Float32Array.from({ length: entries }, (_, i) => 2 * ((i * 0.618034) % 1) - 1)
  const y = Int32Array.from({ length: BATCH }, (_, i) => i % 10)
  const batch = { x, y, weights: new Float32Array(BATCH).fill(1), count: BATCH }
  return {
    name: 'random',
    shape,
    classes: 10,
    classNames: Array.from({ length: 10 }, (_, k) => String(k)),
    hash: '',
    size: () => EXAMPLES,
    trainBatch: () => batch,
    evaluationBatch: () => batch,
    close: () => undefined,
  }
}

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]

interface Row {
  readonly model: string
  readonly method: string
  readonly step_ms: number
  readonly change_ms: number
  /** Dense gradient of an update; null where the method takes none. */
  readonly gradient_ms: number | null
  /** Each change in steps before it, the median of all. */
  readonly steps: number
}

const backend = await openBackend('sparse')

/** Runs of a method that changes its masks once. */
const RUNS = 5

interface Measured {
  readonly steps: readonly number[]
  /** Of each change: its time, and the median step before it. */
  readonly changes: readonly number[]
  readonly usual: readonly number[]
  readonly gradients: readonly number[]
}

async function measure(model: keyof typeof MODELS, method: string): Promise<Row> {
  const all = [await measureRun(model, method)]
  if (all[0].changes.length === 1) while (all.length < RUNS) all.push(await measureRun(model, method))
  const [steps, changes, usual, gradients] = (['steps', 'changes', 'usual', 'gradients'] as const).map(
    (name) => all.flatMap((one) => one[name]),
  )
  return {
    model,
    method,
    step_ms: median(steps),
    change_ms: median(changes),
    gradient_ms: gradients.length > 0 ? median(gradients) : null,
    steps: median(changes.map((change, k) => change / usual[k])),
  }
}

async function measureRun(model: keyof typeof MODELS, method: string): Promise<Measured> {
  const dataset = randomPictures(shapeOf(model))
  const rounds = findMethod('dynamic', method)?.traits.moments === 'rounds'
  const spec = parseSpec({
    model: MODELS[model],
    data: { name: model.startsWith('mlp') ? 'mnist' : 'cifar-10' },
    sparsity: { density: 0.05, distribution: 'uniform' },
    // Signals and gradients live through a hundred layers; where they die, all gradients are equal, 0.
    initialization: { scheme: 'scaled-base', dense: 'orthogonal', gain: 1.0247, biasStd: 0.00448 },
    dynamic: { method, interval: INTERVAL, until: 1, rewindStep: 0 },
    // Updates: of an interval, or as many rounds as the method has.
    training: { epochs: rounds ? 2 : updatesOf(model) + 1, batchSize: BATCH, learningRate: 1e-4 },
  })
  const { state: _, ...run } = await prepareRun({
    spec,
    backend,
    dataset,
    callbacks: SILENT,
    resumeFrom: null,
  })
  const feeds = new StepFeeds(spec, dataset, run.plan, run.program, run.stream)
  const masks = new MaskUpdater(spec, run, feeds)
  await masks.begin(0)
  const steps: number[] = []
  /** Of each change: all of it, with the step after it; and the median of the steps before it. */
  const whole: number[] = []
  const usual: number[] = []
  const gradients: number[] = []
  const smoothed = findMethod('dynamic', method)?.traits.smoothedGradients === true
  let since: number[] = []
  for (let step = 1; step <= run.plan.totalSteps; step++) {
    const fed = await feeds.train(step - 1)
    await masks.beforeStep(step - 1)
    const before = performance.now()
    run.executable.run('train', fed)
    const done = performance.now()
    const change = await masks.afterStep(step)
    const changed = performance.now()
    steps.push(done - before)
    since.push(done - before)
    if (!change) continue
    usual.push(median(since))
    since = []
    const dense = run.program.program.functions.some(({ name }) => name === 'denseGradients')
    let gradient = 0
    if (dense) {
      const data = await feeds.data(step)
      const start = performance.now()
      run.executable.run('denseGradients', data)
      gradient = performance.now() - start
      gradients.push(gradient)
    }
    // The next step writes what the change left to be written.
    const next = performance.now()
    run.executable.run('train', fed)
    whole.push(changed - done + performance.now() - next - (smoothed ? 0 : gradient))
  }
  // The step after a change is one of the network that it made.
  const last = since.length > 0 ? median(since) : usual[usual.length - 1]
  const changes = whole.map((all, k) => Math.max(0, all - (usual[k + 1] ?? last)))
  run.executable.dispose()
  return { steps, changes, usual, gradients }
}

const able = methodNames('dynamic').filter((name) => {
  const traits = findMethod('dynamic', name)?.traits
  return traits && !traits.forwardMask && traits.moments !== 'start'
})
const wanted = options.method ?? able
const unknown = wanted.find((name) => !able.includes(name))
if (unknown !== undefined) throw new Error(`unknown method ${unknown}; known: ${able.join(', ')}`)
const rows: Row[] = []
process.stdout.write('model      method       step ms  change ms  gradient ms  change in steps\n')
for (const model of options.model) {
  if (!Object.hasOwn(MODELS, model))
    throw new Error(`unknown model ${model}; known: ${Object.keys(MODELS).join(', ')}`)
  for (const method of wanted) {
    const row = await measure(model as keyof typeof MODELS, method)
    rows.push(row)
    const cells = [row.step_ms, row.change_ms, row.gradient_ms, row.steps]
    const text = cells.map((cell) => (cell === null ? '–' : cell.toFixed(2)).padStart(10)).join(' ')
    process.stdout.write(`${row.model.padEnd(10)} ${row.method.padEnd(10)} ${text}\n`)
  }
}
if (options.json) writeFileSync(options.json, `${JSON.stringify(rows, null, 2)}\n`)
const dear = rows.filter(({ steps }) => steps > MOST_STEPS)
if (dear.length > 0) {
  process.stdout.write(`More than ${MOST_STEPS} steps: ${dear.map(({ method }) => method).join(', ')}\n`)
  process.exitCode = 1
}
