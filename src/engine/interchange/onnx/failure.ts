/** Why a node cannot be imported, with what would work instead. */

/** Thrown by an operator; import.ts collects one a node and tells all of them at once. */
export class NotImportable extends Error {}

export function unable(why: string): never {
  throw new NotImportable(why)
}

/** What to do about operators that no layer of the bench computes. */
const INSTEAD: Readonly<Record<string, string>> = {
  GroupNormalization: 'BatchNormalization or LayerNormalization',
  InstanceNormalization: 'BatchNormalization or LayerNormalization',
  RMSNormalization: 'LayerNormalization',
  SimplifiedLayerNormalization: 'LayerNormalization',
  LpNormalization: 'LayerNormalization',
  LRN: 'BatchNormalization',
  ReduceL2: 'BatchNormalization or LayerNormalization in place of norms over places',
  ReduceSum: 'Add of outputs of equal shape; a mean over all places',
  ReduceMax: 'MaxPool, or a mean over all places',
  ReduceProd: 'Mul of outputs of equal shape',
  TopK: 'a model that treats all of its features alike',
  ArgMax: 'the logits themselves',
  ConvTranspose: 'a convolution; the bench trains classifiers',
  Resize: 'a convolution or pooling with a stride; images keep their size or shrink',
  Upsample: 'a convolution or pooling with a stride; images keep their size or shrink',
  PRelu: 'LeakyRelu with a fixed slope',
  Elu: 'Selu',
  Celu: 'Selu',
  Mish: 'swish (SiLU)',
  Softplus: 'Relu or swish (SiLU)',
  LSTM: 'attention or convolutions; recurrent layers are not known',
  GRU: 'attention or convolutions; recurrent layers are not known',
  RNN: 'attention or convolutions; recurrent layers are not known',
  If: 'a model without branches on data; export with a fixed input shape',
  Loop: 'a model without loops; export with a fixed input shape',
  Scan: 'a model without loops; export with a fixed input shape',
  QuantizeLinear: 'the model before quantization, in float32',
  DequantizeLinear: 'the model before quantization, in float32',
  QLinearConv: 'the model before quantization, in float32',
  ConvInteger: 'the model before quantization, in float32',
  MatMulInteger: 'the model before quantization, in float32',
  GridSample: 'fixed sampling by pooling or strides',
  Einsum: 'Linear layers, or scaled dot-product attention as PyTorch has it',
  ScatterND: 'a model without writing in place',
  Scatter: 'a model without writing in place',
  NonZero: 'shapes that do not depend on data; export with a fixed input shape',
}

/** ` Instead: …` for an operator that has an alternative; empty otherwise. */
export function instead(op: string): string {
  return Object.hasOwn(INSTEAD, op) ? ` What works: ${INSTEAD[op]}.` : ''
}
