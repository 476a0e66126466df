/** A kernel of a run at a step: looked at, and written as a picture or as a list of its entries. */
import { join } from 'node:path'
import {
  decodeCheckpoint,
  kernelOf,
  layoutOf,
  lookAtKernel,
  maskedValues,
  unpackState,
  writePng,
} from '../../engine/index.ts'
import type { KernelLook, KernelLookRequest, ModelState } from '../../engine/index.ts'
import { BenchError } from '../../shared/contract/errors.ts'
import type { ExportRequest } from '../../shared/contract/export.ts'
import type { LayerLook } from '../../shared/contract/layer.ts'
import type { LayerReport } from '../../shared/contract/run.ts'
import { kernelPicture } from '../../shared/figure/kernel-picture.ts'
import { csvLine } from '../../shared/format/csv.ts'
import { parametersOf } from '../../shared/graph/parameters.ts'
import { paint } from '../../shared/laboratory/colours.ts'
import { isMasked } from '../../shared/methods/traits.ts'
import type { LabContext } from '../context.ts'
import { rowsOf } from '../handlers/runs.ts'
import { methodsFor } from '../methods/runs.ts'
import { knowModelOf } from '../models/names.ts'
import { withWeightsPath } from '../models/weights.ts'
import { listCheckpoints } from '../store/artifacts.ts'
import { listLayers } from '../store/layers.ts'
import { readCheckpointFile } from '../threads/checkpoint-file.ts'
import { runTask } from '../threads/task-thread.ts'
import type { FirstStateInput } from '../threads/tasks/layer.ts'
import { graphOf } from './run-state.ts'
import type { Written } from './types.ts'
import { writeBytes, writePieces } from './writer.ts'

/** A kernel of fewer entries is judged in a millisecond or so. */
const SMALL = 1 << 12
/** States that were read or computed last, by lab, run and step: a page goes from layer to layer. */
const MOST_STATES = 4
const states = new WeakMap<LabContext, Map<string, Promise<ModelState>>>()

type Place = { readonly run: number; readonly layer: string; readonly step?: number }

interface Kernel {
  readonly step: number
  readonly steps: readonly number[]
  readonly request: KernelLookRequest
  /** As it stood after initialization. */
  readonly stored: LayerReport | undefined
}

/**
 * The kernel of a run with what is asked of it; the last step where none is named.
 * @throws BenchError `not-found` for a run, step or kernel that is not there, naming those that are.
 */
async function kernelAt(context: LabContext, { run, layer, step }: Place): Promise<Kernel> {
  const [row] = rowsOf(context, [run])
  const steps = [...new Set([0, ...listCheckpoints(context.database, run).map((each) => each.step)])]
  const at = step ?? steps[steps.length - 1]
  if (!steps.includes(at)) {
    throw new BenchError(
      'not-found',
      `The weights of run ${run} at step ${at} are not stored. Known steps: ${steps.join(', ')}.`,
      'step',
    )
  }
  const graph = await graphOf(context, row.spec, run)
  const parameters = parametersOf(graph)
  const found = kernelOf(parameters, await stateAt(context, row, graph, at), layer)
  if (!found) {
    const known = parameters.filter(({ role }) => role === 'kernel').map(({ name }) => name)
    throw new BenchError(
      'not-found',
      `Run ${run} has no kernel “${layer}”. Known: ${known.join(', ')}.`,
      'layer',
    )
  }
  const stored = listLayers(context.database, run).find(({ name }) => name === layer)
  const operator = stored?.operator
  const request = {
    ...found,
    asked: stored?.densityAsked ?? 1,
    gain: row.spec.initialization.gain,
    map: operator?.map[0] ?? 8,
    stride: operator?.stride ?? 1,
  }
  return { step: at, steps, request, stored }
}

type Row = ReturnType<typeof rowsOf>[number]
type Graph = Awaited<ReturnType<typeof graphOf>>

