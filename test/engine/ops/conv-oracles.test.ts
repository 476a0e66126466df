import { describe, test } from 'vitest'
import { referenceBackend } from '../../../src/engine/backend/reference/index.ts'
import { Builder } from '../../../src/engine/program/builder.ts'
import { convolved } from '../../../src/engine/compiler/layers/conv.ts'
import { oracle } from '../../oracle.ts'
import type { OracleTensor } from '../../oracle.ts'
import { CONV_LOWERINGS, lowered } from './conv-lowerings.ts'
import { expectClose, oracleCases, runOracleCase } from './oracle-harness.ts'

describe.each(['float64', 'float32'] as const)(
  'images, norms and attention against PyTorch, %s',
  (precision) => {
    test.each(oracleCases(...Object.keys(CONV_LOWERINGS)))('$name', async (given) => {
      await runOracleCase(referenceBackend, precision, given, CONV_LOWERINGS[given.op])
    })
  },
)

const withStatistics = oracleCases('batchNorm').filter((given) => given.running_after_each_step)

test.each(withStatistics)('running statistics after each of two steps: $name', async (given) => {
  const {
    running_before: before,
    running_after_each_step: after = [],
    x_second_step: second,
    inputs,
    attrs,
  } = given
  if (!before || !second) throw new Error(`${given.name} lacks its running statistics`)
  const steps = [inputs.x, second]
  let mean = Float64Array.from(before.running_mean.data)
  let variance = Float64Array.from(before.running_var.data)
  for (const [k, x] of steps.entries()) {
    const builder = new Builder()
    const values = Object.fromEntries(
      ['scale', 'shift', 'running-mean', 'running-variance'].map((name) => [
        name,
        builder.feed(name, inputs.gamma.shape),
      ]),
    )
    const layer = {
      kind: 'batch-norm',
      momentum: Number(attrs.tf_momentum),
      epsilon: Number(attrs.eps),
    } as const
    const { statistics } = lowered(layer, builder, [builder.feed('x', x.shape)], values)
    const outputs = Object.entries(statistics).map(([name, value]) => ({ name, value }))
    const executable = await referenceBackend.compile(
      { variables: [], functions: [builder.finish('step', outputs)] },
      { precision: 'float64' },
    )
    const feed = (tensor: OracleTensor): Float64Array => Float64Array.from(tensor.data)
    const result = executable.run('step', {
      x: feed(x),
      scale: feed(inputs.gamma),
      shift: feed(inputs.beta),
      'running-mean': mean,
      'running-variance': variance,
    })
    mean = Float64Array.from(result['running-mean'])
    variance = Float64Array.from(result['running-variance'])
    expectClose(`running mean, step ${k + 1}`, mean, after[k].running_mean, 1e-9)
    expectClose(`running variance, step ${k + 1}`, variance, after[k].running_var, 1e-9)
  }
})

interface DeltaCase {
  readonly name: string
  readonly H: OracleTensor
  readonly kernel_size: number
  readonly gain: number
  readonly x: OracleTensor
  readonly y: OracleTensor
}

test.each(oracle<{ cases: DeltaCase[] }>('delta_orthogonal').cases)(
  'delta-orthogonal circular: $name',
  async (given) => {
    const { H, kernel_size: size, gain, x, y } = given
    const kernel = new Float64Array(size * size * H.data.length)
    const centre = (size * size - 1) / 2
    H.data.forEach((entry, i) => {
      kernel[centre * H.data.length + i] = gain * entry
    })
    const builder = new Builder()
    const output = convolved(
      builder,
      'conv2d',
      builder.feed('x', x.shape),
      builder.feed('kernel', [size, size, ...H.shape]),
      { stride: 1, padding: 'circular' },
    )
    const executable = await referenceBackend.compile(
      { variables: [], functions: [builder.finish('forward', [{ name: 'y', value: output }])] },
      { precision: 'float64' },
    )
    const result = executable.run('forward', { x: Float64Array.from(x.data), kernel })
    expectClose('y', result.y, y, 1e-9)
  },
)
