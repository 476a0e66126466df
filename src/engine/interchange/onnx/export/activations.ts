/** Activations as ONNX's operators. */
import { LEAKY_SLOPE } from '../../../../shared/graph/types.ts'
import type { LayerActivation } from '../../../../shared/graph/types.ts'
import type { OnnxEmitter } from './emitter.ts'

type Writer = (emitter: OnnxEmitter, x: string, name: string, slope: number) => string

const op =
  (opType: string): Writer =>
  (emitter, x, name) =>
    emitter.node(opType, name, [x])

const clip =
  (low: number, high: number): Writer =>
  (emitter, x, name) =>
    emitter.node('Clip', name, [
      x,
      emitter.floats(`${name}.low`, [], [low]),
      emitter.floats(`${name}.high`, [], [high]),
    ])

const number = (emitter: OnnxEmitter, name: string, value: number): string =>
  emitter.floats(name, [], [value])

/** x · σ(x). */
const swish: Writer = (emitter, x, name) =>
  emitter.node('Mul', name, [x, emitter.node('Sigmoid', `${name}.sigmoid`, [x])])

/** ½x(1 + erf(x/√2)), as PyTorch's exporter spells it before operator set 20. */
const gelu: Writer = (emitter, x, name) => {
  const scaled = emitter.node('Div', `${name}.scaled`, [x, number(emitter, `${name}.root`, Math.SQRT2)])
  const erf = emitter.node('Erf', `${name}.erf`, [scaled])
  const one = emitter.node('Add', `${name}.add`, [erf, number(emitter, `${name}.one`, 1)])
  const whole = emitter.node('Mul', `${name}.mul`, [x, one])
  return emitter.node('Mul', name, [whole, number(emitter, `${name}.half`, 0.5)])
}

/** ½x(1 + tanh(√(2/π)(x + 0.044715x³))). */
const geluTanh: Writer = (emitter, x, name) => {
  const cube = emitter.node('Pow', `${name}.cube`, [x, number(emitter, `${name}.three`, 3)])
  const part = emitter.node('Mul', `${name}.part`, [cube, number(emitter, `${name}.small`, 0.044715)])
  const sum = emitter.node('Add', `${name}.sum`, [x, part])
  const inner = emitter.node('Mul', `${name}.inner`, [
    sum,
    number(emitter, `${name}.root`, Math.sqrt(2 / Math.PI)),
  ])
  const tanh = emitter.node('Tanh', `${name}.tanh`, [inner])
  const one = emitter.node('Add', `${name}.add`, [tanh, number(emitter, `${name}.one`, 1)])
  const half = emitter.node('Mul', `${name}.halved`, [x, number(emitter, `${name}.half`, 0.5)])
  return emitter.node('Mul', name, [half, one])
}

/** ONNX's defaults are single-precision roundings of the published constants (Klambauer et al. 2017). */
const selu: Writer = (emitter, x, name) => emitter.node('Selu', name, [x])

const WRITERS: Readonly<Record<LayerActivation, Writer>> = {
  linear: op('Identity'),
  tanh: op('Tanh'),
  'hard-tanh': clip(-1, 1),
  relu: op('Relu'),
  'leaky-relu': (emitter, x, name, slope) => emitter.node('LeakyRelu', name, [x], { alpha: { f: slope } }),
  selu,
  swish,
  gelu,
  sigmoid: op('Sigmoid'),
  relu6: clip(0, 6),
  'hard-sigmoid': (emitter, x, name) =>
    emitter.node('HardSigmoid', name, [x], { alpha: { f: 1 / 6 }, beta: { f: 0.5 } }),
  'hard-swish': op('HardSwish'),
  'gelu-tanh': geluTanh,
}

export function writeActivation(
  emitter: OnnxEmitter,
  x: string,
  name: string,
  activation: LayerActivation,
  slope = LEAKY_SLOPE,
): string {
  return WRITERS[activation](emitter, x, name, slope)
}
