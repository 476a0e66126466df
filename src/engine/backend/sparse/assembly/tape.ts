// Tapes: what a thread does in a step, as words in memory. A record is its opcode, its number of words, its arguments.
import { activateGradient } from './activation-gradients'
import { activate } from './activations'
import { sampledPairs, transposedProduct } from './dense'
import { add, clear, copy, drop, fold, wrap } from './elementwise'
import { placeLanes } from './examples'
import { runInstruction } from './instructions'
import { crossEntropy, fromLanes, targetEntropy, toLanes } from './loss'
import { moments, normalise, normGradient, normSums, scaleShift } from './norm'
import * as op from './opcodes'
import { adamw } from './optimizers/adamw'
import { lambMoments, lambWeights } from './optimizers/lamb'
import { sgd } from './optimizers/sgd'
import { averagePool, averagePoolGradient, maxPool, maxPoolGradient } from './pool'
import { gather, product } from './product'
import { denseSampled, rowSums, sampled, sampledLinear, sumTransposed } from './sampled'
import { arg, image, real } from './record'
import { barrier } from './threads'

/** Runs the records from `at` up to END. */
export function runTape(at: usize): void {
  runRecords(at, false)
}

/** Runs the records from `at` up to the next barrier, and not through it; returns where they go on, 0 at the end. */
export function runToBarrier(at: usize): usize {
  return runRecords(at, true)
}

