import { BenchError } from '../../shared/contract/errors.ts'

function named(layer: string, error: unknown): unknown {
  if (!(error instanceof BenchError)) return error
  return new BenchError(error.code, `${layer}: ${error.message}`, error.where ?? layer, { cause: error })
}

/** Does a layer's work; its BenchErrors are told with the layer that they befell. */
export function namingLayer<T>(layer: string, work: () => T): T {
  try {
    const made = work()
    if (!(made instanceof Promise)) return made
    return made.catch((error: unknown) => {
      throw named(layer, error)
    }) as T
  } catch (error) {
    throw named(layer, error)
  }
}
