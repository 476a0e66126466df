// What a record of a tape holds, by the number of its words: for the interpreter, which is made with these
// numbers.

/** The word or address `n` of a record. */
// @ts-expect-error: decorator
@inline
export function arg(at: usize, n: i32): i32 {
  return load<i32>(at + (n << 2), 8)
}

// @ts-expect-error: decorator
@inline
export function real(at: usize, n: i32): f32 {
  return load<f32>(at + (n << 2), 8)
}

/** What lies at the address `n`. */
// @ts-expect-error: decorator
@inline
export function argAt(at: usize, n: i32): i32 {
  return load<i32>(arg(at, n))
}

// @ts-expect-error: decorator
@inline
export function realAt(at: usize, n: i32): f32 {
  return load<f32>(arg(at, n))
}

/** The image (three words) that begins at word `n`. */
// @ts-expect-error: decorator
@inline
export function image(at: usize, n: i32): usize {
  return at + 8 + (n << 2)
}
