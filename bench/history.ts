/** The history of measurements: a line of JSON a sitting, with what was measured where; no host names. */
import { execFileSync } from 'node:child_process'
import { appendFileSync } from 'node:fs'
import { availableParallelism, cpus, totalmem } from 'node:os'
import manifest from '../package.json' with { type: 'json' }
import type { BenchRow } from './types.ts'

export const HISTORY = new URL('./history.jsonl', import.meta.url)

/** The commit measured, with `+` where its sources were changed. */
function commit(): string {
  const git = (...words: string[]): string =>
    execFileSync('git', words, { cwd: import.meta.dirname, encoding: 'utf8' }).trim()
  return (
    git('rev-parse', '--short', 'HEAD') + (git('status', '--porcelain', '-uno', '../src') === '' ? '' : '+')
  )
}

/** Appends the rows of a sitting. */
export function appendHistory(rows: readonly BenchRow[], options: { repeat: number; rounds: number }): void {
  const { node, electron = null } = process.versions
  const entry = {
    at: new Date().toISOString(),
    commit: commit(),
    version: manifest.version,
    node,
    electron,
    machine: {
      processor: cpus()[0]?.model.trim() ?? 'unknown',
      threads: availableParallelism(),
      memory_gb: Math.round(totalmem() / 1e9),
      platform: `${process.platform}-${process.arch}`,
    },
    ...options,
    rows,
  }
  appendFileSync(HISTORY, `${JSON.stringify(entry)}\n`)
}
