// Made from ../instructions.ts by scripts/build-kernels.mjs, not by hand.
import { geluAndSlope } from './activations'
import { attend, attendGradient } from './attention'
import { embed, embedGradient } from './embedding'
import { fullGradient } from './full-gradient'
import { fullProduct } from './full-product'
import { layerNorm, layerNormGradient, layerNormSums } from './layer-norm'
import { keepNumbers, layOutDense, putNumbers } from './masks'
import { packedProduct } from './packed'
import { multiply, placeSums, rowDots, scaleRows } from './products'
import { addPositions, fillPlace, move, positionSums } from './tokens'
import { arg, image, real } from './record'

/** Does the record at `at`, if its number is one of the table. */
export function runInstruction(opcode: i32, at: usize): bool {
  switch (opcode) {
    case 64: {
      multiply(
        image(at, 0), image(at, 3), image(at, 6), arg(at, 9), arg(at, 10), arg(at, 11), arg(at, 12),
        arg(at, 13), arg(at, 14))
      return true
    }
    case 65: {
      placeSums(
        image(at, 0), image(at, 3), image(at, 6), arg(at, 9), arg(at, 10), arg(at, 11), arg(at, 12),
        arg(at, 13))
      return true
    }
    case 66: {
      scaleRows(
        image(at, 0), image(at, 3), arg(at, 6), arg(at, 7), arg(at, 8), arg(at, 9), arg(at, 10))
      return true
    }
    case 67: {
      rowDots(
        arg(at, 0), image(at, 1), image(at, 4), arg(at, 7), arg(at, 8), arg(at, 9))
      return true
    }
    case 68: {
      layerNorm(
        image(at, 0), image(at, 3), arg(at, 6), arg(at, 7), arg(at, 8), real(at, 9), arg(at, 10), arg(at, 11),
        arg(at, 12))
      return true
    }
    case 69: {
      layerNormGradient(
        image(at, 0), image(at, 3), image(at, 6), arg(at, 9), arg(at, 10), arg(at, 11), arg(at, 12),
        arg(at, 13), arg(at, 14))
      return true
    }
    case 70: {
      layerNormSums(
        arg(at, 0), arg(at, 1), image(at, 2), image(at, 5), arg(at, 8), arg(at, 9), arg(at, 10), arg(at, 11))
      return true
    }
    case 71: {
      fillPlace(
        image(at, 0), arg(at, 3), arg(at, 4), arg(at, 5))
      return true
    }
    case 72: {
      addPositions(
        image(at, 0), image(at, 3), arg(at, 6), arg(at, 7), arg(at, 8), arg(at, 9))
      return true
    }
    case 73: {
      positionSums(
        arg(at, 0), image(at, 1), arg(at, 4), arg(at, 5), arg(at, 6))
      return true
    }
    case 74: {
      move(
        arg(at, 0), arg(at, 1), arg(at, 2), arg(at, 3), arg(at, 4))
      return true
    }
    case 75: {
      attend(
        image(at, 0), image(at, 3), image(at, 6), image(at, 9), arg(at, 12), arg(at, 13), arg(at, 14),
        arg(at, 15), arg(at, 16), arg(at, 17), real(at, 18), arg(at, 19))
      return true
    }
    case 76: {
      attendGradient(
        image(at, 0), image(at, 3), image(at, 6), image(at, 9), image(at, 12), image(at, 15), image(at, 18),
        arg(at, 21), arg(at, 22), arg(at, 23), arg(at, 24), arg(at, 25), arg(at, 26), real(at, 27), arg(at, 28))
      return true
    }
    case 77: {
      fullProduct(
        arg(at, 0), arg(at, 1), arg(at, 2), arg(at, 3), arg(at, 4), arg(at, 5), arg(at, 6), arg(at, 7),
        arg(at, 8), arg(at, 9), arg(at, 10), arg(at, 11), arg(at, 12), arg(at, 13), arg(at, 14), arg(at, 15),
        arg(at, 16))
      return true
    }
    case 78: {
      fullGradient(
        arg(at, 0), arg(at, 1), arg(at, 2), arg(at, 3), arg(at, 4), arg(at, 5), arg(at, 6), arg(at, 7),
        arg(at, 8), arg(at, 9), arg(at, 10), arg(at, 11), arg(at, 12), arg(at, 13), arg(at, 14), arg(at, 15))
      return true
    }
    case 79: {
      embed(
        image(at, 0), image(at, 3), arg(at, 6), arg(at, 7), arg(at, 8), arg(at, 9))
      return true
    }
    case 80: {
      embedGradient(
        arg(at, 0), image(at, 1), image(at, 4), arg(at, 7), arg(at, 8), arg(at, 9), arg(at, 10), arg(at, 11))
      return true
    }
    case 81: {
      packedProduct(
        arg(at, 0), arg(at, 1), arg(at, 2), arg(at, 3), arg(at, 4), arg(at, 5), arg(at, 6), arg(at, 7),
        arg(at, 8), arg(at, 9), arg(at, 10), arg(at, 11), arg(at, 12), arg(at, 13))
      return true
    }
    case 82: {
      geluAndSlope(
        image(at, 0), image(at, 3), arg(at, 6), arg(at, 7), arg(at, 8))
      return true
    }
    case 83: {
      keepNumbers(
        arg(at, 0), arg(at, 1), arg(at, 2), arg(at, 3), arg(at, 4), arg(at, 5), arg(at, 6))
      return true
    }
    case 84: {
      putNumbers(
        arg(at, 0), arg(at, 1), arg(at, 2), arg(at, 3), arg(at, 4), arg(at, 5))
      return true
    }
    case 85: {
      layOutDense(
        arg(at, 0), arg(at, 1), arg(at, 2), arg(at, 3), arg(at, 4), arg(at, 5), arg(at, 6), arg(at, 7),
        arg(at, 8), arg(at, 9), arg(at, 10), arg(at, 11), arg(at, 12))
      return true
    }
    default: return false
  }
}
