/**
 * Benchmarks: `bench [--only NAME]... [--repeat N] [--backend NAME]... [--json FILE]`. Prints a table; the
 * file holds an array of rows (see types.ts). A time is the median of N repetitions after a warm-up, in
 * rounds that alternate with the peer's, so that both see the same machine. Without python3 and torch the
 * peer's columns stay empty.
 */
import { writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import type { BenchRow, Work } from './types.ts'
import { WORKS } from './works/index.ts'

const { values: options } = parseArgs({
  options: {
    only: { type: 'string', multiple: true },
    repeat: { type: 'string', default: '15' },
    backend: { type: 'string', multiple: true, default: ['sparse', 'tensorflow'] },
    json: { type: 'string' },
  },
})

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
    .map((cell, i) => (i === 0 || i === 3 ? cell.padEnd(i ? 28 : 12) : cell.padStart(11)))
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
    number(row.first_step_ms, 0),
    number(row.memory_mb, 0),
  ])
}

async function main(): Promise<void> {
  const repeat = Number(options.repeat)
  if (!Number.isInteger(repeat) || repeat < 1)
    throw new Error(`--repeat takes a whole number of 1 or more, not ${options.repeat}`)
  const rows: BenchRow[] = []
  console.log(line(['work', 'backend', 'ours ms', 'peer', 'peer ms', 'ratio', 'first ms', 'memory MB']))
  for (const work of chosenWorks(options.only ?? Object.keys(WORKS))) {
    for (const row of await work.measure({ repeat, backends: options.backend })) {
      rows.push(row)
      console.log(format(row))
    }
  }
  if (rows.some((row) => row.peer === ''))
    console.log('Empty peer: python3 with torch is not on this machine.')
  if (options.json) writeFileSync(options.json, `${JSON.stringify(rows, null, 2)}\n`)
}

await main()
