/**
 * `torture [--minutes N] [--seed S] [--only NAME,…] [--round R]`: disturbs the program in every way of
 * trials/index.ts, a turn each, round after round, until the time is up. A finding names the seed, the trial
 * and the round that make it again; what led to it stays in a folder. Exit code 1 where anything was found, 2
 * where an option is wrong.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Stream } from '../src/engine/index.ts'
import { OptionProblem, readOptions } from './options.ts'
import type { TortureOptions } from './options.ts'
import { TRIALS } from './trials/index.ts'

function options(): TortureOptions {
  try {
    return readOptions(process.argv.slice(2), Object.keys(TRIALS), Date.now() % 1_000_000)
  } catch (error) {
    if (!(error instanceof OptionProblem)) throw error
    console.error(`error: ${error.message}`)
    console.error('usage: torture [--minutes N] [--seed S] [--only NAME,…] [--round R]')
    process.exit(2)
  }
}

const { minutes, seed, only, round: single } = options()

/** A turn is never shorter: starting the program alone takes a second or two. */
const SHORTEST_TURN_MS = 1500
const ROUNDS_A_RUN = 3

const until = performance.now() + minutes * 60_000
const totals = new Map<string, Record<string, number>>()
let findings = 0

const possible = only.filter((name) => {
  const missing = TRIALS[name].missing?.() ?? null
  if (missing) console.log(`${name}: not tried, ${missing}`)
  return missing === null
})
const share = Math.max(SHORTEST_TURN_MS, (minutes * 60_000) / ROUNDS_A_RUN / Math.max(1, possible.length))

async function turn(name: string, round: number): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'givens-torture-'))
  let found = 0
  const find = (what: string): void => {
    found++
    console.log(`FOUND by ${name} (--seed ${seed} --only ${name} --round ${round}; ${folder}):\n  ${what}`)
  }
  const began = performance.now()
  try {
    const stream = Stream.root(seed).split(name, round)
    const start = (): (() => boolean) => {
      const end = performance.now() + share
      return () => performance.now() < end
    }
    const counts = await TRIALS[name].run({ stream, folder, lasts: share, start, find })
    const total = totals.get(name) ?? {}
    for (const [key, count] of Object.entries(counts))
      total[key] = key === 'megabytes' ? Math.max(total[key] ?? 0, count) : (total[key] ?? 0) + count
    totals.set(name, total)
    const told = Object.entries(counts).map(([key, count]) => `${count} ${key}`)
    console.log(`${name} ${round}: ${told.join(', ')}, ${((performance.now() - began) / 1000).toFixed(1)} s`)
  } catch (error) {
    find(error instanceof Error ? (error.stack ?? error.message) : String(error))
  }
  findings += found
  if (found === 0) rmSync(folder, { recursive: true, force: true })
}

console.log(`Seed ${seed}, ${minutes} minutes, ${possible.length} trials`)
for (
  let round = single ?? 0;
  round === (single ?? 0) || (single === null && performance.now() < until);
  round++
)
  for (const name of possible) {
    // The first round is whole only where the time allows it; a single round always.
    if (single === null && performance.now() > until) break
    await turn(name, round)
  }
console.log(`\n${'trial'.padEnd(18)}what was done`)
for (const name of possible) {
  const told = Object.entries(totals.get(name) ?? {}).map(([key, count]) => `${count} ${key}`)
  console.log(`${name.padEnd(18)}${told.join(', ') || 'no turn'} (${TRIALS[name].about})`)
}
console.log(findings === 0 ? 'Nothing found.' : `${findings} findings.`)
process.exitCode = findings === 0 ? 0 : 1
