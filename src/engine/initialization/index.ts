/**
 * The computations of the weight schemes, by name. To add one: a descriptor in shared/methods/schemes, a file
 * beside this with a `WeightScheme`, a line in both records, and a test of its property.
 */
import { BenchError } from '../../shared/contract/errors.ts'
import type { BuiltInScheme } from '../../shared/methods/registry.ts'
import type { OwnName } from '../../shared/spec/own.ts'
import { ai } from './ai.ts'
import { base } from './base.ts'
import { eoi } from './eoi-scheme.ts'
import { fanIn } from './fan-in.ts'
import { fromFile } from './from-file.ts'
import { sao } from './sao-scheme.ts'
import { scaledBase } from './scaled-base.ts'
import { namingLayer } from './naming.ts'
import type { InitialKernel, ModelKernels, ModelPass, WeightScheme } from './types.ts'

const weightSchemes: Readonly<Record<BuiltInScheme, WeightScheme>> = {
  base: { kernel: base },
  'scaled-base': { kernel: scaledBase },
  'fan-in': { kernel: fanIn },
  ai,
  eoi,
  sao,
  file: { kernel: fromFile },
}

const own = new Map<string, WeightScheme>()

/**
 * Makes the computation of a user's own scheme known in this process; its descriptor is registered with
 * registerMethod of shared/methods/registry.ts. Returns what takes it away again.
 */
export function registerScheme(name: OwnName, scheme: WeightScheme): () => void {
  own.set(name, scheme)
  return () => {
    if (own.get(name) === scheme) own.delete(name)
  }
}

/** The scheme of a name. Throws BenchError('not-found') listing the known names. */
export function weightScheme(name: string): WeightScheme {
  const builtIn: Readonly<Record<string, WeightScheme>> = weightSchemes
  const scheme = Object.hasOwn(builtIn, name) ? builtIn[name] : own.get(name)
  if (scheme) return scheme
  throw new BenchError(
    'not-found',
    `Weight scheme ${name}: known are ${[...Object.keys(builtIn), ...own.keys()].join(', ')}.`,
    'initialization.scheme',
  )
}

/** Initializes masked kernels by a scheme, together or one after the other, whichever it does. */
export async function initializeKernels(scheme: WeightScheme, pass: ModelPass): Promise<ModelKernels> {
  if ('model' in scheme) return scheme.model(pass)
  const kernels = new Map<string, InitialKernel>()
  for (const [k, request] of pass.kernels.entries()) {
    const { name } = request.parameter
    await pass.check?.()
    const made = await namingLayer(name, () => scheme.kernel(request))
    kernels.set(name, made)
    pass.onProgress?.((k + 1) / pass.kernels.length)
  }
  return { kernels, loss: [] }
}
