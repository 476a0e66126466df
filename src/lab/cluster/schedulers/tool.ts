/** The scheduler's own programs, run without a shell, with failures in words. */
import { execFile } from 'node:child_process'
import { BenchError } from '../../../shared/contract/errors.ts'

export interface ToolResult {
  readonly code: number
  readonly out: string
  readonly err: string
}

/** A program that says nothing for so long is taken for dead. */
const PATIENCE_MS = 60_000
const MOST_BYTES = 1 << 28

/**
 * Runs a program of the scheduler.
 * @throws BenchError `unavailable` where it is not installed, may not be run, or does not answer
 */
export function runTool(
  program: string,
  words: readonly string[],
  patience = PATIENCE_MS,
): Promise<ToolResult> {
  return new Promise((resolve, reject) => {
    const env = { ...process.env, LC_ALL: 'C', SLURM_TIME_FORMAT: 'standard' }
    const options = { encoding: 'utf8', timeout: patience, maxBuffer: MOST_BYTES, env } as const
    execFile(program, [...words], options, (error, out, err) => {
      if (!error) return resolve({ code: 0, out, err })
      if (typeof error.code === 'number') return resolve({ code: error.code, out, err })
      const ended = !error.killed && error.signal ? `${program} was ended by ${error.signal}.` : null
      if (ended !== null) return reject(new BenchError('unavailable', ended, program, { cause: error }))
      reject(toolError(program, String(error.code ?? ''), error, patience))
    })
  })
}

function toolError(program: string, code: string, cause: Error, patience: number): BenchError {
  const text =
    code === 'ENOENT'
      ? `There is no ${program} here. A study is sent to a cluster from a machine that has its scheduler’s ` +
        `commands: usually the login node. Connect there (lab --lab, the Labs page), or load its module.`
      : code === 'EACCES'
        ? `${program} may not be run by you: permission denied.`
        : code === ''
          ? `${program} did not answer within ${Math.round(patience / 1000)} s.`
          : `${program} could not be run: ${cause.message}`
  return new BenchError('unavailable', text, program, { cause })
}

/** The words of a failed program, without its name before each line. */
export function wordsOf({ out, err, code }: ToolResult, program: string): string {
  const lines = `${err}\n${out}`
    .split('\n')
    .map((line) => line.replace(/^\w+: (error|fatal): /, '').trim())
    .filter((line) => line !== '')
  return lines.length > 0 ? [...new Set(lines)].join('; ') : `${program} ended with code ${code}`
}
