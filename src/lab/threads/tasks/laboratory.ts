/** The Initialization lab's work: drawing, writing drawings, timing. */
import {
  draw,
  drawingFile,
  drawKernel,
  measureNetworks,
  openBackend,
  timeInitializations,
  withMethods,
} from '../../../engine/index.ts'
import type { DrawTools, OwnContents } from '../../../engine/index.ts'
import type { DrawRequest, DrawingFormat, TimingRequest } from '../../../shared/laboratory/requests.ts'
import type { Drawing, TimingProgress } from '../../../shared/laboratory/types.ts'
import { writeBytes } from '../../export/writer.ts'
import type { MeasureRequest } from '../../../shared/theory/requests.ts'
import type { Task } from '../task-protocol.ts'

/** Inputs as the handlers parsed them. */
export interface LaboratoryTaskInputs {
  readonly 'laboratory/draw': { readonly draw: DrawRequest; readonly methods: OwnContents }
  readonly 'laboratory/timing': TimingRequest
  readonly 'theory/measure': MeasureRequest
  readonly 'laboratory/export': {
    readonly draw: DrawRequest
    readonly format: DrawingFormat
    readonly pytorch: boolean
    readonly methods: OwnContents
    readonly file: string
  }
}

/** Lets what came in meanwhile, a cancellation, be heard. */
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

function tools(progress: (value: unknown) => void, signal?: AbortSignal): DrawTools {
  const check = async (): Promise<void> => {
    await turn()
    signal?.throwIfAborted()
  }
  return { now: () => performance.now(), backend: openBackend, onProgress: progress, check }
}

/** A drawing; also called outside a thread, for small matrices. */
export const drawing = (
  request: DrawRequest,
  progress: (value: unknown) => void = () => undefined,
  signal?: AbortSignal,
): Promise<Drawing> => draw(request, tools(progress, signal))

/** Draws again, which gives the same numbers, and writes them. */
async function write(
  { draw: request, format, pytorch, file }: LaboratoryTaskInputs['laboratory/export'],
  progress: (value: unknown) => void,
  signal: AbortSignal,
): Promise<{ file: string; bytes: number }> {
  const { parameter, kernel } = await drawKernel(request, tools(progress, signal))
  const { scheme, gain } = request.settings
  const about = { scheme, density: String(request.density), gain: String(gain), seed: String(request.seed) }
  return { file, bytes: writeBytes(file, drawingFile(parameter, kernel, format, pytorch, about)) }
}

async function time(
  request: TimingRequest,
  progress: (value: unknown) => void,
  signal: AbortSignal,
): Promise<TimingProgress[]> {
  const all: TimingProgress[] = []
  const check = async (): Promise<void> => {
    await turn()
    signal.throwIfAborted()
  }
  const backend = () => openBackend(request.backend)
  for await (const step of timeInitializations(request, { now: () => performance.now(), backend, check })) {
    all.push(step)
    progress(step)
  }
  return all
}

export const laboratoryTasks = {
  'theory/measure': (input, progress, signal) => {
    const { check } = tools(progress, signal)
    return measureNetworks(input as LaboratoryTaskInputs['theory/measure'], { onProgress: progress, check })
  },
  'laboratory/draw': (input, progress, signal) => {
    const { draw: request, methods } = input as LaboratoryTaskInputs['laboratory/draw']
    return withMethods(methods, () => drawing(request, progress, signal))
  },
  'laboratory/export': (input, progress, signal) => {
    const request = input as LaboratoryTaskInputs['laboratory/export']
    return withMethods(request.methods, () => write(request, progress, signal))
  },
  'laboratory/timing': (input, progress, signal) =>
    time(input as LaboratoryTaskInputs['laboratory/timing'], progress, signal),
} satisfies Readonly<Record<string, Task>>
