/**
 * The linear operator of a convolution with zero padding at a map of a given size, as an explicit matrix:
 * the borders break the circular one's symmetry, so that there is no shorter way to its singular values.
 */
import type { OperatorGeometry, OperatorKernel } from './convolution-operator.ts'
import { singularValues } from './singular-values.ts'

type Geometry = Pick<OperatorGeometry, 'map' | 'stride' | 'groups'>

/** Rows and columns of the matrix of one group. */
function sides(kernel: OperatorKernel, { map, stride, groups }: Geometry): [number, number] {
  const places = Math.ceil(map[0] / stride) * Math.ceil(map[1] / stride)
  return [map[0] * map[1] * kernel.inputs, (places * kernel.outputs) / groups]
}

/** Multiplications for all singular values. */
export function zeroPaddedCost(kernel: OperatorKernel, geometry: Geometry): number {
  const [rows, columns] = sides(kernel, geometry)
  return 2 * geometry.groups * Math.max(rows, columns) * Math.min(rows, columns) ** 2
}

/**
 * All singular values, descending, of the convolution whose window of side k begins ⌊(k − 1)/2⌋ places before
 * its output's place (PyTorch's padding of (k − 1)/2 for odd k).
 */
export function zeroPaddedSingularValues(kernel: OperatorKernel, geometry: Geometry): Float64Array {
  const { values, height, width, inputs, outputs } = kernel
  const { map, stride, groups } = geometry
  const [rows, columns] = sides(kernel, geometry)
  const own = outputs / groups
  const across = Math.ceil(map[1] / stride)
  const found: number[] = []
  for (let group = 0; group < groups; group++) {
    const matrix = new Float64Array(rows * columns)
    for (let place = 0; place < columns / own; place++) {
      const [top, left] = [Math.floor(place / across) * stride, (place % across) * stride]
      for (let tap = 0; tap < height * width; tap++) {
        const y = top + Math.floor(tap / width) - ((height - 1) >> 1)
        const x = left + (tap % width) - ((width - 1) >> 1)
        if (y < 0 || y >= map[0] || x < 0 || x >= map[1]) continue
        for (let i = 0; i < inputs; i++) {
          const row = ((y * map[1] + x) * inputs + i) * columns + place * own
          const from = (tap * inputs + i) * outputs + group * own
          for (let o = 0; o < own; o++) matrix[row + o] += values[from + o]
        }
      }
    }
    found.push(...singularValues(matrix, rows, columns))
  }
  return Float64Array.from(found).sort().reverse()
}
