// Activations of rows and images. Each has loops of its own, without a switch inside: only such are joined to
// wider vectors.
import {
  gelu, geluTanh, hardSigmoid, hardSwish, hardTanh, leakyRelu, linear, relu, relu6, selu, sigmoid, swish,
} from './activation-functions'
import { rowAt } from './image'
import { bell4, flush, geluSlope4, normalCdf4, tanh4, tanhSixteen } from './math'

function linearRow(to: usize, from: usize, bytes: i32): void {
  for (let l = 0; l < bytes; l += 32) {
    const a = flush(linear(v128.load(from + l)))
    const b = flush(linear(v128.load(from + l, 16)))
    v128.store(to + l, a)
    v128.store(to + l, b, 16)
  }
}

function tanhRow(to: usize, from: usize, bytes: i32): void {
  let l = 0
  for (; l + 63 < bytes; l += 64) tanhSixteen(to + l, from + l)
  for (; l < bytes; l += 32) {
    const a = flush(tanh4(v128.load(from + l)))
    const b = flush(tanh4(v128.load(from + l, 16)))
    v128.store(to + l, a)
    v128.store(to + l, b, 16)
  }
}

function hardTanhRow(to: usize, from: usize, bytes: i32): void {
  for (let l = 0; l < bytes; l += 32) {
    const a = flush(hardTanh(v128.load(from + l)))
    const b = flush(hardTanh(v128.load(from + l, 16)))
    v128.store(to + l, a)
    v128.store(to + l, b, 16)
  }
}

function reluRow(to: usize, from: usize, bytes: i32): void {
  for (let l = 0; l < bytes; l += 32) {
    const a = flush(relu(v128.load(from + l)))
    const b = flush(relu(v128.load(from + l, 16)))
    v128.store(to + l, a)
    v128.store(to + l, b, 16)
  }
}

function leakyReluRow(to: usize, from: usize, bytes: i32): void {
  for (let l = 0; l < bytes; l += 32) {
    const a = flush(leakyRelu(v128.load(from + l)))
    const b = flush(leakyRelu(v128.load(from + l, 16)))
    v128.store(to + l, a)
    v128.store(to + l, b, 16)
  }
}

function seluRow(to: usize, from: usize, bytes: i32): void {
  for (let l = 0; l < bytes; l += 32) {
    const a = flush(selu(v128.load(from + l)))
    const b = flush(selu(v128.load(from + l, 16)))
    v128.store(to + l, a)
    v128.store(to + l, b, 16)
  }
}

function swishRow(to: usize, from: usize, bytes: i32): void {
  for (let l = 0; l < bytes; l += 32) {
    const a = flush(swish(v128.load(from + l)))
    const b = flush(swish(v128.load(from + l, 16)))
    v128.store(to + l, a)
    v128.store(to + l, b, 16)
  }
}

function geluRow(to: usize, from: usize, bytes: i32): void {
  for (let l = 0; l < bytes; l += 32) {
    const a = flush(gelu(v128.load(from + l)))
    const b = flush(gelu(v128.load(from + l, 16)))
    v128.store(to + l, a)
    v128.store(to + l, b, 16)
  }
}

function sigmoidRow(to: usize, from: usize, bytes: i32): void {
  for (let l = 0; l < bytes; l += 32) {
    const a = flush(sigmoid(v128.load(from + l)))
    const b = flush(sigmoid(v128.load(from + l, 16)))
    v128.store(to + l, a)
    v128.store(to + l, b, 16)
  }
}

function relu6Row(to: usize, from: usize, bytes: i32): void {
  for (let l = 0; l < bytes; l += 32) {
    const a = flush(relu6(v128.load(from + l)))
    const b = flush(relu6(v128.load(from + l, 16)))
    v128.store(to + l, a)
    v128.store(to + l, b, 16)
  }
}

function hardSigmoidRow(to: usize, from: usize, bytes: i32): void {
  for (let l = 0; l < bytes; l += 32) {
    const a = flush(hardSigmoid(v128.load(from + l)))
    const b = flush(hardSigmoid(v128.load(from + l, 16)))
    v128.store(to + l, a)
    v128.store(to + l, b, 16)
  }
}

function hardSwishRow(to: usize, from: usize, bytes: i32): void {
  for (let l = 0; l < bytes; l += 32) {
    const a = flush(hardSwish(v128.load(from + l)))
    const b = flush(hardSwish(v128.load(from + l, 16)))
    v128.store(to + l, a)
    v128.store(to + l, b, 16)
  }
}

function geluTanhRow(to: usize, from: usize, bytes: i32): void {
  for (let l = 0; l < bytes; l += 32) {
    const a = flush(geluTanh(v128.load(from + l)))
    const b = flush(geluTanh(v128.load(from + l, 16)))
    v128.store(to + l, a)
    v128.store(to + l, b, 16)
  }
}

/**
 * to = f(from) on `bytes` bytes, a multiple of 32; may be in place. Tiny results become 0. Kinds as in
 * ../model.ts.
 */
export function activateRow(kind: i32, to: usize, from: usize, bytes: i32): void {
  switch (kind) {
    case 0: return linearRow(to, from, bytes)
    case 1: return tanhRow(to, from, bytes)
    case 2: return hardTanhRow(to, from, bytes)
    case 3: return reluRow(to, from, bytes)
    case 4: return leakyReluRow(to, from, bytes)
    case 5: return seluRow(to, from, bytes)
    case 6: return swishRow(to, from, bytes)
    case 7: return geluRow(to, from, bytes)
    case 8: return sigmoidRow(to, from, bytes)
    case 9: return relu6Row(to, from, bytes)
    case 10: return hardSigmoidRow(to, from, bytes)
    case 11: return hardSwishRow(to, from, bytes)
    case 12: return geluTanhRow(to, from, bytes)
    default: unreachable()
  }
}

/** to = f(from) on images [channels][height] of rows of `bytes` bytes; may be in place. */
export function activate(kind: i32, to: usize, from: usize, channels: i32, height: i32, bytes: i32): void {
  for (let c = 0; c < channels; c++) {
    for (let y = 0; y < height; y++) activateRow(kind, rowAt(to, c, y), rowAt(from, c, y), bytes)
  }
}

/** to = x·Φ(x), kept = its derivative, x being what is in `kept`. */
function geluAndSlopeRow(to: usize, kept: usize, bytes: i32): void {
  for (let l = 0; l < bytes; l += 32) {
    const x = v128.load(kept + l)
    const y = v128.load(kept + l, 16)
    const bellX = bell4(x)
    const bellY = bell4(y)
    const cdfX = normalCdf4(x, bellX)
    const cdfY = normalCdf4(y, bellY)
    const a = flush(f32x4.mul(x, cdfX))
    const b = flush(f32x4.mul(y, cdfY))
    const c = flush(geluSlope4(x, cdfX, bellX))
    const d = flush(geluSlope4(y, cdfY, bellY))
    v128.store(to + l, a)
    v128.store(to + l, b, 16)
    v128.store(kept + l, c)
    v128.store(kept + l, d, 16)
  }
}

/**
 * GELU on images [channels][height] of rows of `bytes` bytes, that leaves its derivative where its input was.
 */
export function geluAndSlope(to: usize, kept: usize, channels: i32, height: i32, bytes: i32): void {
  for (let c = 0; c < channels; c++) {
    for (let y = 0; y < height; y++) geluAndSlopeRow(rowAt(to, c, y), rowAt(kept, c, y), bytes)
  }
}
