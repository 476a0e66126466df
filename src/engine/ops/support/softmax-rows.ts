/** Rows of softmax and log-softmax, stable under any shift of the logits. */
import type { TensorData } from '../ir.ts'

/** log Σ exp(x) of one row. */
export function logSumExp(x: TensorData, from: number, count: number): number {
  let largest = -Infinity
  for (let j = 0; j < count; j++) if (!(x[from + j] <= largest)) largest = x[from + j]
  if (largest === -Infinity) return largest
  let total = 0
  for (let j = 0; j < count; j++) total += Math.exp(x[from + j] - largest)
  return largest + Math.log(total)
}
