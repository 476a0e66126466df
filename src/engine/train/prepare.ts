/** What happens before the first step: model, densities, first values and masks, the report, compilation. */
import type { LayerReport, MetricPoint } from '../../shared/contract/run.ts'
import type { LayerGraph } from '../../shared/graph/types.ts'
import { parametersOf } from '../../shared/graph/parameters.ts'
import { stepsText } from '../../shared/methods/schemes/ai-steps.ts'
import type { RunSpec } from '../../shared/spec/schema.ts'
import { buildNetwork } from '../../shared/zoo/index.ts'
import type { Backend, Executable } from '../program/backend.ts'
import { packedVariables } from '../program/layout.ts'
import { compileTraining } from '../compiler/training.ts'
import type { ModelState, TrainingProgram } from '../program/types.ts'
import type { Dataset } from '../data/types.ts'
import { trainingOptions } from './training-options.ts'
import { initializeModel, type InitializedModel } from './initialize.ts'
import type { FloatArray } from '../ops/ir.ts'
import { Stream } from '../rng.ts'
import { givenWeights, pruningTargets, startDensities } from './densities.ts'
import type { PruningTargets } from './densities.ts'
import type { JacobianSpectrum } from './jacobian.ts'
import { plannedOperations } from '../../shared/planning/operations.ts'
import { planTraining, type TrainingPlan } from '../../shared/planning/plan.ts'
import { groupNotes } from './group-notes.ts'
import { Isometry } from './isometry-metrics.ts'
import { initializationSpectrum, runSpectrum } from './spectrum-metrics.ts'
import { compileTrainer } from './trainer.ts'
import { endIfAsked } from './stop.ts'
import type { TrainCallbacks, TrainRequest } from './types.ts'
import { inputVocabulary, predictionsOf, sizeOf } from '../../shared/graph/shapes.ts'
import { BenchError } from '../../shared/contract/errors.ts'

export interface PreparedRun {
  readonly graph: LayerGraph
  readonly plan: TrainingPlan
  readonly program: TrainingProgram
  readonly executable: Executable
  readonly evaluationBatchSize: number
  /** Predictions of an example: 1, or one a token. */
  readonly predictions: number
  /** The run's root stream. */
  readonly stream: Stream
  /** First values and masks; null when the run is resumed, since the checkpoint holds them. */
  readonly state: ModelState | null
  /** Looks at the layers at evaluations; null where the specification does not ask. */
  readonly isometry: Isometry | null
  /** Takes Jacobian spectra at evaluations; null where the specification asks for none in training. */
  readonly spectrum: JacobianSpectrum | null
  /**
   * Densities that a run which prunes goes from and to; null where it does not, or a checkpoint holds them.
   */
  readonly targets: PruningTargets | null
  /** Trained weights, and those of them in kernels that can have a mask. */
  readonly weights: { readonly total: number; readonly maskable: number }
  /** Takes the least time of the first steps, in milliseconds; null where it is known. */
  readonly recordStep: ((stepMs: number) => void) | null
}

/** What a run keeps: its first values are in the executable, and here would take twice as much again. */
export type KeptRun = Omit<PreparedRun, 'state'>

/**
 * Densities, values and masks of a run before training, as any page or command may ask for them. `check` is
 * asked now and then, and throws to end it.
 */
export async function initializeRun(
  spec: RunSpec,
  graph: LayerGraph,
  dataset: Dataset | null,
  backend: Backend,
  onProgress: TrainCallbacks['stage'],
  check?: () => void,
): Promise<InitializedModel> {
  const stream = Stream.root(spec.seed).split('initialization')
  onProgress('density', 0)
  const given = givenWeights(spec, graph)
  const tell = (fraction: number): void => {
    check?.()
    onProgress('density', fraction)
  }
  const densities = await startDensities(spec, graph, dataset, backend, tell, given)
  onProgress('initialization', 0)
  return initializeModel({
    graph,
    parameters: parametersOf(graph),
    spec,
    densities,
    stream,
    backend,
    given: given ?? undefined,
    check,
    onProgress: (fraction) => onProgress('initialization', fraction),
  })
}

/** Bytes that are written in one call; more are split, so that no more than these lie in memory twice. */
const WRITE_BYTES = 256 * 2 ** 20

