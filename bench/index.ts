/**
 * Benchmarks: `bench [--only NAME,…] [--repeat N] [--rounds N] [--backend NAME,…] [--json FILE] [--history]`.
 * Prints a table; the file holds an array of rows (see types.ts); `--history` keeps them in history.jsonl. A
 * time is the median of all repetitions after a warm-up, in rounds that alternate with the peer's, so that
 * both see the same machine. Without python3 and torch the peer's columns stay empty. `--chart
 * density,depth` draws charts in place of all that.
 */
import { writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { drawChart } from './charts.ts'
import { FIRST_STEP_GOALS, GOALS } from './goals.ts'
import { appendHistory } from './history.ts'
import type { BenchRow, Work } from './types.ts'
import { WORKS } from './works/index.ts'

const { values: options } = parseArgs({
  options: {
    only: { type: 'string', multiple: true },
    repeat: { type: 'string', default: '15' },
    rounds: { type: 'string', default: '3' },
    backend: { type: 'string', multiple: true, default: ['sparse', 'tensorflow'] },
    json: { type: 'string' },
    chart: { type: 'string', multiple: true },
    history: { type: 'boolean', default: false },
  },
})

/** `a,b` and `--only a --only b` mean the same. */
function listed(given: readonly string[]): string[] {
  return given.flatMap((text) => text.split(',')).filter((name) => name !== '')
}

function count(option: 'repeat' | 'rounds'): number {
  const value = Number(options[option])
  if (Number.isInteger(value) && value >= 1) return value
  throw new Error(`--${option} takes a whole number of 1 or more, not ${options[option]}`)
}

function chosenWorks(names: readonly string[]): readonly Work[] {
  const known: Readonly<Record<string, Work>> = WORKS
  return names.map((name) => {
    if (!Object.hasOwn(known, name))
      throw new Error(`unknown work ${name}; known: ${Object.keys(known).join(', ')}`)
    return known[name]
  })
}

function line(cells: readonly string[]): string {
  return cells
    .map((cell, i) => (i === 0 || i === 3 ? cell.padEnd(i ? 24 : 14) : cell.padStart(10)))
    .join('  ')
}

function format(row: BenchRow): string {
  const number = (value: number | null, digits: number): string =>
    value === null ? '' : value.toFixed(digits)
  return line([
    row.work,
    row.backend,
    number(row.ours_ms, 2),
    row.peer,
    number(row.peer_ms, 2),
    number(row.ratio, 2),
    number(GOALS[row.work] ?? null, 2),
    number(row.gflops ?? null, 1),
    number(row.first_step_ms, 0),
    number(row.work === 'mlp-1000' ? (FIRST_STEP_GOALS[row.backend] ?? null) : null, 0),
    number(row.memory_mb, 0),
  ])
}

async function main(): Promise<void> {
  const repeat = count('repeat')
  const rounds = count('rounds')
  if (options.chart) {
    const command = ['npm run -s bench --', ...process.argv.slice(2)].join(' ')
    for (const which of listed(options.chart)) {
      await drawChart(which, command, { repeat, backends: listed(options.backend) })
    }
    return
  }
  const rows: BenchRow[] = []
  const head = ['work', 'backend', 'ours ms', 'peer', 'peer ms', 'ratio', 'goal', 'GFLOP/s']
  console.log(line([...head, 'first ms', 'goal', 'MB']))
  for (const work of chosenWorks(options.only ? listed(options.only) : Object.keys(WORKS))) {
    for (const row of await work.measure({ repeat, rounds, backends: listed(options.backend) })) {
      rows.push(row)
      console.log(format(row))
    }
  }
  if (rows.some((row) => row.peer === ''))
    console.log('Empty peer: python3 with torch is not on this machine.')
  if (options.history) appendHistory(rows, { repeat, rounds })
  if (options.json) writeFileSync(options.json, `${JSON.stringify(rows, null, 2)}\n`)
}

await main()
