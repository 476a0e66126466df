/** How the core ops' cases of ops.json are built; other families keep a record of the same form. */
import { mean, one, reshape } from '../../../src/engine/ops/support/make.ts'
import type { OracleLowering } from './oracle-harness.ts'

const activation =
  (op: string): OracleLowering =>
  (builder, { x }) =>
    one(builder, op, [x])

export const CORE_LOWERINGS: Readonly<Record<string, OracleLowering>> = {
  linear: (builder, { x, kernel, bias }) =>
    one(builder, 'bias-add', [one(builder, 'matmul', [x, kernel]), bias]),
  tanh: activation('tanh'),
  hardtanh: activation('hard-tanh'),
  relu: activation('relu'),
  leaky_relu: (builder, { x }, { attrs }) =>
    one(builder, 'leaky-relu', [x], { slope: Number(attrs.negative_slope) }),
  selu: activation('selu'),
  swish: activation('swish'),
  sigmoid: activation('sigmoid'),
  gelu: activation('gelu'),
  softmaxCrossEntropy: (builder, { logits }, { attrs, labels = [] }) => {
    const [batch, classes] = logits.type.shape
    const smoothing = Number(attrs.label_smoothing)
    const y = one(builder, 'constant', [], { dtype: 'int', shape: [batch], values: labels })
    const targets = one(builder, 'one-hot', [y], {
      depth: classes,
      on: 1 - smoothing + smoothing / classes,
      off: smoothing / classes,
    })
    const [losses] = builder.add('softmax-cross-entropy', [logits, targets])
    return reshape(builder, mean(builder, losses), [1])
  },
}
