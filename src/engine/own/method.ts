/** A method's file, opened: what it says of itself, and the host that runs it. */
import { readAbout } from '../../shared/methods/own.ts'
import type { OwnAbout } from '../../shared/methods/own.ts'
import { BenchError } from '../../shared/contract/errors.ts'
import type { ParameterSpec } from '../../shared/graph/types.ts'
import { sizeOf } from '../../shared/graph/shapes.ts'
import { shapeIn, toLayout } from '../interchange/layouts.ts'
import type { Stream } from '../rng.ts'
import { JavascriptThread } from './javascript/thread.ts'
import { openPython } from './python/open.ts'
import type { OwnArray, OwnFile, OwnHost, OwnLimits, OwnReply } from './types.ts'

export interface OwnMethod {
  readonly file: OwnFile
  readonly about: OwnAbout
  readonly host: OwnHost
}

/**
 * Starts a host and loads the file, which runs its code. Throws BenchError: `bad-method` for a file that is
 * no method, `unavailable` where no Python with NumPy is found. To be closed by its host.
 */
export async function openMethod(file: OwnFile, limits: OwnLimits): Promise<OwnMethod> {
  const host =
    file.language === 'python' ? await openPython(file, limits) : new JavascriptThread(file, limits)
  try {
    const { header } = await host.call({
      call: 'load',
      file: file.file,
      text: file.text,
      memory: limits.memory,
    })
    return { file, about: readAbout(header['about'], file.file), host }
  } catch (error) {
    host.close()
    throw error
  }
}

/** An error in what a method returned. `what` completes “my-scheme.py: …”. */
export function wrongAnswer({ file }: OwnMethod, what: string): BenchError {
  return new BenchError('bad-method', `${file.file}: ${what}.`, file.file)
}

/** Four words of 31 bits for the random numbers of a call. */
export function seedOf(stream: Stream): number[] {
  const own = stream.split('own method')
  return Array.from({ length: 4 }, () => own.integer(2 ** 31))
}

/** What a method is told of a kernel. */
export function layerOf(parameter: ParameterSpec): Record<string, unknown> {
  return {
    name: parameter.name,
    shape: shapeIn(parameter, 'pytorch'),
    entries: sizeOf(parameter.shape),
    depthwise: parameter.depthwise,
  }
}

/** Entries of a kernel in the bench's layout, as a method gets them. */
export function toMethod(parameter: ParameterSpec, data: Float64Array | Float32Array | Uint8Array): OwnArray {
  return { shape: shapeIn(parameter, 'pytorch'), data: toLayout(parameter, data, 'pytorch') }
}

/** An array of the reply in the kernel's shape; throws where it has another. */
export function arrayIn(
  method: OwnMethod,
  reply: OwnReply,
  name: string,
  parameter: ParameterSpec,
  what: string,
): OwnArray | null {
  const array = reply.arrays.get(name)
  if (!array) return null
  const shape = shapeIn(parameter, 'pytorch')
  if (array.shape.length === shape.length && array.shape.every((side, axis) => side === shape[axis]))
    return array
  throw wrongAnswer(
    method,
    `${what} of ${parameter.name} has shape [${array.shape.join(', ')}], not [${shape.join(', ')}]`,
  )
}

/** Whether a count of nonzeros is what was asked for, within the method's tolerance and at least one. */
export function isNear(count: number, asked: number, tolerance: number): boolean {
  return Math.abs(count - asked) <= Math.max(1, tolerance * asked)
}
