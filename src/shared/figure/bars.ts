/** Shares of a whole as bars, the label before and the number behind each. */
import { formatPercent } from '../format/number.ts'
import { captionHeight, captionLines, drawCaption, drawHeading, svgDocument, TEXT } from './document.ts'
import type { FigureLook } from './look.ts'
import { COLORS } from './palette.ts'
import type { BarPlot } from './plot.ts'
import { sizeOf } from './size.ts'
import { element, label, letterCount, shortened, xml } from './svg.ts'

const WIDTH = 560
const LINE = 22
const LETTER = 6.4

/** The SVG document; as high as its bars, unless the look says another height. */
export function barsFigure(
  { bars, xLabel }: BarPlot,
  { title, caption }: { readonly title: string; readonly caption?: string },
  look: FigureLook = {},
): string {
  const { unit, width = WIDTH, height } = sizeOf(look)
  const named = (text: string) => look.rename?.[text] ?? text
  const top = look.title === false ? 8 : 34
  const foot = 24
  const line = height === undefined ? LINE : Math.max(12, (height - top - foot) / Math.max(1, bars.length))
  const high = top + bars.length * line + foot
  const most = 0.45 * width
  const room = Math.min(most, LETTER * Math.max(4, ...bars.map((bar) => letterCount(named(bar.label)))) + 14)
  const [left, right] = [room, width - 52]
  const longest = Math.max(1e-9, ...bars.map(({ share }) => share).filter(Number.isFinite))
  const letters = Math.floor((room - 14) / LETTER)
  const drawn = bars.flatMap((bar, index) => {
    const y = top + index * line
    const long = Number.isFinite(bar.share) ? ((right - left) * Math.max(0, bar.share)) / longest : 0
    return [
      label(shortened(named(bar.label), letters), { x: left - 6, y: y + line / 2 + 4, 'text-anchor': 'end' }),
      element('rect', {
        x: left,
        y: y + 0.18 * line,
        width: Math.max(0.5, long),
        height: 0.64 * line,
        fill: COLORS.light[0],
      }),
      label(formatPercent(bar.share, 1), { x: left + long + 5, y: y + line / 2 + 4, 'font-size': 11 }),
    ]
  })
  const lines = captionLines(look.caption === false ? undefined : caption, width)
  return svgDocument(
    width,
    high + captionHeight(lines),
    [
      element('title', {}, xml(title)),
      ...(look.title === false ? [] : [drawHeading(named(title), width)]),
      element('path', { d: `M${left} ${top}V${high - foot}`, stroke: TEXT, fill: 'none' }),
      ...drawn,
      label(look.xLabel ?? xLabel, { x: left, y: high - 8, 'font-size': 11.5 }),
      ...drawCaption(lines, high),
    ],
    unit,
  )
}
