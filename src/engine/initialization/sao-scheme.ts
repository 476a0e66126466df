/** SAO as a weight scheme. */
import { sao as kernel, saoDegrees, saoMatrix } from './sao.ts'
import type { KernelScheme } from './types.ts'

export const sao: KernelScheme = {
  kernel,
  time({ size, density, stream, now }) {
    const asked = Math.round(density * size)
    const degree = saoDegrees(size, size).reduce((best, each) =>
      Math.abs(each - asked) < Math.abs(best - asked) ? each : best,
    )
    const began = now()
    saoMatrix({ rows: size, cols: size, degree, gain: 1, rectifier: false, stream, where: 'density' })
    const milliseconds = now() - began
    const note = degree === asked ? null : `degree ${degree}, the nearest that divides ${size}`
    return { milliseconds, reached: degree / size, note }
  },
}
