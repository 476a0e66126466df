/**
 * How much of the variance of a metric each field explains by itself, and each two fields beyond both: an
 * analysis of variance with type II sums of squares, each term beyond all others that do not contain it
 * (Langsrud 2003, Statistics and Computing 13). Over a full grid with as many seeds everywhere it is the
 * functional ANOVA of Hutter, Hoos & Leyton-Brown (ICML 2014), whose random forest stands for a grid that is
 * not full; here nothing is fitted that was not run.
 */
import { incompleteBeta } from './student.ts'

/** The values of all runs that agree in every field. */
export interface FactorCell {
  /** One a field. */
  readonly levels: readonly string[]
  /** Finite. */
  readonly values: readonly number[]
}

export interface Explained {
  /** Of the sum of squares over all values. */
  readonly share: number
  readonly degrees: number
}

export interface ImportanceTerm extends Explained {
  /** One field or two. */
  readonly fields: readonly string[]
  /** F and its p; null where nothing is left to hold it against, or the term has no degree of freedom. */
  readonly f: number | null
  readonly p: number | null
}

export interface Importance {
  /** By their share, the largest first. */
  readonly terms: readonly ImportanceTerm[]
  /** What the terms leave of the differences between combinations. */
  readonly rest: Explained
  /** Differences within combinations: the seeds. */
  readonly seeds: Explained
  /** Sum of squared differences from the mean of all values. */
  readonly total: number
  readonly values: number
  readonly combinations: number
  /** Every combination is there, each with as many values: shares add up to 1. */
  readonly isFull: boolean
  /** False where pairs of fields have too many combinations to be told apart. */
  readonly hasPairs: boolean
}

interface Cell {
  readonly levels: readonly number[]
  readonly weight: number
  /** Mean less the mean of all values. */
  readonly mean: number
}

/** More columns than this take too long. */
const MOST_COLUMNS = 400
/** A column is one of the others where this share of it or less is new. */
const DEPENDENT = 1e-9

/** The decomposition; shares are NaN where all values are equal. */
export function importanceOf(fields: readonly string[], grid: readonly FactorCell[]): Importance {
  const filled = grid.filter(({ values }) => values.length > 0)
  const all = filled.flatMap(({ values }) => values)
  const mean = sum(all) / all.length
  const total = sum(all.map((value) => (value - mean) ** 2))
  const levels = fields.map((_, field) => [...new Set(filled.map((cell) => cell.levels[field]))])
  const cells = filled.map((cell): Cell => ({
    levels: cell.levels.map((level, field) => levels[field].indexOf(level)),
    weight: cell.values.length,
    mean: sum(cell.values) / cell.values.length - mean,
  }))
  const within = sum(
    filled.map(({ values }, index) => sum(values.map((value) => (value - mean - cells[index].mean) ** 2))),
  )
  const own = fields.map((_, field) => [field])
  const pairs = own.flatMap(([a]) => own.filter(([b]) => b > a).map(([b]) => [a, b]))
  const widthOf = (term: readonly number[]) =>
    term.reduce((product, field) => product * (levels[field].length - 1), 1)
  const hasPairs = sum([...own, ...pairs].map(widthOf)) <= MOST_COLUMNS
  const terms = hasPairs ? [...own, ...pairs] : own
  const design = designOf(cells, terms)
  const whole = design.gain(terms.map((_, index) => index))
  const seeds = { sum: within, degrees: all.length - cells.length }
  const between = total - within
  const rest = { sum: Math.max(0, between - whole.sum), degrees: cells.length - 1 - whole.degrees }
  const error = seeds.degrees > 0 ? seeds : rest
  const told = terms.map((term, index) => {
    const others = terms.flatMap((other, at) => (term.every((field) => other.includes(field)) ? [] : [at]))
    const gained = design.gain([...others, index], others.length)
    const share = { share: gained.sum / total, degrees: gained.degrees }
    return { fields: term.map((field) => fields[field]), ...share, ...testOf(gained, error) }
  })
  const counts = new Set(cells.map(({ weight }) => weight))
  return {
    terms: told.sort((a, b) => b.share - a.share),
    rest: { share: rest.sum / total, degrees: rest.degrees },
    seeds: { share: seeds.sum / total, degrees: seeds.degrees },
    total,
    values: all.length,
    combinations: cells.length,
    isFull: counts.size === 1 && cells.length === levels.reduce((size, { length }) => size * length, 1),
    hasPairs,
  }
}

interface Squares {
  readonly sum: number
  readonly degrees: number
}

/** F of a term against what chance leaves, and the probability of one as large without an effect. */
function testOf(term: Squares, error: Squares): Pick<ImportanceTerm, 'f' | 'p'> {
  if (term.degrees === 0 || error.degrees === 0) return { f: null, p: null }
  const f = term.sum / term.degrees / (error.sum / error.degrees)
  if (Number.isNaN(f)) return { f: null, p: null }
  const x = error.degrees / (error.degrees + term.degrees * f)
  return { f, p: incompleteBeta(x, error.degrees / 2, term.degrees / 2) }
}

/** Indicator columns of the terms, of which each cell has one a term at most, with their products. */
function designOf(cells: readonly Cell[], terms: readonly (readonly number[])[]) {
  // The first column is that of the mean. Another column for each combination of other levels than the first.
  const columns = terms.map(() => new Map<string, number>())
  let count = 1
  const entries = cells.map(({ levels }) => [
    0,
    ...terms.flatMap((term, index) => {
      if (term.some((field) => levels[field] === 0)) return []
      const key = term.map((field) => levels[field]).join()
      const column = columns[index].get(key) ?? count++
      columns[index].set(key, column)
      return [column]
    }),
  ])
  const products = Array.from({ length: count }, () => new Float64Array(count))
  const targets = new Float64Array(count)
  cells.forEach(({ weight, mean }, cell) => {
    for (const a of entries[cell]) {
      targets[a] += weight * mean
      for (const b of entries[cell]) products[a][b] += weight
    }
  })
  /** Squares that terms explain one after the other, those from the term `from` on. */
  const gain = (chosen: readonly number[], from = 0): Squares => {
    const order = [0, ...chosen.flatMap((term) => [...columns[term].values()])]
    const first = from === 0 ? 0 : 1 + sum(chosen.slice(0, from).map((term) => columns[term].size))
    return squaresFrom(products, targets, order, from === 0 ? 1 : first)
  }
  return { gain }
}

/** Cholesky's factor column by column, dependent ones left out; the squares of those from `first` on. */
function squaresFrom(
  products: readonly Float64Array[],
  targets: Float64Array,
  order: readonly number[],
  first: number,
): Squares {
  const rows: Float64Array[] = []
  const kept: number[] = []
  const explained: number[] = []
  let [squares, degrees] = [0, 0]
  order.forEach((column, place) => {
    const row = new Float64Array(kept.length + 1)
    let left = products[column][column]
    let target = targets[column]
    kept.forEach((other, index) => {
      const known = rows[index]
      let value = products[column][other]
      for (let k = 0; k < index; k++) value -= row[k] * known[k]
      value /= known[index]
      row[index] = value
      left -= value * value
      target -= value * explained[index]
    })
    if (left <= DEPENDENT * products[column][column]) return
    row[kept.length] = Math.sqrt(left)
    rows.push(row)
    kept.push(column)
    const own = target / Math.sqrt(left)
    explained.push(own)
    if (place < first) return
    squares += own * own
    degrees += 1
  })
  return { sum: squares, degrees }
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0)