/** Writes first values and masks into a program compiled for float32. */
export function writeState(executable: Executable, { layout }: TrainingProgram, state: ModelState): void {
  if (executable.writeState) {
    executable.writeState(state)
    return
  }
  let part = new Map<string, FloatArray>()
  let bytes = 0
  for (const [variable, values] of packedVariables(layout, state, 'float32')) {
    part.set(variable, values)
    bytes += values.byteLength
    if (bytes < WRITE_BYTES) continue
    executable.writeAll(part)
    part = new Map()
    bytes = 0
  }
  executable.writeAll(part)
}

/** Operations of the whole training by formula, from the densities that the first masks reached. */
function operationsOf(known: Known): number {
  const { spec, graph, plan, targets, reports } = known
  const densities = reports.flatMap(({ maskable, density }) => (maskable ? [density] : []))
  return plannedOperations({ spec, graph, targets, densities })(plan.rounds)
}

/**
 * Over all layers as the operators that they are, convolutions among them: the largest residual, the largest
 * and the least singular value; each only where it is known of every layer.
 */
function operatorMetrics(reports: readonly LayerReport[]): Record<string, number> {
  const operators = reports.map((report) => ({
    ...(report.operator ?? report),
    sampled: report.operator ? report.operator.frequencies < report.operator.allFrequencies : false,
  }))
  const known = (of: (operator: (typeof operators)[number]) => number | null): number[] | null => {
    const found = operators.flatMap((operator) => of(operator) ?? [])
    return operators.length > 0 && found.length === operators.length ? found : null
  }
  const residual = known((operator) => operator.residual)
  const whole = operators.every(({ sampled }) => !sampled)
  const largest = whole ? known((operator) => operator.singularMax) : null
  const least = whole ? known((operator) => operator.singularMin) : null
  return {
    ...(residual ? { 'operator-residual': Math.max(...residual) } : {}),
    ...(largest ? { 'operator-singular-max': Math.max(...largest) } : {}),
    ...(least ? { 'operator-singular-min': Math.min(...least) } : {}),
  }
}

/** A run whose first values are made. */
interface Known {
  readonly spec: RunSpec
  readonly graph: LayerGraph
  readonly plan: TrainingPlan
  readonly targets: PruningTargets | null
  readonly reports: readonly LayerReport[]
}

function initializationMetrics(known: Known): MetricPoint[] {
  const { reports, graph } = known
  const maskable = reports.filter((report) => report.maskable)
  const entries = maskable.reduce((sum, report) => sum + report.entries, 0)
  const nonzeros = maskable.reduce((sum, report) => sum + report.nonzeros, 0)
  const dense = parametersOf(graph)
    .filter(({ trainable }) => trainable)
    .reduce((sum, { shape }) => sum + sizeOf(shape), 0)
  const residuals = maskable.flatMap(({ residual }) => (residual === null ? [] : [residual]))
  const values: Record<string, number> = {
    density: entries > 0 ? nonzeros / entries : 1,
    nonzeros,
    // Weights that are kept, with biases and norms, which are never masked.
    parameters: dense - entries + nonzeros,
    'dense-parameters': dense,
    'training-operations': operationsOf(known),
  }
  // Of the kernels as matrices.
  if (residuals.length > 0) values['residual'] = Math.max(...residuals)
  Object.assign(values, operatorMetrics(maskable))
  return Object.entries(values).map(([name, value]) => ({
    step: 0,
    epoch: 0,
    wall: 0,
    phase: 'initialization',
    name,
    value,
  }))
}

function reportInitialization(
  { reports, notes, isometryLoss }: InitializedModel,
  run: Omit<Known, 'reports'>,
  callbacks: TrainCallbacks,
): void {
  const { spec } = run
  const groups = groupNotes(spec, run.graph)
  callbacks.layers(
    reports.map((report) => {
      const note = groups.kernels.get(report.name)
      return note === undefined ? report : { ...report, notes: [...report.notes, note] }
    }),
  )
  callbacks.metrics(initializationMetrics({ ...run, reports }))
  for (const note of groups.text === null ? notes : [...notes, groups.text])
    callbacks.event('warning', note, 0)
  for (const report of reports) {
    for (const note of report.notes) callbacks.event('warning', `${report.name}: ${note}`, 0)
  }
  if (isometryLoss.length === 0) return
  const done = isometryLoss.length - 1
  const { aiSteps, aiResidual } = spec.initialization
  if (aiResidual > 0) {
    const end =
      done < aiSteps
        ? `every layer’s residual is at most ${aiResidual}`
        : `the residual ${aiResidual} was not reached`
    callbacks.event('info', `AI took ${stepsText(done)} of ${aiSteps}: ${end}.`, 0)
  }
  callbacks.metrics([
    { step: 0, epoch: 0, wall: 0, phase: 'initialization', name: 'isometry-steps', value: done },
  ])
  callbacks.metrics(
    isometryLoss.map((value, step) => ({
      step,
      epoch: 0,
      wall: 0,
      phase: 'initialization',
      name: 'isometry-loss',
      value,
    })),
  )
}

