// Gradients of activations on rows and images. Each has loops of its own, without a switch inside: only such
// are joined to wider vectors.
import {
  geluSlope, geluTanhSlope, hardSigmoidSlope, hardSwishSlope, hardTanhSlope, leakyReluSlope, relu6Slope,
  reluSlope, seluSlope, sigmoidSlope, swishSlope, tanhSlope,
} from './activation-functions'
import { rowAt } from './image'
import { flush } from './math'

function linearGradient(to: usize, gradient: usize, bytes: i32): void {
  for (let l = 0; l < bytes; l += 32) {
    const a = flush(v128.load(gradient + l))
    const b = flush(v128.load(gradient + l, 16))
    v128.store(to + l, a)
    v128.store(to + l, b, 16)
  }
}

function tanhGradient(to: usize, gradient: usize, kept: usize, bytes: i32): void {
  for (let l = 0; l < bytes; l += 32) {
    const a = flush(f32x4.mul(v128.load(gradient + l), tanhSlope(v128.load(kept + l))))
    const b = flush(f32x4.mul(v128.load(gradient + l, 16), tanhSlope(v128.load(kept + l, 16))))
    v128.store(to + l, a)
    v128.store(to + l, b, 16)
  }
}

function hardTanhGradient(to: usize, gradient: usize, kept: usize, bytes: i32): void {
  for (let l = 0; l < bytes; l += 32) {
    const a = flush(f32x4.mul(v128.load(gradient + l), hardTanhSlope(v128.load(kept + l))))
    const b = flush(f32x4.mul(v128.load(gradient + l, 16), hardTanhSlope(v128.load(kept + l, 16))))
    v128.store(to + l, a)
    v128.store(to + l, b, 16)
  }
}

function reluGradient(to: usize, gradient: usize, kept: usize, bytes: i32): void {
  for (let l = 0; l < bytes; l += 32) {
    const a = flush(f32x4.mul(v128.load(gradient + l), reluSlope(v128.load(kept + l))))
    const b = flush(f32x4.mul(v128.load(gradient + l, 16), reluSlope(v128.load(kept + l, 16))))
    v128.store(to + l, a)
    v128.store(to + l, b, 16)
  }
}

function leakyReluGradient(to: usize, gradient: usize, kept: usize, bytes: i32): void {
  for (let l = 0; l < bytes; l += 32) {
    const a = flush(f32x4.mul(v128.load(gradient + l), leakyReluSlope(v128.load(kept + l))))
    const b = flush(f32x4.mul(v128.load(gradient + l, 16), leakyReluSlope(v128.load(kept + l, 16))))
    v128.store(to + l, a)
    v128.store(to + l, b, 16)
  }
}

function seluGradient(to: usize, gradient: usize, kept: usize, bytes: i32): void {
  for (let l = 0; l < bytes; l += 32) {
    const a = flush(f32x4.mul(v128.load(gradient + l), seluSlope(v128.load(kept + l))))
    const b = flush(f32x4.mul(v128.load(gradient + l, 16), seluSlope(v128.load(kept + l, 16))))
    v128.store(to + l, a)
    v128.store(to + l, b, 16)
  }
}

function swishGradient(to: usize, gradient: usize, kept: usize, bytes: i32): void {
  for (let l = 0; l < bytes; l += 32) {
    const a = flush(f32x4.mul(v128.load(gradient + l), swishSlope(v128.load(kept + l))))
    const b = flush(f32x4.mul(v128.load(gradient + l, 16), swishSlope(v128.load(kept + l, 16))))
    v128.store(to + l, a)
    v128.store(to + l, b, 16)
  }
}

function geluGradient(to: usize, gradient: usize, kept: usize, bytes: i32): void {
  for (let l = 0; l < bytes; l += 32) {
    const a = flush(f32x4.mul(v128.load(gradient + l), geluSlope(v128.load(kept + l))))
    const b = flush(f32x4.mul(v128.load(gradient + l, 16), geluSlope(v128.load(kept + l, 16))))
    v128.store(to + l, a)
    v128.store(to + l, b, 16)
  }
}

function sigmoidGradient(to: usize, gradient: usize, kept: usize, bytes: i32): void {
  for (let l = 0; l < bytes; l += 32) {
    const a = flush(f32x4.mul(v128.load(gradient + l), sigmoidSlope(v128.load(kept + l))))
    const b = flush(f32x4.mul(v128.load(gradient + l, 16), sigmoidSlope(v128.load(kept + l, 16))))
    v128.store(to + l, a)
    v128.store(to + l, b, 16)
  }
}

