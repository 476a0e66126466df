/** A comparison with the tests that its request asks for. */
import { Stream } from '../../engine/index.ts'
import { BenchError } from '../../shared/contract/errors.ts'
import type { CompareRequest, CompareRow, CompareTable, TestFamily } from '../../shared/contract/lab.ts'
import { betterDirection } from '../../shared/stats/compare.ts'
import type { CompareEntry } from '../../shared/stats/compare-input.ts'
import { familyPairs, isBaseline } from '../../shared/stats/families.ts'
import type { AxisFields, FamilyRow } from '../../shared/stats/families.ts'
import { pooledRows } from '../../shared/stats/pooled.ts'
import { schemeKey } from '../../shared/stats/scheme-fields.ts'
import { comparePairs, rowStars, testedValues } from '../../shared/stats/significance.ts'
import { groupBy } from '../../shared/stats/summary.ts'

/** Label of the axis that backends are when each is a group of its own. */
export const BACKEND_AXIS = 'Backend'

const BOOTSTRAP_SEED = 20240605
/** More pairs than this tell nobody anything, and take long. */
const MOST_PAIRS = 200_000

/**
 * Tests the family's pairs and gives rows their stars. @throws BenchError `bad-input` for a baseline that no
 * row has, and for more pairs than can be tested.
 */
export function tested(
  table: CompareTable,
  entries: readonly CompareEntry[],
  { baseline, family: asked, pooled = false, byBackend = false }: CompareRequest,
  axisFields: AxisFields | undefined,
): CompareTable {
  const bySpec = groupBy(entries, (entry) => entry.group)
  const specs = table.rows.map((row) => (bySpec.get(row.group) ?? []).map(({ spec }) => spec))
  const rows = table.rows.map((row, index) => ({ ...row, specs: specs[index] }))
  const family = asked ?? usualFamily(rows, baseline)
  const base = family === 'baseline' ? baselineOf(table.rows, baseline) : undefined
  const pairsOf = (some: readonly FamilyRow[]) =>
    limited(
      familyPairs(some, family, base, axisFields).filter(
        // With a row for each backend schemes are compared on the same one.
        ([a, b]) => !byBackend || some[a].labels[BACKEND_AXIS] === some[b].labels[BACKEND_AXIS],
      ),
    )
  // One fixed stream, so that the same runs give the same bootstrap interval.
  const stream = Stream.root(BOOTSTRAP_SEED).split('bootstrap')
  const uniform = () => stream.uniform()
  const told = { family, ...(base === undefined ? {} : { baseline: base }), ...(pooled ? { pooled } : {}) }
  if (pooled) {
    const lines = pooledRows(table.rows, specs)
    const pairs = pairsOf(lines).filter(([a, b]) => testedValues(lines[a], lines[b]).paired)
    const significance = comparePairs(lines, uniform, pairs).map((pair) => ({
      ...pair,
      a: lines[pair.a].indices[0],
      b: lines[pair.b].indices[0],
      rows: [...lines[pair.a].indices, ...lines[pair.b].indices],
    }))
    return { ...table, ...told, significance }
  }
  const significance = comparePairs(rows, uniform, pairsOf(rows))
  const direction = betterDirection(table.metric)
  const against = base === undefined ? null : (index: number) => isBaseline(table.rows[index], base)
  const stars = rowStars(rows.length, significance, direction, against)
  return {
    ...table,
    ...told,
    rows: table.rows.map((row, index) => ({ ...row, stars: stars[index] })),
    significance,
  }
}

/** The baseline's where one is named; schemes where there are several; else every two rows. */
function usualFamily(rows: readonly FamilyRow[], baseline: string | undefined): TestFamily {
  if (baseline !== undefined) return 'baseline'
  return new Set(rows.flatMap(({ specs }) => specs.map(schemeKey))).size > 1 ? 'schemes' : 'all'
}

function baselineOf(rows: readonly CompareRow[], baseline: string | undefined): string {
  const known = [...new Set(rows.map((row) => row.scheme ?? row.label))].join(', ')
  if (baseline === undefined)
    throw new BenchError('bad-input', `Name the baseline, e.g. one of these schemes: ${known}.`, 'baseline')
  if (rows.some((row) => isBaseline(row, baseline))) return baseline
  throw new BenchError('bad-input', `No row is “${baseline}”. Schemes: ${known}.`, 'baseline')
}

function limited<Pair>(pairs: Pair[]): Pair[] {
  if (pairs.length <= MOST_PAIRS) return pairs
  throw new BenchError(
    'bad-input',
    `${pairs.length.toLocaleString('en')} pairs are too many to test ` +
      `(${MOST_PAIRS.toLocaleString('en')} at ` +
      'most); choose fewer runs, or test against a baseline.',
    'family',
  )
}
