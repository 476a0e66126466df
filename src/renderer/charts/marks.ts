/** Dotted lines up from places on the horizontal axis of a chart. */
import type { Plugin } from 'chart.js'
import { token } from './configuration.ts'

/** Draws them behind the lines, at the places that `places` gives at the time. */
export function marksAt(places: () => readonly number[]): Plugin<'line'> {
  return {
    id: 'marks',
    beforeDatasetsDraw: ({ ctx, chartArea: { left, right, top, bottom }, scales }) => {
      ctx.save()
      ctx.strokeStyle = token('--text-muted')
      ctx.setLineDash([1, 3])
      for (const place of places()) {
        const at = scales.x.getPixelForValue(place)
        if (!(at >= left && at <= right)) continue
        ctx.beginPath()
        ctx.moveTo(at, top)
        ctx.lineTo(at, bottom)
        ctx.stroke()
      }
      ctx.restore()
    },
  }
}