function stateAt(context: LabContext, row: Row, graph: Graph, step: number): Promise<ModelState> {
  const known = states.get(context) ?? new Map<string, Promise<ModelState>>()
  states.set(context, known)
  const stored = listCheckpoints(context.database, row.id).find((each) => each.step === step)
  const key = `${row.id} ${stored?.file ?? 'first'}`
  const state =
    known.get(key) ??
    (stored ? storedState(context, row, graph, stored.file) : firstState(context, row, graph))
  known.delete(key)
  known.set(key, state)
  state.catch(() => known.delete(key))
  for (const old of [...known.keys()].slice(0, -MOST_STATES)) known.delete(old)
  return state
}

async function storedState(context: LabContext, row: Row, graph: Graph, file: string): Promise<ModelState> {
  const { variables } = decodeCheckpoint(readCheckpointFile(join(context.paths.checkpoints, file)))
  return await Promise.resolve(unpackState(layoutOf(graph, isMasked(row.spec)), variables))
}

/** Values and masks before the first step, from the seed, on the backend that the run had. */
async function firstState(context: LabContext, row: Row, graph: Graph): Promise<ModelState> {
  const models = knowModelOf(context.database, row.spec)
  const spec = withWeightsPath(row.spec, context.paths.models)
  const methods = methodsFor(context, spec)
  const input: FirstStateInput = { spec, graph, backend: row.backendUsed, methods }
  return (await runTask(context.workerUrl, 'layer/first-state', input, { models })) as ModelState
}

/** @throws BenchError as `kernelAt`. */
export async function layerLook(context: LabContext, place: Place): Promise<LayerLook> {
  const { step, steps, request, stored } = await kernelAt(context, place)
  const small = request.values.length <= SMALL
  const look = small
    ? lookAtKernel(request)
    : ((await runTask(context.workerUrl, 'layer/look', request)) as KernelLook)
  const other = step === 0 && stored && stored.nonzeros !== look.report.nonzeros
  const notes = other
    ? [
        `Computed again, the kernel keeps ${look.report.nonzeros} weights, and the run’s kept ` +
          `${stored.nonzeros}: another machine or version rounds otherwise.`,
      ]
    : []
  return { run: place.run, step, steps, ...look, notes }
}

/** Writes the kernel: `png` and `svg` its picture, `csv` a row for every entry that is kept. */
export async function writeLayer(context: LabContext, request: ExportRequest): Promise<Written> {
  const { runs = [], layer, step, format, file } = request
  if (runs.length !== 1 || layer === undefined)
    throw new BenchError('bad-input', 'A layer needs one run and the name of a kernel.', 'layer')
  const found = await kernelAt(context, { run: runs[0], layer, step })
  const { shape } = found.request.parameter
  const { values, mask } = maskedValues(found.request)
  const title = `${layer} of run ${runs[0]} at step ${found.step}`
  if (format === 'svg') {
    const bytes = writePieces(file, [kernelPicture({ title, shape, values, mask })])
    return { file, rows: 1, bytes }
  }
  if (format === 'png') {
    const { rgb, width, height } = paint(lookAtKernel(found.request).picture, 'values', 'light', 1024)
    return { file, rows: 1, bytes: writeBytes(file, writePng(rgb, width, height)) }
  }
  const names = shape.length === 4 ? ['row', 'column', 'input', 'output'] : ['input', 'output']
  const kept = [...mask.keys()].filter((at) => mask[at] !== 0)
  const pieces = kept.map((at) => csvLine([...placeOf(at, shape), values[at]]))
  return { file, rows: kept.length, bytes: writePieces(file, [csvLine([...names, 'weight']), ...pieces]) }
}

/** Where in a shape an entry lies, from 0. */
function placeOf(at: number, shape: readonly number[]): number[] {
  let rest = at
  return [...shape]
    .reverse()
    .map((side) => {
      const place = rest % side
      rest = Math.floor(rest / side)
      return place
    })
    .reverse()
}
