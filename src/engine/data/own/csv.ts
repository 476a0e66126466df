/** Data as CSV: a header, one column of labels, all others numbers. Read by Papa Parse. */
import Papa from 'papaparse'
import { readBytes, sha256 } from '../files.ts'
import { withinMemory } from '../../interchange/limits.ts'
import { tableContent } from './table.ts'
import type { Column, Table } from './table.ts'
import { SPLITS } from './split.ts'
import type { Findings, NumbersContent } from './types.ts'
import type { Split } from './split.ts'

const isNumber = (text: string): boolean => {
  const trimmed = text.trim()
  return trimmed !== '' && !Number.isNaN(Number(trimmed))
}
/** JavaScript objects take so many bytes a cell, about, beyond the text itself. */
const CELL_BYTES = 24
const MOST_RAGGED = 5

function textOf(file: string, bytes: Uint8Array, findings: Findings): string {
  if (
    bytes.length >= 2 &&
    ((bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff))
  )
    return new TextDecoder(bytes[0] === 0xff ? 'utf-16le' : 'utf-16be').decode(bytes)
  if (bytes.subarray(0, 4096).includes(0)) findings.problem(`${file}: no text, but binary data`)
  // The decoder takes a byte order mark away.
  return new TextDecoder().decode(bytes)
}

/** One file as a table; null when it is none, which the findings tell. */
function readTable(file: string, bytes: Uint8Array, findings: Findings): Table | null {
  const text = textOf(file, bytes, findings)
  if (findings.problems.length > 0) return null
  withinMemory(text.length * 2, file, 'its text')
  const { data: rows, meta, errors } = Papa.parse<string[]>(text, { skipEmptyLines: 'greedy' })
  for (const { code, message, row } of errors) {
    if (code !== 'UndetectableDelimiter') findings.problem(`${file}, line ${(row ?? 0) + 1}: ${message}`)
  }
  if (rows.length === 0) findings.problem(`${file}: no rows`)
  if (findings.problems.length > 0) return null
  const width = rows[0].length
  withinMemory(rows.length * width * CELL_BYTES, file, 'its cells')
  const headed = !rows[0].every(isNumber)
  const names = headed ? rows[0].map((name) => name.trim()) : rows[0].map((_, k) => `column ${k + 1}`)
  const first = headed ? 1 : 0
  if (!headed) findings.note(`${file}: no header; the columns are called column 1 to column ${width}`)
  const twice = names.find((name, k) => names.indexOf(name) !== k)
  if (twice !== undefined) findings.problem(`${file}: two columns are called “${twice}”`)
  if (width < 2) {
    findings.problem(
      `${file}: one column alone; expected are features and a label, parted by commas, semicolons or tabs ` +
        `(found: “${meta.delimiter}”)`,
    )
  }
  if (findings.problems.length > 0) return null
  // What is wrong with the others is told beside.
  const whole = rows
    .slice(first)
    .flatMap((cells, k) => (cells.length === width ? [{ cells, at: k + first + 1 }] : []))
  const ragged = rows.length - first - whole.length
  for (let row = first, told = 0; told < Math.min(ragged, MOST_RAGGED); row++) {
    if (rows[row].length === width) continue
    findings.problem(`${file}, row ${row + 1}: ${rows[row].length} cells, the first row has ${width}`)
    told++
  }
  if (ragged > MOST_RAGGED) findings.problem(`${file}: ${ragged} rows in all have another number of cells`)
  const cells = whole.map((row) => row.cells)
  const columns = new Map(names.map((name, k) => [name, columnOf(cells, k)]))
  return { file, columns, rows: whole.length, place: (row) => `row ${whole[row].at}` }
}

function columnOf(rows: readonly string[][], k: number): Column {
  const numbers = new Float64Array(rows.length)
  for (const [row, cells] of rows.entries()) {
    if (!isNumber(cells[k])) return rows.map((each) => each[k].trim())
    numbers[row] = Number(cells[k])
  }
  return numbers
}

/** Reads the files of the splits that are there. */
export function readCsvData(
  files: ReadonlyMap<Split, string>,
  label: string,
  findings: Findings,
): NumbersContent | null {
  const tables = new Map<Split, Table>()
  const contents: Uint8Array[] = []
  for (const split of SPLITS) {
    const file = files.get(split)
    if (file === undefined) continue
    const bytes = readBytes(file)
    contents.push(bytes)
    const table = readTable(file, bytes, findings)
    if (table) tables.set(split, table)
  }
  return tableContent('CSV', tables, label, sha256(...contents), findings)
}
