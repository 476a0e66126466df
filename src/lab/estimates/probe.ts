/**
 * A short measurement: a run of the kind is started in a thread, takes steps for a moment, and is thrown
 * away.
 */
import { schemeHas, scoresOf } from '../../shared/methods/traits.ts'
import { lengthOf } from '../../shared/planning/plan.ts'
import type { RunSpec } from '../../shared/spec/schema.ts'
import type { LabContext } from '../context.ts'
import { methodsFor } from '../methods/runs.ts'
import { startThread } from '../run/pool.ts'
import { methodsOrWhyNot } from '../run/running.ts'
import { recordStepTime, workOf } from '../store/step-times.ts'
import type { WorkerMessage } from '../threads/protocol.ts'

const PROBE_MS = 1000
/** Give up when the first step is not there by then. */
const LIMIT_MS = 20_000

/** Units times depth times width² (or channels): what makes a start and a step long. */
function isCheap(spec: RunSpec): boolean {
  const { model, initialization } = spec
  const work = model.depth * (model.width * model.widthMultiplier) ** 2
  const scores = scoresOf(spec)
  const scored = scores === 'data' || scores === 'flow'
  return model.name === 'mlp' && work <= 4e6 && !scored && !schemeHas(initialization, 'optimizes')
}

/** Per lab: one measurement at a time, and none twice that failed once. */
const labs = new WeakMap<LabContext, { busy: boolean; readonly failed: Set<string> }>()

/**
 * Measures the step of a specification and stores it. False when it is too long a business, failed, or
 * another one is being measured (a form asks again with every change).
 */
export async function probe(context: LabContext, spec: RunSpec, backend: string): Promise<boolean> {
  if (!context.queue || context.queue.busy || !isCheap(spec) || lengthOf(spec.training) === 0) return false
  const state = labs.get(context) ?? { busy: false, failed: new Set<string>() }
  labs.set(context, state)
  const key = `${backend} ${workOf(spec)}`
  if (state.busy || state.failed.has(key)) return false
  state.busy = true
  try {
    const measured = await measure(context, spec, backend)
    if (!measured) state.failed.add(key)
    return measured
  } finally {
    state.busy = false
  }
}

async function measure(context: LabContext, spec: RunSpec, backend: string): Promise<boolean> {
  let last: WorkerMessage | null = null
  let used = { backend: '', device: '' }
  const thread = startThread(
    context.workerUrl,
    {
      job: 'train',
      spec,
      models: [],
      methods: methodsOrWhyNot({ methods: (each) => methodsFor(context, each) }, spec),
      backend,
      recorded: null,
      dataHash: null,
      ratesFile: context.paths.rates,
      checkpoint: null,
      secondsBefore: 0,
      checkpointFolder: context.paths.checkpoints,
      checkpointOwner: 'probe',
      checkpointEveryMs: Number.MAX_SAFE_INTEGER,
      keepsTrail: false,
      probeMs: PROBE_MS,
    },
    (message) => {
      last = message
      if (message.kind === 'environment') used = { backend: message.backend, device: message.device }
    },
  )
  const timer = setTimeout(() => void thread.kill(), LIMIT_MS)
  await thread.ended
  clearTimeout(timer)
  const end = last as WorkerMessage | null
  if (end?.kind !== 'done' || end.timing.stepMs === null || end.timing.totalSteps === null) return false
  const { stepMs, startSeconds, totalSteps } = end.timing
  if (!context.database.open) return false // The lab was closed meanwhile.
  const time = { ...used, stepMs, startSeconds, stepsPerEpoch: totalSteps / lengthOf(spec.training) }
  recordStepTime(context.database, workOf(spec), time, context.now().toISOString())
  return true
}
