// Made from ../instructions/ by scripts/build-kernels.mjs, not by hand.
import { activateGradient } from './activation-gradients'
import { activate, geluAndSlope } from './activations'
import { attend, attendGradient } from './attention'
import { barrier } from './barrier'
import { sampledPairs, transposedProduct } from './dense'
import { add, clear, copy, drop, fold, wrap } from './elementwise'
import { embed, embedGradient } from './embedding'
import { placeLanes } from './examples'
import { fullGradient } from './full-gradient'
import { fullProduct } from './full-product'
import { layerNorm, layerNormGradient, layerNormSums } from './layer-norm'
import { sumOfSizes } from './lists'
import { crossEntropy, fromLanes, targetEntropy, toLanes } from './loss'
import { keepNumbers, layOutDense, putNumbers } from './masks'
import { moments, normGradient, normSums, normalise, scaleShift } from './norm'
import { adamw } from './optimizers/adamw'
import { lambMoments, lambWeights } from './optimizers/lamb'
import { sgd } from './optimizers/sgd'
import { packedProduct } from './packed'
import { averagePool, averagePoolGradient, maxPool, maxPoolGradient } from './pool'
import { gather, product } from './product'
import { multiply, placeSums, rowDots, scaleRows } from './products'
import { denseSampled, rowSums, sampled, sampledLinear, sumTransposed } from './sampled'
import { largestOthers, largestRanks } from './selection'
import { addPositions, fillPlace, move, positionSums } from './tokens'
import * as op from './opcodes'
import { arg, argAt, image, real, realAt } from './record'

