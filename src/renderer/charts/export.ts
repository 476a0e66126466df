/** What a chart's export asks for, in every format. */
import type { ExportFormat } from '../../shared/contract/lab.ts'
import type { ExportInput } from '../composables/useExport.ts'

export interface FigureExport {
  /** Everything but the format; the figure is drawn from the same rows as the chart. */
  readonly request: Omit<ExportInput, 'what' | 'format'>
  /** Suggested file name without ending. */
  readonly name: string
}

export const FIGURE_FORMATS = [
  { format: 'svg', label: 'SVG', help: 'Vector figure with real text' },
  { format: 'pdf', label: 'PDF', help: 'Vector figure for a paper' },
  { format: 'png', label: 'PNG', help: 'Picture at twice the size' },
  { format: 'csv', label: 'CSV', help: 'The numbers of the figure' },
] as const satisfies readonly { format: ExportFormat; label: string; help: string }[]