function relu6Gradient(to: usize, gradient: usize, kept: usize, bytes: i32): void {
  for (let l = 0; l < bytes; l += 32) {
    const a = flush(f32x4.mul(v128.load(gradient + l), relu6Slope(v128.load(kept + l))))
    const b = flush(f32x4.mul(v128.load(gradient + l, 16), relu6Slope(v128.load(kept + l, 16))))
    v128.store(to + l, a)
    v128.store(to + l, b, 16)
  }
}

function hardSigmoidGradient(to: usize, gradient: usize, kept: usize, bytes: i32): void {
  for (let l = 0; l < bytes; l += 32) {
    const a = flush(f32x4.mul(v128.load(gradient + l), hardSigmoidSlope(v128.load(kept + l))))
    const b = flush(f32x4.mul(v128.load(gradient + l, 16), hardSigmoidSlope(v128.load(kept + l, 16))))
    v128.store(to + l, a)
    v128.store(to + l, b, 16)
  }
}

function hardSwishGradient(to: usize, gradient: usize, kept: usize, bytes: i32): void {
  for (let l = 0; l < bytes; l += 32) {
    const a = flush(f32x4.mul(v128.load(gradient + l), hardSwishSlope(v128.load(kept + l))))
    const b = flush(f32x4.mul(v128.load(gradient + l, 16), hardSwishSlope(v128.load(kept + l, 16))))
    v128.store(to + l, a)
    v128.store(to + l, b, 16)
  }
}

function geluTanhGradient(to: usize, gradient: usize, kept: usize, bytes: i32): void {
  for (let l = 0; l < bytes; l += 32) {
    const a = flush(f32x4.mul(v128.load(gradient + l), geluTanhSlope(v128.load(kept + l))))
    const b = flush(f32x4.mul(v128.load(gradient + l, 16), geluTanhSlope(v128.load(kept + l, 16))))
    v128.store(to + l, a)
    v128.store(to + l, b, 16)
  }
}

function addLinearGradient(to: usize, gradient: usize, bytes: i32): void {
  for (let l = 0; l < bytes; l += 32) {
    const a = f32x4.add(v128.load(to + l), flush(v128.load(gradient + l)))
    const b = f32x4.add(v128.load(to + l, 16), flush(v128.load(gradient + l, 16)))
    v128.store(to + l, a)
    v128.store(to + l, b, 16)
  }
}

function addTanhGradient(to: usize, gradient: usize, kept: usize, bytes: i32): void {
  for (let l = 0; l < bytes; l += 32) {
    const a = f32x4.add(
      v128.load(to + l), flush(f32x4.mul(v128.load(gradient + l), tanhSlope(v128.load(kept + l)))))
    const b = f32x4.add(
      v128.load(to + l, 16),
      flush(f32x4.mul(v128.load(gradient + l, 16), tanhSlope(v128.load(kept + l, 16)))))
    v128.store(to + l, a)
    v128.store(to + l, b, 16)
  }
}

function addHardTanhGradient(to: usize, gradient: usize, kept: usize, bytes: i32): void {
  for (let l = 0; l < bytes; l += 32) {
    const a = f32x4.add(
      v128.load(to + l), flush(f32x4.mul(v128.load(gradient + l), hardTanhSlope(v128.load(kept + l)))))
    const b = f32x4.add(
      v128.load(to + l, 16),
      flush(f32x4.mul(v128.load(gradient + l, 16), hardTanhSlope(v128.load(kept + l, 16)))))
    v128.store(to + l, a)
    v128.store(to + l, b, 16)
  }
}

function addReluGradient(to: usize, gradient: usize, kept: usize, bytes: i32): void {
  for (let l = 0; l < bytes; l += 32) {
    const a = f32x4.add(
      v128.load(to + l), flush(f32x4.mul(v128.load(gradient + l), reluSlope(v128.load(kept + l)))))
    const b = f32x4.add(
      v128.load(to + l, 16),
      flush(f32x4.mul(v128.load(gradient + l, 16), reluSlope(v128.load(kept + l, 16)))))
    v128.store(to + l, a)
    v128.store(to + l, b, 16)
  }
}

function addLeakyReluGradient(to: usize, gradient: usize, kept: usize, bytes: i32): void {
  for (let l = 0; l < bytes; l += 32) {
    const a = f32x4.add(
      v128.load(to + l), flush(f32x4.mul(v128.load(gradient + l), leakyReluSlope(v128.load(kept + l)))))
    const b = f32x4.add(
      v128.load(to + l, 16),
      flush(f32x4.mul(v128.load(gradient + l, 16), leakyReluSlope(v128.load(kept + l, 16)))))
    v128.store(to + l, a)
    v128.store(to + l, b, 16)
  }
}

