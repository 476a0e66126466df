/** Where the command line reads and writes; a test gives its own. */
import { BenchError } from '../shared/contract/errors.ts'
import { visibleText } from '../shared/format/one-line.ts'

export interface Io {
  /** Results. */
  readonly out: (text: string) => void
  /** Progress and errors. */
  readonly err: (text: string) => void
  /** Whether progress may be drawn over itself. */
  readonly live: boolean
  /** Entry of a run's thread. */
  readonly workerUrl: URL
  /** Calls back at SIGINT and SIGTERM; the function returned stops that. */
  readonly onInterrupt: (listener: () => void) => () => void
  readonly environment: NodeJS.ProcessEnv
  /** Whether a person sits at a terminal and can be asked by ssh. */
  readonly terminal?: boolean
}

/** 0 done, 1 a run failed or something is not possible now, 2 wrong usage, 130 stopped by Ctrl-C. */
export const EXIT = { done: 0, failed: 1, usage: 2, interrupted: 130 } as const

const USAGE_CODES = new Set(['bad-input', 'bad-specification', 'not-found', 'impossible'])

/** The exit code that an error means. */
export function exitCodeOf(error: unknown): number {
  return error instanceof BenchError && USAGE_CODES.has(error.code) ? EXIT.usage : EXIT.failed
}

/** One clear line (or the lines of a list of problems); the stack only on request. */
export function errorText(error: unknown, debug: boolean): string {
  if (debug && error instanceof Error) return `error: ${error.stack ?? error.message}\n`
  const message = error instanceof Error ? error.message : String(error)
  const hint = error instanceof BenchError ? '' : ' (a defect of the program; --debug shows where)'
  return `error: ${message}${hint}\n`
}

/** What the program itself draws with: to the line's start, and clear it. */
export const CLEAR_LINE = '\r\u001b[2K'

/** A text that commands a terminal nothing: controls in titles, paths and messages become visible. */
export function harmless(text: string): string {
  return text.split(CLEAR_LINE).map(visibleText).join(CLEAR_LINE)
}

/** JSON for other programs; numbers that JSON lacks are spelled as texts. */
export function jsonText(value: unknown): string {
  return `${JSON.stringify(
    value,
    (_key, each: unknown) => (typeof each === 'number' && !Number.isFinite(each) ? String(each) : each),
    2,
  )}\n`
}
