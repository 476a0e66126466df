/** A number is changed within a sound page, as a failing memory does: its run is named, and no other. */
import { cpSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import type { Stream } from '../../src/engine/index.ts'
import { pathsOf } from '../../src/lab/store/home.ts'
import type { Trial } from '../types.ts'
import { EPOCHS, disturbed, runUndisturbed } from './undisturbed.ts'

interface Verified {
  readonly broken: readonly { readonly run: number }[]
}

/** Tables and columns that hold a result, the columns that name a row, and which rows are of one run. */
const PLACES = [
  ['metrics', 'value', 'series, step', 'series IN (SELECT id FROM series WHERE run = @run)'],
  ['metrics', 'wall', 'series, step', 'series IN (SELECT id FROM series WHERE run = @run)'],
  ['series', 'last_value', 'id', 'run = @run'],
  ['series', 'best_value', 'id', 'run = @run'],
  ['series', 'high', 'id', 'run = @run'],
  ['runs', 'step', 'id', 'id = @run'],
  ['runs', 'seed', 'id', 'id = @run'],
  ['layers', 'report', 'run, position', 'run = @run'],
  ['runs', 'spec', 'id', 'id = @run'],
  ['runs', 'environment', 'id', 'id = @run'],
] as const

/** Flips a bit of a number, or exchanges a digit of a text. */
function changed(value: unknown, stream: Stream): unknown {
  if (typeof value === 'number' && Number.isInteger(value)) return value ^ (1 << stream.integer(20))
  if (typeof value === 'number') {
    const bytes = Buffer.alloc(8)
    bytes.writeDoubleLE(value)
    // Not the highest byte: it may make infinity, which SQLite keeps, or NaN, which it does not.
    bytes[stream.integer(7)] ^= 1 << stream.integer(8)
    return bytes.readDoubleLE()
  }
  const text = String(value)
  const digits = [...text.matchAll(/\d/g)].map(({ index }) => index)
  const at = digits[stream.integer(digits.length)]
  return `${text.slice(0, at)}${(Number(text[at]) + 1 + stream.integer(8)) % 10}${text.slice(at + 1)}`
}

/** Changes one number of one run. @returns what, and of which run */
function change(file: string, stream: Stream): { readonly what: string; readonly run: number } {
  const database = new Database(file)
  try {
    const runs = database.prepare<[], number>('SELECT id FROM runs ORDER BY id').pluck().all()
    const run = runs[stream.integer(runs.length)]
    const [table, column, key, where] = PLACES[stream.integer(PLACES.length)]
    const rows = database
      .prepare<[object], [unknown, ...number[]]>(
        `SELECT ${column}, ${key} FROM ${table} WHERE ${where} AND ${column} IS NOT NULL ORDER BY ${key}`,
      )
      .raw()
      .all({ run })
    const [before, ...row] = rows[stream.integer(rows.length)]
    const after = changed(before, stream)
    const places = row.map(() => '?').join(', ')
    database.prepare(`UPDATE ${table} SET ${column} = ? WHERE (${key}) = (${places})`).run(after, ...row)
    return { what: `${table}.${column} of row ${row.join()}: ${String(after).slice(0, 80)}`, run }
  } finally {
    database.close()
  }
}

export const numbers: Trial = {
  about: 'a number of the database is changed within a sound page',
  run: async (turn) => {
    const { home } = await runUndisturbed('sparse', EPOCHS.few)
    let changes = 0
    const goesOn = turn.start()
    for (; goesOn() || changes === 0; changes++) {
      const copy = join(turn.folder, 'copy')
      rmSync(copy, { recursive: true, force: true })
      cpSync(home, copy, { recursive: true })
      const { what, run } = change(pathsOf(copy).database, turn.stream)
      const { code, output } = await disturbed(turn, ['verify', '--json'], { home: copy })
      const named = /^\{/.test(output)
        ? (JSON.parse(output) as Verified).broken.map((each) => each.run)
        : null
      if (code !== 1 || named?.join() !== String(run))
        turn.find(`${what}: verify ended with ${code} and named ${named?.join(', ') ?? output.slice(-300)}`)
    }
    return { changes }
  },
}
