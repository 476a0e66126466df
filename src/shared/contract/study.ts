/** Studies as lists and pages show them. */
import type { Study } from '../spec/study-schema.ts'
import type { RunStatus } from './run.ts'

export interface StudyRow {
  readonly id: string
  readonly title: string
  readonly description: string
  readonly source: string
  /** Comes with the program; can be duplicated, not changed. */
  readonly preset: boolean
  readonly createdAt: string | null
  readonly runs: number
  readonly byStatus: Readonly<Partial<Record<RunStatus, number>>>
}

export interface StudyDetail {
  readonly study: Study
  readonly preset: boolean
  readonly source: string
}
