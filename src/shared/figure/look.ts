/** How a figure looks in print: sizes, words and ranges, kept as a recipe and applied to its data. */
import { z } from 'zod'
import { metricName } from '../format/metric.ts'
import { TARGET } from './palette.ts'
import type { FigurePoint, LineFigure } from './line-figure.ts'

z.config({ jitless: true })

const bound = z.number().optional()

/** Everything may be left out. */
export const figureLookSchema = z.strictObject({
  width: z.number().min(1).max(20).optional().describe('Inches; 3.25 is a column, 6.75 a page.'),
  height: z.number().min(0.8).max(20).optional().describe('Inches of the whole figure or of a panel.'),
  fontSize: z.number().min(4).max(30).optional().describe('Points; 9 when left out.'),
  legend: z.enum(['beside', 'beneath', 'none']).optional(),
  title: z.boolean().optional(),
  caption: z.boolean().optional(),
  percent: z.boolean().optional().describe('Accuracies in per cent.'),
  letters: z.boolean().optional().describe('(a), (b), … before the titles of panels.'),
  columns: z.number().int().min(1).max(6).optional().describe('Panels side by side.'),
  xMin: bound,
  xMax: bound,
  yMin: bound.describe('In the unit of the axis.'),
  yMax: bound,
  xLabel: z.string().max(200).optional(),
  yLabel: z.string().max(200).optional(),
  rename: z.record(z.string().max(2000), z.string().max(2000)).optional().describe('Label → other label.'),
  targets: z
    .array(z.strictObject({ label: z.string().min(1).max(200), y: z.number() }))
    .max(20)
    .readonly()
    .optional()
    .describe('Horizontal lines, in the unit of the axis.'),
})
export type FigureLook = Readonly<z.output<typeof figureLookSchema>>

/** Whether a figure's values are shares that people read in per cent. */
export function isShareFigure({ yLabel }: Pick<LineFigure, 'yLabel'>): boolean {
  return SHARE_LABELS.has(yLabel)
}

const SHARE_LABELS: ReadonlySet<string> = new Set(
  ['test', 'validation', 'train'].map((phase) => metricName(`${phase}.accuracy`)),
)

interface Panels {
  readonly panels: readonly LineFigure[]
  readonly caption?: string
}

/** The sheet with the look's words, units, ranges and target lines; sizes are for the drawing. */
export function withLook<Sheet extends Panels>(sheet: Sheet, look: FigureLook): Sheet {
  const panels = sheet.panels.map((panel, index) => lookedPanel(panel, look, index, sheet.panels.length))
  const { caption } = sheet
  return { ...sheet, panels, ...(look.caption === false ? { caption: undefined } : { caption }) }
}

function lookedPanel(panel: LineFigure, look: FigureLook, index: number, count: number): LineFigure {
  const share = isShareFigure(panel)
  const percent = share && (look.percent ?? true)
  const inUnit = percent ? inPercent(panel) : panel
  const limits: readonly [number, number] | undefined = share ? [0, percent ? 100 : 1] : panel.yLimits
  const named = (label: string) => look.rename?.[label] ?? label
  const letter = look.letters && count > 1 ? `(${String.fromCharCode(97 + (index % 26))}) ` : ''
  const targets = (look.targets ?? []).map(({ label, y }) => ({ label, y, scheme: TARGET }))
  return {
    ...inUnit,
    title: letter + named(panel.title),
    titled: count > 1 ? true : look.title !== false,
    xLabel: look.xLabel ?? panel.xLabel,
    yLabel: look.yLabel ?? inUnit.yLabel,
    ...(look.caption === false ? { caption: undefined } : {}),
    ...(look.legend === undefined ? {} : { legend: look.legend !== 'none', legendPlace: look.legend }),
    series: inUnit.series.map((series) => ({
      ...series,
      label: named(series.label),
      // The look is stable by the name that it had.
      scheme: series.scheme ?? series.label,
      points: limits ? series.points.map((point) => within(point, limits)) : series.points,
    })),
    references: [
      ...(inUnit.references ?? []).map((each) => ({
        ...each,
        label: named(each.label),
        scheme: each.scheme ?? each.label,
      })),
      ...targets,
    ],
    yLimits: limits,
    xFixed: [look.xMin ?? null, look.xMax ?? null],
    yFixed: [look.yMin ?? null, look.yMax ?? null],
  }
}

/** A band's ends kept within what the value can be. */
function within(point: FigurePoint, [least, most]: readonly [number, number]): FigurePoint {
  const kept = (value: number | undefined) =>
    value === undefined ? undefined : Math.min(most, Math.max(least, value))
  return { ...point, low: kept(point.low), high: kept(point.high) }
}

function inPercent(panel: LineFigure): LineFigure {
  const up = (value: number | undefined) => (value === undefined ? undefined : 100 * value)
  return {
    ...panel,
    yLabel: `${panel.yLabel} (%)`,
    series: panel.series.map((series) => ({
      ...series,
      points: series.points.map((point) => ({
        ...point,
        y: 100 * point.y,
        low: up(point.low),
        high: up(point.high),
      })),
    })),
    references: (panel.references ?? []).map((each) => ({ ...each, y: 100 * each.y })),
    ...(panel.yRange ? { yRange: [100 * panel.yRange[0], 100 * panel.yRange[1]] as const } : {}),
  }
}
