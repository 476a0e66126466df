/** Chart.js's configuration of lines, in the page's colours. Pointers are the component's business. */
import type { ChartConfiguration, Plugin } from 'chart.js'
import { numberText } from '../format.ts'
import { datasetsOf } from './datasets.ts'
import type { Point } from './datasets.ts'
import type { ChartOptions, ChartSeries } from './types.ts'

export type LineConfiguration = ChartConfiguration<'line', Point[]>

export function token(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim()
}

function scale(log: boolean, title: string, format: (value: number) => string) {
  return {
    type: log ? ('logarithmic' as const) : ('linear' as const),
    title: { display: true, text: title, color: token('--text-muted'), font: { size: 11 } },
    grid: { color: token('--line'), drawTicks: false },
    border: { color: token('--line-strong') },
    ticks: {
      color: token('--text-muted'),
      font: { size: 11 },
      padding: 6,
      maxRotation: 0,
      autoSkipPadding: 14,
      callback: (value: string | number) => (log && !isRound(Number(value)) ? null : format(Number(value))),
    },
  }
}

function rangeOf({ yRange, yLimits }: ChartOptions) {
  return {
    ...(yRange ? { suggestedMin: yRange[0], suggestedMax: yRange[1] } : {}),
    ...(yLimits
      ? {
          afterDataLimits: (axis: { min: number; max: number }) => {
            axis.min = Math.max(axis.min, yLimits[0])
            axis.max = Math.min(axis.max, yLimits[1])
          },
        }
      : {}),
  }
}

/** 1, 2 or 5 times a power of ten: the only ticks of a logarithmic axis that are named. */
function isRound(value: number): boolean {
  const digits = value / 10 ** Math.floor(Math.log10(value) + 1e-9)
  return [1, 2, 5].some((each) => Math.abs(digits - each) < 1e-6)
}

/** Configuration of a chart. */
export function lineConfiguration(
  series: readonly ChartSeries[],
  options: ChartOptions,
  dark: boolean,
  highlighted: string | null,
  plugins: Plugin<'line'>[],
): LineConfiguration {
  return {
    type: 'line',
    data: { datasets: datasetsOf(series, options, dark, highlighted) },
    plugins,
    options: {
      animation: false,
      parsing: false,
      normalized: true,
      responsive: true,
      maintainAspectRatio: false,
      spanGaps: false,
      events: [],
      devicePixelRatio: Math.max(1, window.devicePixelRatio),
      layout: { padding: { top: 6, right: 12 } },
      scales: {
        x: scale(options.logX, options.xTitle, (value) => numberText(value)),
        y: { ...scale(options.logY, options.yTitle, options.formatY), ...rangeOf(options) },
      },
      plugins: { legend: { display: false }, tooltip: { enabled: false } },
    },
  }
}