/** Does the record at `at`, whatever it is but the end. */
export function runInstruction(opcode: i32, at: usize): void {
  switch (opcode) {
    case op.BARRIER: return barrier(arg(at, 0), arg(at, 1))
    case op.TO_LANES: return toLanes(image(at, 0), arg(at, 3), argAt(at, 4), arg(at, 5), arg(at, 6),
      arg(at, 7), arg(at, 8))
    case op.PLACE_LANES: return placeLanes(image(at, 0), arg(at, 3), arg(at, 4), arg(at, 5), argAt(at, 6),
      arg(at, 7), arg(at, 8), arg(at, 9), arg(at, 10), arg(at, 11), arg(at, 12), arg(at, 13), arg(at, 14),
      arg(at, 15), arg(at, 16))
    case op.FROM_LANES: return fromLanes(arg(at, 0), image(at, 1), argAt(at, 4), arg(at, 5), arg(at, 6))
    case op.CROSS_ENTROPY: return crossEntropy(arg(at, 0), arg(at, 1), arg(at, 2), arg(at, 3), arg(at, 4),
      arg(at, 5), arg(at, 6), real(at, 7), real(at, 8), arg(at, 9), arg(at, 10))
    case op.TARGET_ENTROPY: return targetEntropy(arg(at, 0), arg(at, 1), arg(at, 2), arg(at, 3), arg(at, 4),
      arg(at, 5), arg(at, 6), real(at, 7), real(at, 8), arg(at, 9), arg(at, 10), arg(at, 11), arg(at, 12),
      arg(at, 13), arg(at, 14))
    case op.PRODUCT: return product(arg(at, 0), arg(at, 1), arg(at, 2), arg(at, 3), arg(at, 4), arg(at, 5),
      arg(at, 6), arg(at, 7), arg(at, 8), arg(at, 9), arg(at, 10), arg(at, 11), arg(at, 12), arg(at, 13),
      arg(at, 14), arg(at, 15), arg(at, 16))
    case op.TRANSPOSED_PRODUCT: return transposedProduct(arg(at, 0), arg(at, 1), arg(at, 2), arg(at, 3),
      arg(at, 4), arg(at, 5), arg(at, 6), arg(at, 7), arg(at, 8), arg(at, 9), arg(at, 10))
    case op.GATHER: return gather(arg(at, 0), arg(at, 1), arg(at, 2), argAt(at, 3))
    case op.FULL_PRODUCT: return fullProduct(arg(at, 0), arg(at, 1), arg(at, 2), arg(at, 3), arg(at, 4),
      arg(at, 5), arg(at, 6), arg(at, 7), arg(at, 8), arg(at, 9), arg(at, 10), arg(at, 11), arg(at, 12),
      arg(at, 13), arg(at, 14), arg(at, 15), arg(at, 16))
    case op.PACKED_PRODUCT: return packedProduct(arg(at, 0), arg(at, 1), arg(at, 2), arg(at, 3), arg(at, 4),
      arg(at, 5), arg(at, 6), arg(at, 7), arg(at, 8), arg(at, 9), arg(at, 10), arg(at, 11), arg(at, 12),
      arg(at, 13))
    case op.SAMPLED: return sampled(arg(at, 0), arg(at, 1), arg(at, 2), arg(at, 3), arg(at, 4), arg(at, 5),
      arg(at, 6), arg(at, 7), arg(at, 8), arg(at, 9), arg(at, 10), arg(at, 11), arg(at, 12), arg(at, 13),
      arg(at, 14), arg(at, 15))
    case op.SAMPLED_LINEAR: return sampledLinear(arg(at, 0), arg(at, 1), arg(at, 2), arg(at, 3), arg(at, 4),
      arg(at, 5), arg(at, 6), arg(at, 7), arg(at, 8))
    case op.SAMPLED_PAIRS: return sampledPairs(arg(at, 0), arg(at, 1), arg(at, 2), arg(at, 3), arg(at, 4),
      arg(at, 5), arg(at, 6), argAt(at, 7), arg(at, 8))
    case op.FULL_GRADIENT: return fullGradient(arg(at, 0), arg(at, 1), arg(at, 2), arg(at, 3), arg(at, 4),
      arg(at, 5), arg(at, 6), arg(at, 7), arg(at, 8), arg(at, 9), arg(at, 10), arg(at, 11), arg(at, 12),
      arg(at, 13), arg(at, 14), arg(at, 15))
    case op.DENSE_SAMPLED: return denseSampled(arg(at, 0), arg(at, 1), arg(at, 2), arg(at, 3), arg(at, 4),
      arg(at, 5), arg(at, 6), arg(at, 7), arg(at, 8), arg(at, 9), arg(at, 10), arg(at, 11), arg(at, 12),
      arg(at, 13), arg(at, 14), arg(at, 15))
    case op.SUM_TRANSPOSED: return sumTransposed(arg(at, 0), arg(at, 1), arg(at, 2), arg(at, 3), arg(at, 4),
      arg(at, 5), arg(at, 6), arg(at, 7))
    case op.ROW_SUMS: return rowSums(arg(at, 0), arg(at, 1), arg(at, 2), arg(at, 3), arg(at, 4), arg(at, 5),
      arg(at, 6), arg(at, 7))
    case op.ACTIVATE: return activate(arg(at, 0), image(at, 1), image(at, 4), arg(at, 7), arg(at, 8),
      arg(at, 9))
    case op.ACTIVATE_GRADIENT: return activateGradient(arg(at, 0), image(at, 1), image(at, 4), image(at, 7),
      arg(at, 10), arg(at, 11), arg(at, 12), arg(at, 13))
    case op.GELU_AND_SLOPE: return geluAndSlope(image(at, 0), image(at, 3), arg(at, 6), arg(at, 7),
      arg(at, 8))
    case op.ADD: return add(image(at, 0), image(at, 3), image(at, 6), arg(at, 9), arg(at, 10), arg(at, 11),
      arg(at, 12))
    case op.COPY: return copy(image(at, 0), image(at, 3), arg(at, 6), arg(at, 7), arg(at, 8))
    case op.CLEAR: return clear(image(at, 0), arg(at, 3), arg(at, 4), arg(at, 5))
    case op.DROP: return drop(image(at, 0), image(at, 3), image(at, 6), arg(at, 9), arg(at, 10),
      arg(at, 11), arg(at, 12), arg(at, 13), real(at, 14), real(at, 15), arg(at, 16))
    case op.WRAP: return wrap(image(at, 0), arg(at, 3), arg(at, 4), arg(at, 5), arg(at, 6), arg(at, 7),
      arg(at, 8), arg(at, 9), arg(at, 10))
    case op.FOLD: return fold(image(at, 0), image(at, 3), arg(at, 6), arg(at, 7), arg(at, 8), arg(at, 9),
      arg(at, 10), arg(at, 11), arg(at, 12), arg(at, 13))
    case op.MULTIPLY: return multiply(image(at, 0), image(at, 3), image(at, 6), arg(at, 9), arg(at, 10),
      arg(at, 11), arg(at, 12), arg(at, 13), arg(at, 14))
    case op.PLACE_SUMS: return placeSums(image(at, 0), image(at, 3), image(at, 6), arg(at, 9), arg(at, 10),
      arg(at, 11), arg(at, 12), arg(at, 13))
    case op.SCALE_ROWS: return scaleRows(image(at, 0), image(at, 3), arg(at, 6), arg(at, 7), arg(at, 8),
      arg(at, 9), arg(at, 10))
    case op.ROW_DOTS: return rowDots(arg(at, 0), image(at, 1), image(at, 4), arg(at, 7), arg(at, 8),
      arg(at, 9))
    case op.MOMENTS: return moments(arg(at, 0), image(at, 1), arg(at, 4), arg(at, 5), arg(at, 6),
      arg(at, 7), arg(at, 8), arg(at, 9))
    case op.NORMALISE: return normalise(image(at, 0), image(at, 3), arg(at, 6), arg(at, 7), arg(at, 8),
      arg(at, 9), arg(at, 10), arg(at, 11), arg(at, 12), arg(at, 13), arg(at, 14), real(at, 15),
      real(at, 16), arg(at, 17), arg(at, 18), arg(at, 19), arg(at, 20), arg(at, 21))
    case op.SCALE_SHIFT: return scaleShift(image(at, 0), image(at, 3), arg(at, 6), arg(at, 7), arg(at, 8),
      arg(at, 9), real(at, 10), arg(at, 11), arg(at, 12), arg(at, 13), arg(at, 14))
    case op.NORM_SUMS: return normSums(arg(at, 0), arg(at, 1), image(at, 2), image(at, 5), arg(at, 8),
      arg(at, 9), arg(at, 10), arg(at, 11), arg(at, 12), arg(at, 13), arg(at, 14))
    case op.NORM_GRADIENT: return normGradient(image(at, 0), image(at, 3), image(at, 6), arg(at, 9),
      arg(at, 10), arg(at, 11), arg(at, 12), arg(at, 13), arg(at, 14), arg(at, 15), arg(at, 16),
      arg(at, 17), arg(at, 18), arg(at, 19), arg(at, 20), arg(at, 21), arg(at, 22), arg(at, 23))
    case op.LAYER_NORM: return layerNorm(image(at, 0), image(at, 3), arg(at, 6), arg(at, 7), arg(at, 8),
      real(at, 9), arg(at, 10), arg(at, 11), arg(at, 12))
    case op.LAYER_NORM_GRADIENT: return layerNormGradient(image(at, 0), image(at, 3), image(at, 6),
      arg(at, 9), arg(at, 10), arg(at, 11), arg(at, 12), arg(at, 13), arg(at, 14))
    case op.LAYER_NORM_SUMS: return layerNormSums(arg(at, 0), arg(at, 1), image(at, 2), image(at, 5),
      arg(at, 8), arg(at, 9), arg(at, 10), arg(at, 11))
    case op.MAX_POOL: return maxPool(image(at, 0), image(at, 3), arg(at, 6), arg(at, 7), arg(at, 8),
      arg(at, 9), arg(at, 10), arg(at, 11), arg(at, 12), arg(at, 13), arg(at, 14), arg(at, 15), arg(at, 16))
    case op.MAX_POOL_GRADIENT: return maxPoolGradient(image(at, 0), image(at, 3), image(at, 6),
      image(at, 9), arg(at, 12), arg(at, 13), arg(at, 14), arg(at, 15), arg(at, 16), arg(at, 17),
      arg(at, 18), arg(at, 19), arg(at, 20), arg(at, 21), arg(at, 22))
    case op.AVERAGE_POOL: return averagePool(image(at, 0), image(at, 3), arg(at, 6), arg(at, 7), arg(at, 8),
      arg(at, 9), arg(at, 10), arg(at, 11), arg(at, 12), arg(at, 13), arg(at, 14), arg(at, 15), arg(at, 16),
      arg(at, 17))
    case op.AVERAGE_POOL_GRADIENT: return averagePoolGradient(image(at, 0), image(at, 3), arg(at, 6),
      arg(at, 7), arg(at, 8), arg(at, 9), arg(at, 10), arg(at, 11), arg(at, 12), arg(at, 13), arg(at, 14),
      arg(at, 15), arg(at, 16), arg(at, 17))
    case op.FILL_PLACE: return fillPlace(image(at, 0), arg(at, 3), arg(at, 4), arg(at, 5))
    case op.ADD_POSITIONS: return addPositions(image(at, 0), image(at, 3), arg(at, 6), arg(at, 7),
      arg(at, 8), arg(at, 9))
    case op.POSITION_SUMS: return positionSums(arg(at, 0), image(at, 1), arg(at, 4), arg(at, 5), arg(at, 6))
    case op.MOVE: return move(arg(at, 0), arg(at, 1), arg(at, 2), arg(at, 3), arg(at, 4))
    case op.EMBED: return embed(image(at, 0), image(at, 3), arg(at, 6), arg(at, 7), arg(at, 8), arg(at, 9))
    case op.EMBED_GRADIENT: return embedGradient(arg(at, 0), image(at, 1), image(at, 4), arg(at, 7),
      arg(at, 8), arg(at, 9), arg(at, 10), arg(at, 11))
    case op.ATTEND: return attend(image(at, 0), image(at, 3), image(at, 6), image(at, 9), arg(at, 12),
      arg(at, 13), arg(at, 14), arg(at, 15), arg(at, 16), arg(at, 17), real(at, 18), arg(at, 19))
    case op.ATTEND_GRADIENT: return attendGradient(image(at, 0), image(at, 3), image(at, 6), image(at, 9),
      image(at, 12), image(at, 15), image(at, 18), arg(at, 21), arg(at, 22), arg(at, 23), arg(at, 24),
      arg(at, 25), arg(at, 26), real(at, 27), arg(at, 28))
    case op.SGD: return sgd(arg(at, 0), arg(at, 1), arg(at, 2), arg(at, 3), arg(at, 4), arg(at, 5),
      arg(at, 6), realAt(at, 7), real(at, 8), arg(at, 9), real(at, 10))
    case op.ADAMW: return adamw(arg(at, 0), arg(at, 1), arg(at, 2), arg(at, 3), arg(at, 4), arg(at, 5),
      arg(at, 6), arg(at, 7), arg(at, 8), real(at, 9), real(at, 10), real(at, 11), real(at, 12),
      real(at, 13), real(at, 14))
    case op.LAMB_MOMENTS: return lambMoments(arg(at, 0), arg(at, 1), arg(at, 2), arg(at, 3), arg(at, 4),
      arg(at, 5), arg(at, 6), arg(at, 7), arg(at, 8), arg(at, 9), real(at, 10), real(at, 11), real(at, 12),
      real(at, 13), real(at, 14), real(at, 15))
    case op.LAMB_WEIGHTS: return lambWeights(arg(at, 0), arg(at, 1), arg(at, 2), arg(at, 3), arg(at, 4),
      arg(at, 5), arg(at, 6), arg(at, 7), real(at, 8), real(at, 9))
    case op.LARGEST_RANKS: return largestRanks(arg(at, 0), arg(at, 1), arg(at, 2), arg(at, 3), arg(at, 4),
      arg(at, 5))
    case op.LARGEST_OTHERS: return largestOthers(arg(at, 0), arg(at, 1), arg(at, 2), arg(at, 3), arg(at, 4),
      arg(at, 5), arg(at, 6), arg(at, 7), arg(at, 8), arg(at, 9), arg(at, 10))
    case op.SUM_OF_SIZES: return sumOfSizes(arg(at, 0), arg(at, 1), arg(at, 2), arg(at, 3))
    case op.KEEP_NUMBERS: return keepNumbers(arg(at, 0), arg(at, 1), arg(at, 2), arg(at, 3), arg(at, 4),
      arg(at, 5), arg(at, 6))
    case op.PUT_NUMBERS: return putNumbers(arg(at, 0), arg(at, 1), arg(at, 2), arg(at, 3), arg(at, 4),
      arg(at, 5))
    case op.LAY_OUT_DENSE: return layOutDense(arg(at, 0), arg(at, 1), arg(at, 2), arg(at, 3), arg(at, 4),
      arg(at, 5), arg(at, 6), arg(at, 7), arg(at, 8), arg(at, 9), arg(at, 10), arg(at, 11), arg(at, 12))
    default: unreachable()
  }
}