function runRecords(at: usize, stops: bool): usize {
  while (true) {
    switch (load<i32>(at)) {
      case op.END: return 0
      case op.PRODUCT: {
        product(
          arg(at, 0), arg(at, 1), arg(at, 2), arg(at, 3), arg(at, 4), arg(at, 5), arg(at, 6), arg(at, 7), arg(at, 8),
          arg(at, 9), arg(at, 10), arg(at, 11), arg(at, 12), arg(at, 13), arg(at, 14), arg(at, 15), arg(at, 16))
        break
      }
      case op.TRANSPOSED_PRODUCT: {
        transposedProduct(
          arg(at, 0), arg(at, 1), arg(at, 2), arg(at, 3), arg(at, 4), arg(at, 5), arg(at, 6), arg(at, 7), arg(at, 8),
          arg(at, 9), arg(at, 10))
        break
      }
      case op.SAMPLED_PAIRS: {
        sampledPairs(
          arg(at, 0), arg(at, 1), arg(at, 2), arg(at, 3), arg(at, 4), arg(at, 5), arg(at, 6), arg(at, 7), arg(at, 8))
        break
      }
      case op.GATHER: {
        gather(arg(at, 0), arg(at, 1), arg(at, 2), arg(at, 3))
        break
      }
      case op.SAMPLED: {
        sampled(
          arg(at, 0), arg(at, 1), arg(at, 2), arg(at, 3), arg(at, 4), arg(at, 5), arg(at, 6), arg(at, 7), arg(at, 8),
          arg(at, 9), arg(at, 10), arg(at, 11), arg(at, 12), arg(at, 13), arg(at, 14), arg(at, 15))
        break
      }
      case op.SAMPLED_LINEAR: {
        sampledLinear(
          arg(at, 0), arg(at, 1), arg(at, 2), arg(at, 3), arg(at, 4), arg(at, 5), arg(at, 6), arg(at, 7), arg(at, 8))
        break
      }
      case op.DENSE_SAMPLED: {
        denseSampled(
          arg(at, 0), arg(at, 1), arg(at, 2), arg(at, 3), arg(at, 4), arg(at, 5), arg(at, 6), arg(at, 7), arg(at, 8),
          arg(at, 9), arg(at, 10), arg(at, 11), arg(at, 12), arg(at, 13), arg(at, 14), arg(at, 15))
        break
      }
      case op.SUM_TRANSPOSED: {
        sumTransposed(arg(at, 0), arg(at, 1), arg(at, 2), arg(at, 3), arg(at, 4), arg(at, 5), arg(at, 6), arg(at, 7))
        break
      }
      case op.ROW_SUMS: {
        rowSums(arg(at, 0), arg(at, 1), arg(at, 2), arg(at, 3), arg(at, 4), arg(at, 5), arg(at, 6), arg(at, 7))
        break
      }
      case op.ACTIVATE: {
        activate(arg(at, 0), image(at, 1), image(at, 4), arg(at, 7), arg(at, 8), arg(at, 9))
        break
      }
      case op.ACTIVATE_GRADIENT: {
        activateGradient(
          arg(at, 0), image(at, 1), image(at, 4), image(at, 7), arg(at, 10), arg(at, 11), arg(at, 12), arg(at, 13))
        break
      }
      case op.CROSS_ENTROPY: {
        crossEntropy(
          arg(at, 0), arg(at, 1), arg(at, 2), arg(at, 3), arg(at, 4), arg(at, 5), arg(at, 6), real(at, 7), real(at, 8),
          arg(at, 9), arg(at, 10))
        break
      }
      case op.TARGET_ENTROPY: {
        targetEntropy(
          arg(at, 0), arg(at, 1), arg(at, 2), arg(at, 3), arg(at, 4), arg(at, 5), arg(at, 6), real(at, 7), real(at, 8),
          arg(at, 11), arg(at, 12), arg(at, 13), arg(at, 14), arg(at, 9), arg(at, 10))
        break
      }
      case op.TO_LANES: {
        toLanes(
          image(at, 0), arg(at, 3) , load<i32>(arg(at, 4)), arg(at, 5), arg(at, 6), arg(at, 7), arg(at, 8))
        break
      }
      case op.PLACE_LANES: {
        placeLanes(
          image(at, 0), arg(at, 3), arg(at, 4), arg(at, 5), load<i32>(arg(at, 6)), arg(at, 7), arg(at, 8), arg(at, 9),
          arg(at, 10), arg(at, 11), arg(at, 12), arg(at, 13), arg(at, 14), arg(at, 15), arg(at, 16))
        break
      }
      case op.FROM_LANES: {
        fromLanes(arg(at, 0), image(at, 1), load<i32>(arg(at, 4)), arg(at, 5), arg(at, 6))
        break
      }
      case op.BARRIER: {
        // Once the last barrier is passed the first thread may write other tapes: nothing is read after it.
        const next = at + (load<i32>(at, 4) << 2)
        const last = load<i32>(next) == op.END
        if (stops) return last ? 0 : next
        barrier(arg(at, 0), arg(at, 1))
        if (last) return 0
        break
      }
      case op.SGD: {
        sgd(
          arg(at, 0), arg(at, 1), arg(at, 2), arg(at, 3), arg(at, 4), arg(at, 5), arg(at, 6), load<f32>(arg(at, 7)),
          real(at, 8), arg(at, 9), real(at, 10))
        break
      }
      case op.ADAMW: {
        adamw(
          arg(at, 0), arg(at, 1), arg(at, 2), arg(at, 3), arg(at, 4), arg(at, 5), arg(at, 6), arg(at, 7),
          arg(at, 8), real(at, 9), real(at, 10), real(at, 11), real(at, 12), real(at, 13), real(at, 14))
        break
      }
      case op.LAMB_MOMENTS: {
        lambMoments(
          arg(at, 0), arg(at, 1), arg(at, 2), arg(at, 3), arg(at, 4), arg(at, 5), arg(at, 6), arg(at, 7), arg(at, 8),
          arg(at, 9), real(at, 10), real(at, 11), real(at, 12), real(at, 13), real(at, 14), real(at, 15))
        break
      }
      case op.LAMB_WEIGHTS: {
        lambWeights(
          arg(at, 0), arg(at, 1), arg(at, 2), arg(at, 3), arg(at, 4), arg(at, 5), arg(at, 6), arg(at, 7), real(at, 8),
          real(at, 9))
        break
      }
      case op.ADD: {
        add(image(at, 0), image(at, 3), image(at, 6), arg(at, 9), arg(at, 10), arg(at, 11), arg(at, 12))
        break
      }
      case op.COPY: {
        copy(image(at, 0), image(at, 3), arg(at, 6), arg(at, 7), arg(at, 8))
        break
      }
      case op.CLEAR: {
        clear(image(at, 0), arg(at, 3), arg(at, 4), arg(at, 5))
        break
      }
      case op.CLEAR_BYTES: {
        memory.fill(arg(at, 0), 0, arg(at, 1))
        break
      }
      case op.WRAP: {
        wrap(
          image(at, 0), arg(at, 3), arg(at, 4), arg(at, 5), arg(at, 6), arg(at, 7), arg(at, 8), arg(at, 9), arg(at, 10))
        break
      }
      case op.FOLD: {
        fold(
          image(at, 0), image(at, 3), arg(at, 6), arg(at, 7), arg(at, 8), arg(at, 9), arg(at, 10), arg(at, 11),
          arg(at, 12), arg(at, 13))
        break
      }
      case op.DROP: {
        drop(
          image(at, 0), image(at, 3), image(at, 6), arg(at, 9), arg(at, 10), arg(at, 11), arg(at, 12), arg(at, 13),
          real(at, 14), real(at, 15), arg(at, 16))
        break
      }
      case op.MOMENTS: {
        moments(arg(at, 0), image(at, 1), arg(at, 4), arg(at, 5), arg(at, 6), arg(at, 7), arg(at, 8), arg(at, 9))
        break
      }
      case op.NORMALISE: {
        normalise(
          image(at, 0), image(at, 3), arg(at, 6), arg(at, 7), arg(at, 8), arg(at, 9), arg(at, 10), arg(at, 11),
          arg(at, 12), arg(at, 13), arg(at, 14), real(at, 15), real(at, 16), arg(at, 17), arg(at, 18), arg(at, 19),
          arg(at, 20), arg(at, 21))
        break
      }
      case op.SCALE_SHIFT: {
        scaleShift(
          image(at, 0), image(at, 3), arg(at, 6), arg(at, 7), arg(at, 8), arg(at, 9), real(at, 10), arg(at, 11),
          arg(at, 12), arg(at, 13), arg(at, 14))
        break
      }
      case op.NORM_SUMS: {
        normSums(
          arg(at, 0), arg(at, 1), image(at, 2), image(at, 5), arg(at, 8), arg(at, 9), arg(at, 10), arg(at, 11),
          arg(at, 12), arg(at, 13), arg(at, 14))
        break
      }
      case op.NORM_GRADIENT: {
        normGradient(
          image(at, 0), image(at, 3), image(at, 6), arg(at, 9), arg(at, 10), arg(at, 11), arg(at, 12), arg(at, 13),
          arg(at, 14), arg(at, 15), arg(at, 16), arg(at, 17), arg(at, 18), arg(at, 19), arg(at, 20), arg(at, 21),
          arg(at, 22), arg(at, 23))
        break
      }
      case op.MAX_POOL: {
        maxPool(
          image(at, 0), image(at, 3), arg(at, 6), arg(at, 7), arg(at, 8), arg(at, 9), arg(at, 10), arg(at, 11),
          arg(at, 12), arg(at, 13), arg(at, 14), arg(at, 15), arg(at, 16))
        break
      }
      case op.MAX_POOL_GRADIENT: {
        maxPoolGradient(
          image(at, 0), image(at, 3), image(at, 6), image(at, 9), arg(at, 12), arg(at, 13), arg(at, 14), arg(at, 15),
          arg(at, 16), arg(at, 17), arg(at, 18), arg(at, 19), arg(at, 20), arg(at, 21), arg(at, 22))
        break
      }
      case op.AVERAGE_POOL: {
        averagePool(
          image(at, 0), image(at, 3), arg(at, 6), arg(at, 7), arg(at, 8), arg(at, 9), arg(at, 10), arg(at, 11),
          arg(at, 12), arg(at, 13), arg(at, 14), arg(at, 15), arg(at, 16), arg(at, 17))
        break
      }
      case op.AVERAGE_POOL_GRADIENT: {
        averagePoolGradient(
          image(at, 0), image(at, 3), arg(at, 6), arg(at, 7), arg(at, 8), arg(at, 9), arg(at, 10), arg(at, 11),
          arg(at, 12), arg(at, 13), arg(at, 14), arg(at, 15), arg(at, 16), arg(at, 17))
        break
      }
      default: if (!runInstruction(load<i32>(at), at)) unreachable()
    }
    at += load<i32>(at, 4) << 2
  }
}
