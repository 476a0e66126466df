/** Plain rows that a chart draws. */
export interface ChartSeries {
  readonly key: string
  readonly label: string
  /** Index of the group's style in the palette. */
  readonly style: number
  readonly x: readonly number[]
  /** NaN and infinities leave a gap. */
  readonly y: readonly number[]
  /** Band around the line, parallel to x. */
  readonly low?: readonly number[]
  readonly high?: readonly number[]
  /** Drawn thin and faint behind, not in legend or table. */
  readonly faint?: boolean
}

export interface ChartOptions {
  readonly xTitle: string
  readonly yTitle: string
  readonly logX: boolean
  readonly logY: boolean
  readonly formatY: (value: number) => string
}
