/**
 * Tables (CSV, Parquet without images) as data: one column is the label, all others are features. A source
 * is one split's rows as columns.
 */
import { withinMemory } from '../../interchange/limits.ts'
import type { Numbers } from '../numbers-dataset.ts'
import { classesOf, encoded } from './labels.ts'
import type { Classes, RawLabels } from './labels.ts'
import { holdOutTest, TEST_PART } from './split.ts'
import { SPLITS } from './split.ts'
import type { Findings, NumbersContent } from './types.ts'
import type { Split } from './split.ts'

/** Numbers, or texts where one entry at least is no number. */
export type Column = Float64Array | readonly string[]

export interface Table {
  readonly file: string
  readonly columns: ReadonlyMap<string, Column>
  readonly rows: number
  /** Where a row stands, for messages. */
  readonly place: (row: number) => string
}

const LABEL_NAMES = ['label', 'labels', 'class', 'target', 'y']
/** Names that are a label's when nothing else is: lower case. */
export const isLabelName = (name: string): boolean => LABEL_NAMES.includes(name.trim().toLowerCase())

const isText = (column: Column): column is readonly string[] => Array.isArray(column)
const MOST_SHOWN = 30

/** The label's column: the one asked for, one of a usual name, the last where it can be classes. */
export function labelColumn(
  columns: ReadonlyMap<string, Column>,
  asked: string,
  findings: Findings,
): string | null {
  const names = [...columns.keys()]
  const list = names.slice(0, MOST_SHOWN).join(', ') + (names.length > MOST_SHOWN ? ', …' : '')
  if (asked !== '') {
    const found = names.find((name) => name === asked) ?? names[Number(asked) - 1]
    if (found !== undefined) return found
    findings.problem(`data.label: there is no column “${asked}”; the columns are ${list}`)
    return null
  }
  const usual = names.filter(isLabelName)
  if (usual.length === 1) return usual[0]
  const last = names.at(-1)
  const column = last === undefined ? undefined : columns.get(last)
  if (usual.length === 0 && last !== undefined && column) {
    const whole = isText(column) || column.every((value) => Number.isInteger(value))
    if (whole) {
      findings.note(`the label is taken from the last column, “${last}”; data.label names another`)
      return last
    }
  }
  findings.problem(
    usual.length > 1
      ? `more than one column may be the label (${usual.join(', ')}); set data.label to one of them`
      : `which column is the label? Set data.label to one of ${list}` +
          (last === undefined
            ? ''
            : `. “${last}” holds fractions; a regression of numbers is not trained here`),
  )
  return null
}

function features(
  table: Table,
  names: readonly string[],
  findings: Findings,
  what: string,
): Float64Array | null {
  withinMemory(table.rows * names.length * 8, table.file, 'its numbers')
  const values = new Float64Array(table.rows * names.length)
  let good = true
  for (const [k, name] of names.entries()) {
    const column = table.columns.get(name)
    if (!column) continue
    if (isText(column)) {
      const row = column.findIndex((text) => text.trim() === '' || !Number.isFinite(Number(text)))
      good = false
      findings.problem(
        `${what}, column “${name}”: ${cellText(column[row] ?? '')} in ` +
          `${table.place(row)} is no number. Features are numbers: fill gaps, and give categories a column ` +
          'of 0 and 1 each',
      )
      continue
    }
    for (let row = 0; row < table.rows; row++) {
      if (!Number.isFinite(column[row]) && good) {
        good = false
        findings.problem(
          `${what}, column “${name}”: ${column[row]} in ${table.place(row)}; all numbers must be finite`,
        )
      }
      values[row * names.length + k] = column[row]
    }
  }
  return good ? values : null
}

const cellText = (text: string): string =>
  text.trim() === '' ? 'nothing' : `“${text.length > 40 ? `${text.slice(0, 40)}…` : text}”`

/** Puts tables together; null when something keeps them from being data, which the findings then tell. */
export function tableContent(
  form: string,
  tables: ReadonlyMap<Split, Table>,
  asked: string,
  hash: string,
  findings: Findings,
  given: readonly string[] | null = null,
): NumbersContent | null {
  const already = findings.problems.length
  const train = tables.get('train')
  if (!train) return null
  const label = labelColumn(train.columns, asked, findings)
  if (label === null) return null
  const names = [...train.columns.keys()].filter((name) => name !== label)
  if (names.length === 0) {
    findings.problem(`${train.file}: “${label}” is the label, and there is no other column to learn from`)
    return null
  }
  for (const [split, table] of tables) {
    const missing = [...train.columns.keys()].filter((name) => !table.columns.has(name))
    const extra = [...table.columns.keys()].filter((name) => !train.columns.has(name))
    if (missing.length > 0 || extra.length > 0) {
      findings.problem(
        `the columns of the ${split} set differ from those of the training set: ` +
          [
            missing.length > 0 ? `without ${missing.slice(0, MOST_SHOWN).join(', ')}` : '',
            extra.length > 0 ? `with ${extra.slice(0, MOST_SHOWN).join(', ')}` : '',
          ]
            .filter((part) => part !== '')
            .join('; '),
      )
    }
    if (table.rows === 0) findings.problem(`${table.file}: no rows`)
  }
  const classes = classesOf(rawLabels(train, label), `label “${label}”`, train.place, given)
  if ('problem' in classes) {
    findings.problem(classes.problem)
    return null
  }
  if (findings.problems.length > already) return null
  const sets = new Map<Split, Numbers>()
  for (const split of SPLITS) {
    const table = tables.get(split)
    const numbers = table && numbersOf(table, label, names, classes, findings, split)
    if (numbers) sets.set(split, numbers)
  }
  const [learned, tested] = [sets.get('train'), sets.get('test')]
  if (findings.problems.length > 0 || !learned) return null
  const common = { form, kind: 'numbers' as const, shape: [names.length], columns: names, hash }
  const rest = {
    classNames: classes.names,
    notes: findings.notes,
    validation: sets.get('validation') ?? null,
  }
  if (tested) return { ...common, ...rest, train: learned, test: tested }
  const rows = holdOutTest(learned.count)
  findings.note(heldOutNote(rows.test.length))
  return {
    ...common,
    ...rest,
    train: chosen(learned, rows.train, names.length),
    test: chosen(learned, rows.test, names.length),
  }
}

export const heldOutNote = (rows: number): string =>
  `one file, no test set: ${100 * TEST_PART} % of its rows (${rows}) are held out for testing, ` +
  'the same ones in every run'

function rawLabels({ columns }: Table, label: string): RawLabels {
  return columns.get(label) ?? []
}

function numbersOf(
  table: Table,
  label: string,
  names: readonly string[],
  classes: Classes,
  findings: Findings,
  split: Split,
): Numbers | null {
  const raw = rawLabels(table, label)
  // A column whose labels are texts in one file may be numbers alone in another.
  const known = typeof classes.of(classes.names[0]) === 'number'
  const labels = known && !isText(raw as Column) ? Array.from(raw, String) : raw
  const codes = encoded(labels, classes, `${split}, label “${label}”`, table.place)
  if ('problem' in codes) findings.problem(codes.problem)
  const values = features(table, names, findings, split)
  return values && !('problem' in codes) ? { count: table.rows, values, labels: codes } : null
}

function chosen({ values, labels }: Numbers, rows: Int32Array, size: number): Numbers {
  const picked = new Float64Array(rows.length * size)
  rows.forEach((row, k) => {
    for (let i = 0; i < size; i++) picked[k * size + i] = values[row * size + i]
  })
  return { count: rows.length, values: picked, labels: Uint16Array.from(rows, (row) => labels[row]) }
}
