// What a record of a tape holds, by the number of its words.

/** Argument `n` of a record. */
// @ts-ignore: decorator
@inline
export function arg(at: usize, n: i32): i32 {
  return load<i32>(at + (n << 2), 8)
}

// @ts-ignore: decorator
@inline
export function real(at: usize, n: i32): f32 {
  return load<f32>(at + (n << 2), 8)
}

/** The image (three words) that begins at argument `n`. */
// @ts-ignore: decorator
@inline
export function image(at: usize, n: i32): usize {
  return at + 8 + (n << 2)
}