function addSeluGradient(to: usize, gradient: usize, kept: usize, bytes: i32): void {
  for (let l = 0; l < bytes; l += 32) {
    const a = f32x4.add(
      v128.load(to + l), flush(f32x4.mul(v128.load(gradient + l), seluSlope(v128.load(kept + l)))))
    const b = f32x4.add(
      v128.load(to + l, 16),
      flush(f32x4.mul(v128.load(gradient + l, 16), seluSlope(v128.load(kept + l, 16)))))
    v128.store(to + l, a)
    v128.store(to + l, b, 16)
  }
}

function addSwishGradient(to: usize, gradient: usize, kept: usize, bytes: i32): void {
  for (let l = 0; l < bytes; l += 32) {
    const a = f32x4.add(
      v128.load(to + l), flush(f32x4.mul(v128.load(gradient + l), swishSlope(v128.load(kept + l)))))
    const b = f32x4.add(
      v128.load(to + l, 16),
      flush(f32x4.mul(v128.load(gradient + l, 16), swishSlope(v128.load(kept + l, 16)))))
    v128.store(to + l, a)
    v128.store(to + l, b, 16)
  }
}

function addGeluGradient(to: usize, gradient: usize, kept: usize, bytes: i32): void {
  for (let l = 0; l < bytes; l += 32) {
    const a = f32x4.add(
      v128.load(to + l), flush(f32x4.mul(v128.load(gradient + l), geluSlope(v128.load(kept + l)))))
    const b = f32x4.add(
      v128.load(to + l, 16),
      flush(f32x4.mul(v128.load(gradient + l, 16), geluSlope(v128.load(kept + l, 16)))))
    v128.store(to + l, a)
    v128.store(to + l, b, 16)
  }
}

function addSigmoidGradient(to: usize, gradient: usize, kept: usize, bytes: i32): void {
  for (let l = 0; l < bytes; l += 32) {
    const a = f32x4.add(
      v128.load(to + l), flush(f32x4.mul(v128.load(gradient + l), sigmoidSlope(v128.load(kept + l)))))
    const b = f32x4.add(
      v128.load(to + l, 16),
      flush(f32x4.mul(v128.load(gradient + l, 16), sigmoidSlope(v128.load(kept + l, 16)))))
    v128.store(to + l, a)
    v128.store(to + l, b, 16)
  }
}

function addRelu6Gradient(to: usize, gradient: usize, kept: usize, bytes: i32): void {
  for (let l = 0; l < bytes; l += 32) {
    const a = f32x4.add(
      v128.load(to + l), flush(f32x4.mul(v128.load(gradient + l), relu6Slope(v128.load(kept + l)))))
    const b = f32x4.add(
      v128.load(to + l, 16),
      flush(f32x4.mul(v128.load(gradient + l, 16), relu6Slope(v128.load(kept + l, 16)))))
    v128.store(to + l, a)
    v128.store(to + l, b, 16)
  }
}

function addHardSigmoidGradient(to: usize, gradient: usize, kept: usize, bytes: i32): void {
  for (let l = 0; l < bytes; l += 32) {
    const a = f32x4.add(
      v128.load(to + l), flush(f32x4.mul(v128.load(gradient + l), hardSigmoidSlope(v128.load(kept + l)))))
    const b = f32x4.add(
      v128.load(to + l, 16),
      flush(f32x4.mul(v128.load(gradient + l, 16), hardSigmoidSlope(v128.load(kept + l, 16)))))
    v128.store(to + l, a)
    v128.store(to + l, b, 16)
  }
}

function addHardSwishGradient(to: usize, gradient: usize, kept: usize, bytes: i32): void {
  for (let l = 0; l < bytes; l += 32) {
    const a = f32x4.add(
      v128.load(to + l), flush(f32x4.mul(v128.load(gradient + l), hardSwishSlope(v128.load(kept + l)))))
    const b = f32x4.add(
      v128.load(to + l, 16),
      flush(f32x4.mul(v128.load(gradient + l, 16), hardSwishSlope(v128.load(kept + l, 16)))))
    v128.store(to + l, a)
    v128.store(to + l, b, 16)
  }
}

