// Lane sums of nonzeros' gradients, four and one at a time.
import { madd, splat } from './math'

/** The products of one row of positions, of four nonzeros; `fresh`: from 0, not from what `partial` holds. */
// @ts-expect-error: decorator
@inline
export function fourSums(
  partial: usize, gradient: usize, gradX: i32, input: usize, inX: i32, offsets: usize, width: i32, bytes: i32,
  fresh: bool,
): void {
  let a0 = fresh ? splat(0) : v128.load(partial)
  let a1 = fresh ? splat(0) : v128.load(partial, 16)
  let a2 = splat(0)
  let a3 = splat(0)
  let b0 = fresh ? splat(0) : v128.load(partial, 32)
  let b1 = fresh ? splat(0) : v128.load(partial, 48)
  let b2 = splat(0)
  let b3 = splat(0)
  let c0 = fresh ? splat(0) : v128.load(partial, 64)
  let c1 = fresh ? splat(0) : v128.load(partial, 80)
  let c2 = splat(0)
  let c3 = splat(0)
  let d0 = fresh ? splat(0) : v128.load(partial, 96)
  let d1 = fresh ? splat(0) : v128.load(partial, 112)
  let d2 = splat(0)
  let d3 = splat(0)
  let pa = input + load<i32>(offsets)
  let pb = input + load<i32>(offsets, 4)
  let pc = input + load<i32>(offsets, 8)
  let pd = input + load<i32>(offsets, 12)
  for (let x = 0; x < width; x++) {
    for (let l = 0; l < bytes; l += 64) {
      const g0 = v128.load(gradient + l)
      const g1 = v128.load(gradient + l, 16)
      const g2 = v128.load(gradient + l, 32)
      const g3 = v128.load(gradient + l, 48)
      a0 = madd(g0, v128.load(pa + l), a0)
      a1 = madd(g1, v128.load(pa + l, 16), a1)
      a2 = madd(g2, v128.load(pa + l, 32), a2)
      a3 = madd(g3, v128.load(pa + l, 48), a3)
      b0 = madd(g0, v128.load(pb + l), b0)
      b1 = madd(g1, v128.load(pb + l, 16), b1)
      b2 = madd(g2, v128.load(pb + l, 32), b2)
      b3 = madd(g3, v128.load(pb + l, 48), b3)
      c0 = madd(g0, v128.load(pc + l), c0)
      c1 = madd(g1, v128.load(pc + l, 16), c1)
      c2 = madd(g2, v128.load(pc + l, 32), c2)
      c3 = madd(g3, v128.load(pc + l, 48), c3)
      d0 = madd(g0, v128.load(pd + l), d0)
      d1 = madd(g1, v128.load(pd + l, 16), d1)
      d2 = madd(g2, v128.load(pd + l, 32), d2)
      d3 = madd(g3, v128.load(pd + l, 48), d3)
    }
    pa += inX
    pb += inX
    pc += inX
    pd += inX
    gradient += gradX
  }
  v128.store(partial, f32x4.add(a0, a2))
  v128.store(partial, f32x4.add(a1, a3), 16)
  v128.store(partial, f32x4.add(b0, b2), 32)
  v128.store(partial, f32x4.add(b1, b3), 48)
  v128.store(partial, f32x4.add(c0, c2), 64)
  v128.store(partial, f32x4.add(c1, c3), 80)
  v128.store(partial, f32x4.add(d0, d2), 96)
  v128.store(partial, f32x4.add(d1, d3), 112)
}

/** The same for one. */
// @ts-expect-error: decorator
@inline
export function oneSum(
  partial: usize, gradient: usize, gradX: i32, input: usize, inX: i32, width: i32, bytes: i32, fresh: bool,
): void {
  let a0 = fresh ? splat(0) : v128.load(partial)
  let a1 = fresh ? splat(0) : v128.load(partial, 16)
  let a2 = splat(0)
  let a3 = splat(0)
  for (let x = 0; x < width; x++) {
    for (let l = 0; l < bytes; l += 64) {
      a0 = madd(v128.load(gradient + l), v128.load(input + l), a0)
      a1 = madd(v128.load(gradient + l, 16), v128.load(input + l, 16), a1)
      a2 = madd(v128.load(gradient + l, 32), v128.load(input + l, 32), a2)
      a3 = madd(v128.load(gradient + l, 48), v128.load(input + l, 48), a3)
    }
    input += inX
    gradient += gradX
  }
  v128.store(partial, f32x4.add(a0, a2))
  v128.store(partial, f32x4.add(a1, a3), 16)
}

/** The same for four nonzeros and an odd number of eight lanes, from what `partial` holds. */
// @ts-expect-error: decorator
@inline
export function narrowSums(
  partial: usize, gradient: usize, gradX: i32, input: usize, inX: i32, offsets: usize, width: i32, bytes: i32,
): void {
  let a0 = v128.load(partial)
  let a1 = v128.load(partial, 16)
  let b0 = v128.load(partial, 32)
  let b1 = v128.load(partial, 48)
  let c0 = v128.load(partial, 64)
  let c1 = v128.load(partial, 80)
  let d0 = v128.load(partial, 96)
  let d1 = v128.load(partial, 112)
  let pa = input + load<i32>(offsets)
  let pb = input + load<i32>(offsets, 4)
  let pc = input + load<i32>(offsets, 8)
  let pd = input + load<i32>(offsets, 12)
  for (let x = 0; x < width; x++) {
    for (let l = 0; l < bytes; l += 32) {
      const g0 = v128.load(gradient + l)
      const g1 = v128.load(gradient + l, 16)
      a0 = madd(g0, v128.load(pa + l), a0)
      a1 = madd(g1, v128.load(pa + l, 16), a1)
      b0 = madd(g0, v128.load(pb + l), b0)
      b1 = madd(g1, v128.load(pb + l, 16), b1)
      c0 = madd(g0, v128.load(pc + l), c0)
      c1 = madd(g1, v128.load(pc + l, 16), c1)
      d0 = madd(g0, v128.load(pd + l), d0)
      d1 = madd(g1, v128.load(pd + l, 16), d1)
    }
    pa += inX
    pb += inX
    pc += inX
    pd += inX
    gradient += gradX
  }
  v128.store(partial, a0)
  v128.store(partial, a1, 16)
  v128.store(partial, b0, 32)
  v128.store(partial, b1, 48)
  v128.store(partial, c0, 64)
  v128.store(partial, c1, 80)
  v128.store(partial, d0, 96)
  v128.store(partial, d1, 112)
}

/** The same for one. */
// @ts-expect-error: decorator
@inline
export function narrowSum(
  partial: usize, gradient: usize, gradX: i32, input: usize, inX: i32, width: i32, bytes: i32, fresh: bool,
): void {
  let a0 = fresh ? splat(0) : v128.load(partial)
  let a1 = fresh ? splat(0) : v128.load(partial, 16)
  for (let x = 0; x < width; x++) {
    for (let l = 0; l < bytes; l += 32) {
      a0 = madd(v128.load(gradient + l), v128.load(input + l), a0)
      a1 = madd(v128.load(gradient + l, 16), v128.load(input + l, 16), a1)
    }
    input += inX
    gradient += gradX
  }
  v128.store(partial, a0)
  v128.store(partial, a1, 16)
}
