/** A circular convolution written out, for tests: image [h, w, in] by kernel [kh, kw, in, out], stride 1. */
export function circularConvolution(
  image: Float32Array | Float64Array,
  [height, width, inputs]: readonly number[],
  kernel: Float32Array | Float64Array,
  [kh, kw, , outputs]: readonly number[],
): Float32Array {
  const out = new Float32Array(height * width * outputs)
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      for (let o = 0; o < outputs; o++) {
        let sum = 0
        for (let a = 0; a < kh; a++) {
          for (let b = 0; b < kw; b++) {
            const row = (y + a - Math.floor((kh - 1) / 2) + height) % height
            const column = (x + b - Math.floor((kw - 1) / 2) + width) % width
            for (let i = 0; i < inputs; i++) {
              sum +=
                image[(row * width + column) * inputs + i] * kernel[((a * kw + b) * inputs + i) * outputs + o]
            }
          }
        }
        out[(y * width + x) * outputs + o] = sum
      }
    }
  }
  return out
}
