/**
 * Exponential moving average without the pull towards zero at the start:
 * m_t = w m_{t−1} + (1 − w) y_t, shown as m_t / (1 − w^t) (the debiasing of Adam and of TensorBoard).
 * A value that is not finite leaves its own gap and does not touch the average.
 */
export function smoothed(values: readonly number[], weight: number): number[] {
  if (!(weight > 0)) return [...values]
  const bounded = Math.min(weight, 0.999)
  let mean = 0
  let bias = 1
  return values.map((value) => {
    if (!Number.isFinite(value)) return value
    mean = bounded * mean + (1 - bounded) * value
    bias *= bounded
    return mean / (1 - bias)
  })
}
