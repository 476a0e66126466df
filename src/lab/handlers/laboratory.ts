/** The Initialization lab: drawings and timings, each in a thread of its own, cancelled by its name. */
import { z } from 'zod'
import type { Drawing, TimingProgress } from '../../shared/laboratory/types.ts'
import {
  drawExportSchema,
  drawSchema,
  timesSchema,
  timingSchema,
  weightsSchema,
} from '../../shared/laboratory/requests.ts'
import { BenchError } from '../../shared/contract/errors.ts'
import { schemeHas } from '../../shared/methods/traits.ts'
import { timingCsv } from '../../shared/laboratory/timing-table.ts'
import type { LabContext } from '../context.ts'
import { writeWeights } from '../export/weights.ts'
import { writePieces } from '../export/writer.ts'
import { runTask } from '../threads/task-thread.ts'
import { drawing } from '../threads/tasks/laboratory.ts'
import { parseInput } from './types.ts'
import type { Handlers } from './types.ts'
import { sizeOf } from '../../shared/graph/shapes.ts'

/**
 * A drawing of so many entries takes milliseconds, less than starting a thread; a scheme that descends takes
 * longer.
 */
const SMALL = 1 << 13

const jobSchema = z.string().min(1).max(64).optional()
const fileSchema = z.string().min(1).max(4096)
const labs = new WeakMap<LabContext, Map<string, AbortController>>()

function jobsOf(context: LabContext): Map<string, AbortController> {
  const jobs = labs.get(context) ?? new Map<string, AbortController>()
  labs.set(context, jobs)
  return jobs
}

/** Runs a task that `laboratory/cancel` can stop as long as it is under way. */
async function job(
  context: LabContext,
  name: string | undefined,
  task: string,
  input: unknown,
  onProgress: (job: string, value: unknown) => void,
): Promise<unknown> {
  if (name === undefined) return runTask(context.workerUrl, task, input)
  const jobs = jobsOf(context)
  if (jobs.has(name)) throw new BenchError('conflict', `A job named “${name}” is under way.`, 'job')
  const abort = new AbortController()
  jobs.set(name, abort)
  try {
    return await runTask(context.workerUrl, task, input, {
      signal: abort.signal,
      onProgress: (value) => onProgress(name, value),
    })
  } finally {
    jobs.delete(name)
  }
}

export const laboratoryHandlers: Handlers<
  | 'laboratory/draw'
  | 'laboratory/timing'
  | 'laboratory/cancel'
  | 'laboratory/export'
  | 'laboratory/export-times'
  | 'weights/write'
> = {
  'laboratory/draw': async (context, input) => {
    const { draw, job: name } = parseInput(z.strictObject({ draw: drawSchema, job: jobSchema }), input)
    const entries = sizeOf(draw.shape)
    if (entries <= SMALL && !schemeHas(draw.settings, 'optimizes')) return drawing(draw)
    const tell = (told: string, fraction: unknown): void =>
      context.emitter.emit('laboratory/progress', { job: told, fraction: fraction as number })
    return (await job(context, name, 'laboratory/draw', draw, tell)) as Drawing
  },
  'laboratory/timing': async (context, input) => {
    const { timing, job: name } = parseInput(z.strictObject({ timing: timingSchema, job: jobSchema }), input)
    const tell = (told: string, progress: unknown): void =>
      context.emitter.emit('laboratory/timing', { job: told, progress: progress as TimingProgress })
    return (await job(context, name, 'laboratory/timing', timing, tell)) as TimingProgress[]
  },
  'laboratory/cancel': (context, input) => {
    const { job: name } = parseInput(z.strictObject({ job: z.string().min(1).max(64) }), input)
    const abort = jobsOf(context).get(name)
    abort?.abort()
    return { cancelled: abort !== undefined }
  },
  'laboratory/export': async (context, input) => {
    const request = parseInput(drawExportSchema.extend({ file: fileSchema }), input)
    return (await runTask(context.workerUrl, 'laboratory/export', request)) as { file: string; bytes: number }
  },
  'laboratory/export-times': (_context, input) => {
    const { points, file } = parseInput(timesSchema.extend({ file: fileSchema }), input)
    return { file, rows: points.length, bytes: writePieces(file, [timingCsv(points)]) }
  },
  'weights/write': (context, input) =>
    writeWeights(context, parseInput(weightsSchema.extend({ file: fileSchema }), input)),
}
