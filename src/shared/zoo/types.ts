/** One signature for the whole zoo: settings, input shape and classes go in, a layer graph comes out. */
import type { LayerGraph, Shape } from '../graph/types.ts'
import type { RunSpec } from '../spec/schema.ts'

export type ModelSettings = RunSpec['model']

/** Throws BenchError('bad-specification') that says what the family allows. */
export type Zoo = (model: ModelSettings, input: Shape, classes: number) => LayerGraph