/**
 * Tells the spectrum at initialization, and keeps what computes it where it is wanted in training, too.
 */
async function prepareSpectrum(
  request: TrainRequest,
  graph: LayerGraph,
  state: ModelState | null,
): Promise<JacobianSpectrum | null> {
  const { spec, dataset, backend, callbacks } = request
  const wanted = spec.training.spectrum
  if (wanted === 'none' || (wanted === 'initialization' && !state)) return null
  const spectrum = await runSpectrum(spec, graph, dataset, backend)
  if (spectrum && spectrum.backend !== backend.name) {
    callbacks.event('info', `The Jacobian spectrum is computed by the ${spectrum.backend} backend.`, 0)
  }
  let kept = false
  try {
    if (spectrum && state) callbacks.metrics(initializationSpectrum(spectrum.ofState(state)))
    kept = wanted === 'training'
    return kept ? spectrum : null
  } finally {
    if (!kept) spectrum?.dispose()
  }
}

function weightsOf(graph: LayerGraph): PreparedRun['weights'] {
  const trained = parametersOf(graph).filter(({ trainable }) => trainable)
  const entries = (of: typeof trained): number => of.reduce((sum, { shape }) => sum + sizeOf(shape), 0)
  return { total: entries(trained), maskable: entries(trained.filter(({ maskable }) => maskable)) }
}

/** Throws BenchError('bad-specification') for a model that does not read or predict what the data hold. */
function requireLabels(graph: LayerGraph, { name, predictions = 1 }: Dataset): void {
  const [made, reads] = [predictionsOf(graph), inputVocabulary(graph)]
  if (made === predictions && (reads !== null) === predictions > 1) return
  const wanted =
    predictions > 1 ? 'a token embedding, and logits of every token' : 'one row of logits an example'
  throw new BenchError(
    'bad-specification',
    `${graph.name} ${reads === null ? 'reads no tokens' : 'reads tokens'} and makes ${made} ` +
      `prediction${made === 1 ? '' : 's'} of an example; data ${name} need ${wanted}.`,
    'model.name',
  )
}

/**
 * Prepares a run for its first step (or, with a checkpoint, for its next). Throws BenchError where the
 * specification asks for something impossible, and StoppedEarly where densities and first values are still
 * in the making when a stop is asked for.
 */
export async function prepareRun(request: TrainRequest): Promise<PreparedRun> {
  const { spec, backend, dataset, callbacks, resumeFrom } = request
  const plan = planTraining(spec, dataset.size('train'))
  const graph = buildNetwork(spec, dataset.shape, dataset.classes)
  requireLabels(graph, dataset)
  const initialized = resumeFrom
    ? null
    : await initializeRun(
        spec,
        graph,
        dataset,
        backend,
        (stage, fraction) => callbacks.stage(stage, fraction),
        () => endIfAsked(callbacks),
      )
  const known = resumeFrom?.memory?.has('pruning:to') ?? false
  const targets = known ? null : await pruningTargets(spec, graph, dataset, backend)
  if (initialized) reportInitialization(initialized, { spec, graph, plan, targets }, callbacks)
  callbacks.stage('compile', 0)
  const evaluationBatchSize = spec.training.batchSize
  const program = compileTraining(graph, trainingOptions(spec))
  const state = initialized?.state ?? null
  const { executable, record } = await compileTrainer({
    request,
    program,
    state,
    totalSteps: plan.totalSteps,
    write: (target) => {
      if (state) writeState(target, program, state)
    },
  })
  let spectrum: JacobianSpectrum | null = null
  let isometry: Isometry | null
  try {
    spectrum = await prepareSpectrum(request, graph, state)
    isometry = await Isometry.open(spec, graph, dataset, backend)
  } catch (error) {
    spectrum?.dispose()
    executable.dispose()
    throw error
  }
  callbacks.stage('compile', 1)
  return {
    graph,
    plan,
    program,
    executable,
    evaluationBatchSize,
    predictions: predictionsOf(graph),
    stream: Stream.root(spec.seed),
    state,
    isometry,
    spectrum,
    targets,
    weights: weightsOf(graph),
    recordStep: record,
  }
}
