/**
 * Random studies, and every number of their comparison by brute force: straight loops over the runs, written
 * from the rules and not from the code that they check.
 */
import type { RunStatus } from '../../../src/shared/contract/run.ts'
import { groupOf } from '../../../src/shared/spec/identity.ts'
import { parseSpec } from '../../../src/shared/spec/parse.ts'
import type { RunSpec } from '../../../src/shared/spec/schema.ts'
import type { CompareEntry } from '../../../src/shared/stats/compare-input.ts'
import { uniformFrom } from './random.ts'

export interface RandomStudy {
  readonly axes: readonly string[]
  readonly axisFields: Readonly<Record<string, readonly string[]>>
  readonly entries: readonly CompareEntry[]
}

type Weights = 'base' | 'ai' | 'eoi'

/**
 * A study of schemes, densities and activations under random names, AI's steps for AI alone, a dense network;
 * some runs cancelled, failed, running, waiting, diverged or without the value; some seeds twice.
 */
export function randomStudy(seed: number): RandomStudy {
  const uniform = uniformFrom(seed)
  const pick = <T>(items: readonly T[]): T => items[Math.floor(uniform() * items.length)]
  const [scheme, density, activation, steps] = [
    pick(['Scheme', 'Weight scheme', 'Method']),
    pick(['Density', 'd', 'Kept']),
    pick(['Activation', 'phi']),
    'Steps',
  ]
  const densities = [0.05, 0.1, 0.5].slice(0, 1 + Math.floor(uniform() * 3))
  const activations = (['relu', 'tanh'] as const).slice(0, 1 + Math.floor(uniform() * 2))
  const seeds = [1, 2, 3, 4].slice(0, 1 + Math.floor(uniform() * 4))
  const entries: CompareEntry[] = []
  const add = (spec: RunSpec, labels: Record<string, string>) => {
    const status: RunStatus =
      uniform() < 0.7
        ? 'finished'
        : pick(['cancelled', 'failed', 'running', 'queued', 'diverged', 'finished'])
    const none = uniform() < 0.05
    const value = none ? null : uniform() < 0.03 ? pick([NaN, Infinity]) : Math.round(uniform() * 50) / 50
    entries.push({
      id: entries.length + 1,
      group: groupOf(spec),
      labels,
      spec,
      status,
      divergedAt: status === 'diverged' ? 3 : null,
      value,
      parameters: 1000,
      density: spec.sparsity.density,
    })
  }
  for (const each of activations) {
    for (const weights of ['base', 'ai', 'eoi'] as Weights[]) {
      for (const kept of densities) {
        for (const count of weights === 'ai' && uniform() < 0.5 ? [200, 1000] : [null]) {
          for (const run of seeds) {
            const spec = parseSpec({
              model: { activation: each },
              sparsity: { distribution: 'erk', density: kept },
              initialization: { scheme: weights, ...(count === null ? {} : { aiSteps: count }) },
              seed: run,
            })
            const labels = {
              [activation]: each,
              [scheme]: weights.toUpperCase(),
              [density]: String(kept),
              ...(count === null ? {} : { [steps]: String(count) }),
            }
            for (let times = uniform() < 0.2 ? 2 : 1; times > 0; times--)
              if (uniform() > 0.05) add(spec, labels)
          }
        }
      }
    }
    for (const run of seeds)
      add(parseSpec({ model: { activation: each }, seed: run }), {
        [activation]: each,
        [scheme]: 'Dense',
        [density]: 'any',
      })
  }
  return {
    axes: [activation, scheme, density, steps],
    axisFields: {
      [scheme]: ['sparsity.distribution', 'initialization.scheme'],
      [density]: ['sparsity.density'],
      [activation]: ['model.activation'],
      [steps]: ['initialization.aiSteps'],
    },
    entries,
  }
}

export interface BruteRow {
  readonly group: string
  readonly seeds: readonly number[]
  readonly values: readonly number[]
  readonly runs: readonly number[]
  readonly expected: number
  readonly repeats: number
  readonly apart: Readonly<Record<string, number>>
  readonly missing: number
  readonly spec: RunSpec
  readonly labels: Readonly<Record<string, string>>
}

const ended = (entry: CompareEntry) => entry.status === 'finished' || entry.status === 'diverged'

/** One row a group, each seed looked at by itself. */
export function bruteRows(entries: readonly CompareEntry[]): BruteRow[] {
  const order: string[] = []
  for (const entry of entries) if (!order.includes(entry.group)) order.push(entry.group)
  return order.map((group) => {
    const own = entries.filter((entry) => entry.group === group)
    const seeds: number[] = []
    for (const entry of own) if (!seeds.includes(entry.spec.seed)) seeds.push(entry.spec.seed)
    const values: number[] = []
    const counted: number[] = []
    const runs: number[] = []
    const apart: Record<string, number> = {}
    let repeats = 0
    let missing = 0
    for (const seed of seeds) {
      let best: CompareEntry | null = null
      let results = 0
      let newest: CompareEntry | null = null
      for (const entry of own) {
        if (entry.spec.seed !== seed) continue
        if (newest === null || entry.id > newest.id) newest = entry
        if (!ended(entry)) continue
        results += 1
        if (entry.value !== null && (best === null || entry.id < best.id)) best = entry
      }
      if (best !== null) {
        counted.push(seed)
        values.push(best.value ?? NaN)
        runs.push(best.id)
        repeats += results - 1
      } else if (results > 0) missing += 1
      else if (newest !== null) apart[newest.status] = (apart[newest.status] ?? 0) + 1
    }
    const { spec, labels } = own[0]
    return {
      group,
      seeds: counted,
      values,
      runs,
      expected: seeds.length,
      repeats,
      apart,
      missing,
      spec,
      labels,
    }
  })
}

/** Whether two rows are of different schemes and equal in everything that both have set. */
export function areComparable(a: BruteRow, b: BruteRow): boolean {
  const scheme = ({ spec }: BruteRow) => `${spec.sparsity.distribution} ${spec.initialization.scheme}`
  if (scheme(a) === scheme(b)) return false
  if (a.spec.model.activation !== b.spec.model.activation) return false
  const dense = (row: BruteRow) => row.spec.sparsity.distribution === 'dense'
  return dense(a) || dense(b) || a.spec.sparsity.density === b.spec.sparsity.density
}

/** Mean and sample deviation by their definitions. */
export function bruteMoments(values: readonly number[]): { mean: number; std: number | null } {
  let total = 0
  for (const value of values) total += value
  const mean = total / values.length
  let squares = 0
  for (const value of values) squares += (value - mean) * (value - mean)
  return { mean, std: values.length < 2 ? null : Math.sqrt(squares / (values.length - 1)) }
}