function addGeluTanhGradient(to: usize, gradient: usize, kept: usize, bytes: i32): void {
  for (let l = 0; l < bytes; l += 32) {
    const a = f32x4.add(
      v128.load(to + l), flush(f32x4.mul(v128.load(gradient + l), geluTanhSlope(v128.load(kept + l)))))
    const b = f32x4.add(
      v128.load(to + l, 16),
      flush(f32x4.mul(v128.load(gradient + l, 16), geluTanhSlope(v128.load(kept + l, 16)))))
    v128.store(to + l, a)
    v128.store(to + l, b, 16)
  }
}

function keptGradient(to: usize, gradient: usize, kept: usize, bytes: i32): void {
  for (let l = 0; l < bytes; l += 32) {
    const a = flush(f32x4.mul(v128.load(gradient + l), v128.load(kept + l)))
    const b = flush(f32x4.mul(v128.load(gradient + l, 16), v128.load(kept + l, 16)))
    v128.store(to + l, a)
    v128.store(to + l, b, 16)
  }
}

function addKeptGradient(to: usize, gradient: usize, kept: usize, bytes: i32): void {
  for (let l = 0; l < bytes; l += 32) {
    const a = f32x4.add(v128.load(to + l), flush(f32x4.mul(v128.load(gradient + l), v128.load(kept + l))))
    const b = f32x4.add(
      v128.load(to + l, 16), flush(f32x4.mul(v128.load(gradient + l, 16), v128.load(kept + l, 16))))
    v128.store(to + l, a)
    v128.store(to + l, b, 16)
  }
}

/**
 * to (+)= gradient·f′ on `bytes` bytes, a multiple of 32, f′ from what was kept; may be in place. Tiny
 * results become 0.
 */
export function activateGradientRow(
  kind: i32, to: usize, gradient: usize, kept: usize, bytes: i32, accumulate: i32,
): void {
  if (accumulate) addGradientRow(kind, to, gradient, kept, bytes)
  else gradientRow(kind, to, gradient, kept, bytes)
}

function gradientRow(kind: i32, to: usize, gradient: usize, kept: usize, bytes: i32): void {
  switch (kind) {
    case 0: return linearGradient(to, gradient, bytes)
    case 1: return tanhGradient(to, gradient, kept, bytes)
    case 2: return hardTanhGradient(to, gradient, kept, bytes)
    case 3: return reluGradient(to, gradient, kept, bytes)
    case 4: return leakyReluGradient(to, gradient, kept, bytes)
    case 5: return seluGradient(to, gradient, kept, bytes)
    case 6: return swishGradient(to, gradient, kept, bytes)
    case 7: return geluGradient(to, gradient, kept, bytes)
    case 8: return sigmoidGradient(to, gradient, kept, bytes)
    case 9: return relu6Gradient(to, gradient, kept, bytes)
    case 10: return hardSigmoidGradient(to, gradient, kept, bytes)
    case 11: return hardSwishGradient(to, gradient, kept, bytes)
    case 12: return geluTanhGradient(to, gradient, kept, bytes)
    case 13: return keptGradient(to, gradient, kept, bytes)
    default: unreachable()
  }
}

function addGradientRow(kind: i32, to: usize, gradient: usize, kept: usize, bytes: i32): void {
  switch (kind) {
    case 0: return addLinearGradient(to, gradient, bytes)
    case 1: return addTanhGradient(to, gradient, kept, bytes)
    case 2: return addHardTanhGradient(to, gradient, kept, bytes)
    case 3: return addReluGradient(to, gradient, kept, bytes)
    case 4: return addLeakyReluGradient(to, gradient, kept, bytes)
    case 5: return addSeluGradient(to, gradient, kept, bytes)
    case 6: return addSwishGradient(to, gradient, kept, bytes)
    case 7: return addGeluGradient(to, gradient, kept, bytes)
    case 8: return addSigmoidGradient(to, gradient, kept, bytes)
    case 9: return addRelu6Gradient(to, gradient, kept, bytes)
    case 10: return addHardSigmoidGradient(to, gradient, kept, bytes)
    case 11: return addHardSwishGradient(to, gradient, kept, bytes)
    case 12: return addGeluTanhGradient(to, gradient, kept, bytes)
    case 13: return addKeptGradient(to, gradient, kept, bytes)
    default: unreachable()
  }
}

/** The same on images [channels][height] of rows of `bytes` bytes. */
export function activateGradient(
  kind: i32, to: usize, gradient: usize, kept: usize, channels: i32, height: i32, bytes: i32, accumulate: i32,
): void {
  for (let c = 0; c < channels; c++) {
    for (let y = 0; y < height; y++) {
      activateGradientRow(kind, rowAt(to, c, y), rowAt(gradient, c, y), rowAt(kept, c, y), bytes, accumulate)
    }
  }
}
