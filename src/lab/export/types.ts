/** What exporters give. */

/** Pieces of text; `rows` counts the data rows as they pass. */
export interface Export {
  readonly pieces: Iterable<string>
  readonly rows: () => number
}

export type { Written } from '../../shared/contract/export.ts'
