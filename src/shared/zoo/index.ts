/**
 * The zoo: networks as data. To add a family: write its file, name it in MODEL_NAMES (spec/schema.ts) and
 * here, give its defaults in spec/families.ts, test its shapes and its parameter count against a published
 * number.
 */
import { BenchError } from '../contract/errors.ts'
import { withSparseAttention } from '../graph/sparse-attention.ts'
import type { LayerGraph, Shape } from '../graph/types.ts'
import { expandModel } from '../models/expand.ts'
import { knownModel } from '../models/known.ts'
import { isOwn } from '../spec/own.ts'
import type { MODEL_NAMES, RunSpec } from '../spec/schema.ts'
import type { ModelSettings, Zoo } from './types.ts'
import { cnn } from './cnn.ts'
import { deitSmall, deitTiny } from './deit.ts'
import { efficientnetB0 } from './efficientnet-b0.ts'
import { gpt } from './gpt.ts'
import { mlp } from './mlp.ts'
import { resnet50 } from './resnet-50.ts'
import { resnet } from './resnet.ts'
import { vgg } from './vgg.ts'

export const zoo = {
  mlp,
  cnn,
  resnet,
  vgg,
  'efficientnet-b0': efficientnetB0,
  'resnet-50': resnet50,
  'deit-tiny': deitTiny,
  'deit-small': deitSmall,
  gpt,
} as const satisfies Record<(typeof MODEL_NAMES)[number], Zoo>

/**
 * The layer graph of a model for inputs of a shape ([height, width, channels] or [features]).
 * Throws BenchError('bad-specification') for what the family does not allow, and BenchError('not-found') for
 * an own model whose content is not known here (models/known.ts).
 */
export function buildModel(model: ModelSettings, input: Shape, classes: number): LayerGraph {
  if (!Number.isInteger(classes) || classes < 2) {
    throw new BenchError(
      'bad-specification',
      `A classifier needs at least 2 classes, not ${classes}.`,
      'data.name',
    )
  }
  if (isOwn(model.name)) return expandModel(knownModel(model.sha256, model.name), model, input, classes)
  const family: Zoo | undefined = zoo[model.name]
  if (!family) {
    throw new BenchError(
      'bad-specification',
      `Unknown model “${String(model.name)}”; known: ${Object.keys(zoo).join(', ')}, and own:NAME.`,
      'model.name',
    )
  }
  return family(model, input, classes)
}

/**
 * The layer graph that a run trains: its model's, with attention's own kernels apart where they are sparse.
 * Throws as buildModel does.
 */
export function buildNetwork(
  { model, sparsity }: Pick<RunSpec, 'model' | 'sparsity'>,
  input: Shape,
  classes: number,
): LayerGraph {
  const graph = buildModel(model, input, classes)
  return sparsity.attention ? withSparseAttention(graph) : graph
}
