/** Plain rows that a chart draws. */
export interface ChartSeries {
  readonly key: string
  readonly label: string
  /** Number of the look in the palette. */
  readonly style: number
  readonly x: readonly number[]
  /** NaN and infinities leave a gap. */
  readonly y: readonly number[]
  /** Band around the line, parallel to x. */
  readonly low?: readonly number[]
  readonly high?: readonly number[]
  /** Values behind each point, parallel to x; said in the table. */
  readonly n?: readonly number[]
  /** Drawn thin and faint behind, not in legend or table. */
  readonly faint?: boolean
  /** Whose highlight and legend entry it shares; its own key when left out. */
  readonly group?: string
  /** `points`: marks with error bars in place of line and band. `bare`: a line without marks. */
  readonly kind?: 'points' | 'bare'
}

export interface ChartOptions {
  readonly xTitle: string
  readonly yTitle: string
  readonly logX: boolean
  readonly logY: boolean
  readonly formatY: (value: number) => string
  /** Values that the vertical axis shows at least. */
  readonly yRange?: readonly [number, number]
  /** Beyond which it never goes, whatever bands say. */
  readonly yLimits?: readonly [number, number]
  /** Places on the horizontal axis with a dotted line up. */
  readonly marks?: readonly number[]
}
