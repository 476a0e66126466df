/** What a run tells of its spectra: four numbers each time, and at initialization all singular values. */
import type { MetricPoint } from '../../shared/contract/run.ts'
import type { LayerGraph } from '../../shared/graph/types.ts'
import type { RunSpec } from '../../shared/spec/schema.ts'
import { referenceBackend } from '../backend/reference/index.ts'
import type { Backend } from '../program/backend.ts'
import type { Dataset } from '../data/types.ts'
import { Stream } from '../rng.ts'
import { firstTrainingInputs, JacobianSpectrum, spectrumInputs, type Spectrum } from './jacobian.ts'

/** The four numbers by metric name. */
export function spectrumValues({ mean, max, min, variance }: Spectrum): Record<string, number> {
  return {
    'jacobian-mean': mean,
    'jacobian-max': max,
    'jacobian-min': min,
    'jacobian-variance': variance,
  }
}

/** Metric points at initialization; the step of a `jacobian-singular` point is its rank, from 0 (largest). */
export function initializationSpectrum(spectrum: Spectrum): MetricPoint[] {
  const at = { epoch: 0, wall: 0, phase: 'initialization' } as const
  return [
    ...Object.entries(spectrumValues(spectrum)).map(([name, value]) => ({ ...at, step: 0, name, value })),
    ...[...spectrum.values].map((value, step) => ({ ...at, step, name: 'jacobian-singular', value })),
  ]
}

/** The examples whose Jacobians a run takes. */
export function jacobianInputs({ training, seed }: RunSpec, dataset: Dataset): Promise<Float32Array[]> {
  const { spectrumInputs: count, spectrumExamples } = training
  return spectrumExamples === 'first-batch'
    ? firstTrainingInputs(dataset, count, Stream.root(seed))
    : spectrumInputs(dataset, count)
}

/** The compiled study of a run that asks for one; null otherwise. The caller disposes of it. */
export async function runSpectrum(
  spec: RunSpec,
  graph: LayerGraph,
  dataset: Dataset,
  backend: Backend,
): Promise<JacobianSpectrum | null> {
  if (spec.training.spectrum === 'none') return null
  const inputs = await jacobianInputs(spec, dataset)
  return JacobianSpectrum.compile(graph, inputs, [backend, referenceBackend])
}
