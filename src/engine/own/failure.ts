/** What goes wrong in a method's own code, as errors that name the line of its file. */
import { BenchError } from '../../shared/contract/errors.ts'
import { formatBytes } from '../../shared/format/number.ts'
import type { OwnFile, OwnLimits } from './types.ts'

/** As a host tells it: what the code raised, that its answer is not what was asked for, or out of memory. */
export interface Failure {
  readonly kind: 'raised' | 'answer' | 'memory'
  readonly message: string
  /** Line of the method's file, from 1; null where none is known. */
  readonly line: number | null
}

/** Where a limit is set. */
const LIMIT_HELP = 'A larger limit: lab methods settings, or the Methods page.'

export function failed({ file }: OwnFile, { kind, message, line }: Failure, limits: OwnLimits): BenchError {
  const place = line === null ? file : `${file}, line ${line}`
  const text =
    kind === 'memory'
      ? `it needs more memory than the ${formatBytes(limits.memory)} that it may take (${message}). ` +
        LIMIT_HELP
      : message
  return new BenchError('bad-method', `${place}: ${text}`, line === null ? file : `${file}:${line}`)
}

export function tooSlow({ file }: OwnFile, what: string, limits: OwnLimits): BenchError {
  return new BenchError(
    'bad-method',
    `${file}: ${what} took more than the ${limits.seconds} seconds that it may take, and was ended. ` +
      LIMIT_HELP,
    file,
  )
}

/** The host is gone without an answer. `printed` is the last of what it wrote. */
export function endedEarly({ file }: OwnFile, how: string, printed: string): BenchError {
  const last = printed.trim().split('\n').slice(-3).join('\n')
  return new BenchError(
    'bad-method',
    `${file}: its process ended without an answer (${how}).${last === '' ? '' : ` It last wrote: ${last}`}`,
    file,
  )
}
