/** The Initialization lab: drawings and timings, each in a thread of its own, cancelled by its name. */
import type { Drawing, TimingProgress } from '../../shared/laboratory/types.ts'
import type { NetworkMeasurement } from '../../shared/theory/requests.ts'
import { schemeHas } from '../../shared/methods/traits.ts'
import { timingCsv } from '../../shared/laboratory/timing-table.ts'
import { layerLook } from '../export/layer.ts'
import { writeWeights } from '../export/weights.ts'
import { writePieces } from '../export/writer.ts'
import { runTask } from '../threads/task-thread.ts'
import { drawing } from '../threads/tasks/laboratory.ts'
import { methodsFor } from '../methods/runs.ts'
import { specOf, wholeRequest } from '../../shared/laboratory/whole-request.ts'
import { isOwn } from '../../shared/spec/own.ts'
import { readPattern } from '../../engine/index.ts'
import { patternText } from '../../shared/methods/patterns.ts'
import { cancelJob, runJob } from './jobs.ts'
import type { Handlers } from './types.ts'
import { sizeOf } from '../../shared/graph/shapes.ts'

/**
 * A drawing of so many entries takes milliseconds, less than starting a thread; a scheme that descends takes
 * longer.
 */
const SMALL = 1 << 13

export const laboratoryHandlers: Handlers<
  | 'laboratory/draw'
  | 'laboratory/pattern'
  | 'laboratory/timing'
  | 'theory/measure'
  | 'jobs/cancel'
  | 'laboratory/export'
  | 'laboratory/export-times'
  | 'weights/write'
  | 'runs/layer'
> = {
  'laboratory/draw': async (context, { draw: given, job: name }) => {
    const draw = wholeRequest(given)
    const quick = !schemeHas(draw.settings, 'optimizes') && !isOwn(draw.settings.scheme)
    if (sizeOf(draw.shape) <= SMALL && quick) return drawing(draw)
    const tell = (told: string, fraction: unknown): void =>
      context.emitter.emit('jobs/progress', { job: told, fraction: fraction as number })
    return (await runJob(
      context,
      name,
      'laboratory/draw',
      { draw, methods: methodsFor(context, specOf(draw)) },
      tell,
    )) as Drawing
  },
  'laboratory/pattern': (_context, { name, base64 }) => {
    const pattern = readPattern(Buffer.from(base64, 'base64'), name)
    const positions = pattern.mask.reduce((sum, bit) => sum + bit, 0)
    return { rows: pattern.rows, cols: pattern.cols, positions, text: patternText(pattern) }
  },
  'laboratory/timing': async (context, { timing, job: name }) => {
    const tell = (told: string, progress: unknown): void =>
      context.emitter.emit('laboratory/timing', { job: told, progress: progress as TimingProgress })
    return (await runJob(context, name, 'laboratory/timing', timing, tell)) as TimingProgress[]
  },
  'theory/measure': async (context, { network, job: name }) => {
    const tell = (told: string, fraction: unknown): void =>
      context.emitter.emit('jobs/progress', { job: told, fraction: fraction as number })
    return (await runJob(context, name, 'theory/measure', network, tell)) as NetworkMeasurement
  },
  'jobs/cancel': (context, { job: name }) => ({ cancelled: cancelJob(context, name) }),
  'laboratory/export': async (context, given) => {
    const request = { ...given, draw: wholeRequest(given.draw) }
    const methods = methodsFor(context, specOf(request.draw))
    return (await runTask(context.workerUrl, 'laboratory/export', { ...request, methods })) as {
      file: string
      bytes: number
    }
  },
  'laboratory/export-times': (_context, { points, file }) => ({
    file,
    rows: points.length,
    bytes: writePieces(file, [timingCsv(points)]),
  }),
  'runs/layer': (context, place) => layerLook(context, place),
  'weights/write': (context, input) => writeWeights(context, input),
}
