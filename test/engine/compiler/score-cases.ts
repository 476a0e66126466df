/** The networks of snip_grasp.json and synflow.json as layer graphs, and their tensors as a model state. */
import type { Activation, LayerGraph } from '../../../src/shared/graph/types.ts'
import type { ModelState } from '../../../src/engine/program/types.ts'
import type { OracleTensor } from '../../oracle.ts'
import { perceptron } from './models.ts'

export interface ScoreCase {
  readonly name: string
  readonly network: 'mlp' | 'cnn'
  readonly activation: Activation
  readonly prunable: readonly string[]
  readonly params: Readonly<Record<string, OracleTensor>>
  readonly x?: OracleTensor
}

/** Names in the oracle file → names of our parameters. */
const RENAMED: Readonly<Record<string, string>> = {
  w1: 'w1.kernel',
  b1: 'w1.bias',
  w2: 'w2.kernel',
  b2: 'w2.bias',
  w3: 'w3.kernel',
  b3: 'w3.bias',
  k1: 'k1.kernel',
  k2: 'k2.kernel',
  gamma1: 'bn1.scale',
  beta1: 'bn1.shift',
  mean1: 'bn1.running-mean',
  var1: 'bn1.running-variance',
  gamma2: 'bn2.scale',
  beta2: 'bn2.shift',
  mean2: 'bn2.running-mean',
  var2: 'bn2.running-variance',
}

export function scoreGraph({ network, activation, params }: ScoreCase): LayerGraph {
  if (network === 'mlp') {
    const { w1, w2, w3 } = params
    return perceptron([w1.shape[0], w1.shape[1], w2.shape[1], w3.shape[1]], activation)
  }
  const { k1, k2, w3 } = params
  const conv = (kernel: OracleTensor, stride: number) => ({
    kind: 'conv' as const,
    filters: kernel.shape[3],
    kernel: [kernel.shape[0], kernel.shape[1]] as const,
    stride,
    padding: 1,
    groups: 1,
    bias: false,
    maskable: true,
  })
  const norm = { kind: 'batch-norm' as const, momentum: 0.9, epsilon: 1e-5 }
  return {
    name: 'cnn',
    classes: w3.shape[1],
    output: 'w3',
    nodes: [
      { kind: 'input', shape: [8, 8, k1.shape[2]], name: 'input', inputs: [] },
      { ...conv(k1, 1), name: 'k1', inputs: ['input'] },
      { ...norm, name: 'bn1', inputs: ['k1'] },
      { kind: 'activation', activation, name: 'a1', inputs: ['bn1'] },
      { ...conv(k2, 2), name: 'k2', inputs: ['a1'] },
      { ...norm, name: 'bn2', inputs: ['k2'] },
      { kind: 'activation', activation, name: 'a2', inputs: ['bn2'] },
      { kind: 'global-average-pool', name: 'pool', inputs: ['a2'] },
      { kind: 'dense', units: w3.shape[1], bias: true, maskable: true, name: 'w3', inputs: ['pool'] },
    ],
  }
}

/** The parameters of a case; running statistics that it does not give are 0 and 1. */
export function scoreState(given: ScoreCase): ModelState {
  const parameters = new Map<string, Float64Array>()
  for (const [name, { data }] of Object.entries(given.params)) {
    parameters.set(RENAMED[name], Float64Array.from(data))
    if (name.startsWith('gamma')) {
      const norm = `bn${name.slice(5)}`
      parameters.set(`${norm}.running-mean`, new Float64Array(data.length))
      parameters.set(`${norm}.running-variance`, new Float64Array(data.length).fill(1))
    }
  }
  for (const [name, { data }] of Object.entries(given.params))
    parameters.set(RENAMED[name], Float64Array.from(data))
  return { parameters, masks: new Map() }
}

export function kernelName(oracleName: string): string {
  return RENAMED[oracleName]
}
