/** Parallel coordinates in print: an axis a field, a curve a combination, coloured by the metric. */
import { captionHeight, captionLines, drawCaption, drawHeading, svgDocument, TEXT } from './document.ts'
import type { FigureLook } from './look.ts'
import { parallelLayout, parallelPath } from './parallel-layout.ts'
import type { ParallelPlot } from './plot.ts'
import { rampColor } from './ramp.ts'
import { sizeOf } from './size.ts'
import { element, label, letterCount, shortened, xml } from './svg.ts'

const SIZE = { width: 660, height: 380 }
const LETTER = 6.2
const SMALL = 10.5
/** Units that labels of levels take at most. */
const MOST_LABEL = 110

/** As many letters as fit. */
const fitted = (text: string, room: number): string =>
  shortened(text, Math.max(3, Math.floor(room / (LETTER * 0.9))))

/** The SVG document; sizes, title, caption, words and per cent follow the look. */
export function parallelFigure(
  plot: ParallelPlot,
  { title, caption }: { readonly title: string; readonly caption?: string },
  look: FigureLook = {},
): string {
  const { unit, width = SIZE.width, height } = sizeOf(look)
  const high = height ?? (look.width === undefined ? SIZE.height : Math.max(200, 0.62 * width))
  const named = (text: string) => look.rename?.[text] ?? text
  const titled = look.title !== false
  const longest = (axis: number) =>
    Math.min(
      MOST_LABEL,
      LETTER * Math.max(0, ...plot.axes[axis].levels.map((text) => letterCount(named(text)))),
    )
  const size = {
    left: plot.axes.length > 0 ? 14 + longest(0) : 40,
    right: width - 46,
    top: titled ? 62 : 40,
    bottom: high - 14,
  }
  const layout = parallelLayout(plot, size, look.percent ?? true)
  const lines = captionLines(look.caption === false ? undefined : caption, width)
  const step = (size.right - size.left) / Math.max(1, plot.axes.length)
  const order = [...plot.lines].sort((a, b) => a.value - b.value)
  const curves = order.map((line) =>
    element('path', {
      d: parallelPath(layout.points(line)),
      fill: 'none',
      stroke: rampColor(layout.shareOf(line)),
      'stroke-width': 1.4,
      'stroke-opacity': order.length > 150 ? 0.45 : 0.8,
    }),
  )
  const axes = layout.axes.flatMap(({ key, x, ticks }, index) => {
    const isLast = index === layout.axes.length - 1
    const words = isLast ? (look.yLabel ?? key) : named(key)
    // Heads of neighbouring axes stand on two lines, so that long names have room.
    const head = {
      x: isLast ? width - 6 : index === 0 ? 8 : x,
      y: size.top - (index % 2 === 0 ? 12 : 26),
      'text-anchor': isLast ? 'end' : index === 0 ? 'start' : 'middle',
      'font-size': 11.5,
      'font-weight': 'bold',
    }
    return [
      element('path', {
        d: `M${x} ${size.top}V${size.bottom}`,
        stroke: TEXT,
        'stroke-width': 1,
        fill: 'none',
      }),
      label(fitted(words, 2 * step), head),
      ...ticks.flatMap((tick) => {
        const most = isLast ? 46 : index === 0 ? MOST_LABEL : Math.min(MOST_LABEL, 0.6 * step)
        const text = fitted(isLast ? tick.label : named(tick.label), most)
        const wide = 0.92 * LETTER * letterCount(text)
        return [
          element('path', { d: `M${x - 3} ${tick.y}h6`, stroke: TEXT, fill: 'none' }),
          // Letters stay legible over the curves.
          element('rect', {
            x: isLast ? x + 6 : x - 5 - wide,
            y: tick.y - 6,
            width: wide,
            height: 12,
            fill: '#ffffff',
            'fill-opacity': 0.8,
          }),
          label(text, {
            x: isLast ? x + 7 : x - 6,
            y: tick.y + 3.5,
            'text-anchor': isLast ? 'start' : 'end',
            'font-size': SMALL,
          }),
        ]
      }),
    ]
  })
  const parts = [
    element('title', {}, xml(title)),
    ...(titled ? [drawHeading(named(title), width)] : []),
    ...curves,
    ...axes,
    ...drawCaption(lines, high),
  ]
  return svgDocument(width, high + captionHeight(lines), parts, unit)
}
