/**
 * A search of the learning rate with one budget: every group of a study is trained at the same candidate
 * rates with the same seeds; the best by validation is chosen, and fresh seeds are trained at it.
 */
import { lengthOf } from '../planning/plan.ts'
import { runGroup, runIdentity } from '../spec/usage.ts'
import type { RunSpec } from '../spec/schema.ts'
import type { Study } from '../spec/study-schema.ts'
import type { GridRun } from './grid-run.ts'

/** Label of the runs of a search, which are no rows of a comparison; no axis may be called so. */
export const CANDIDATE = 'Candidate rate'
export const SEARCHED_FIELD = 'training.learningRate'

export interface SearchGroup {
  readonly labels: Readonly<Record<string, string>>
  /** The group's specification; its learning rate is searched. */
  readonly spec: RunSpec
  readonly candidates: readonly { readonly rate: number; readonly runs: readonly GridRun[] }[]
}

/** Whether labels are those of a run of a search. */
export const isCandidate = (labels: Readonly<Record<string, string>>): boolean => CANDIDATE in labels

function runAt(spec: RunSpec, rate: number, seed: number, labels: Readonly<Record<string, string>>): GridRun {
  const set: RunSpec = { ...spec, training: { ...spec.training, learningRate: rate }, seed }
  return { spec: set, identity: runIdentity(set), group: runGroup(set), labels }
}

/** The groups of an expanded study, each with the runs of every candidate; none without a search. */
export function searchGroups({ search }: Study, runs: readonly GridRun[]): SearchGroup[] {
  if (!search) return []
  const groups = new Map(runs.map((run) => [run.group, run]))
  return [...groups.values()].map(({ spec, labels }) => ({
    labels,
    spec,
    candidates: search.rates.map((rate) => ({
      rate,
      runs: search.seeds.map((seed) => runAt(spec, rate, seed, { ...labels, [CANDIDATE]: String(rate) })),
    })),
  }))
}

/** The runs that are reported of a group whose rate was chosen. */
export function reportRuns({ spec, labels }: SearchGroup, rate: number, seeds: readonly number[]): GridRun[] {
  return [...new Set(seeds)].map((seed) => runAt(spec, rate, seed, labels))
}

/** What keeps a study from being searched, in words. */
export function searchProblems(study: Study, runs: readonly GridRun[]): string[] {
  const { search, seeds, axes } = study
  const problems: string[] = []
  if (axes.some(({ name }) => name === CANDIDATE))
    problems.push(`No axis may be called “${CANDIDATE}”: it labels the runs of a search.`)
  if (!search) return problems
  const shared = search.seeds.filter((seed) => seeds.includes(seed))
  if (shared.length > 0) {
    problems.push(
      `The search and the report share the seeds ${shared.join(', ')}: what a rate was chosen by would be ` +
        'reported. Give search.seeds others.',
    )
  }
  if (new Set(search.rates).size < search.rates.length)
    problems.push(`search.rates names a rate twice: ${search.rates.join(', ')}.`)
  const axis = axes.find(({ points }) => points.some(({ set }) => SEARCHED_FIELD in set))
  if (axis) {
    problems.push(
      `The axis “${axis.name}” sets ${SEARCHED_FIELD}, which the search chooses; take it out of one of them.`,
    )
  }
  if (runs.some(({ spec }) => spec.data.validation === 0 || lengthOf(spec.training) === 0))
    problems.push('A search chooses by validation: data.validation and training.epochs must be above 0.')
  return problems
}

/** What a search chooses by: of language models perplexity, else accuracy. */
export const SEARCHED_BY = ['validation.accuracy', 'validation.perplexity'] as const

/** What a search chooses by, of a run's last metrics; more is better: −perplexity, else accuracy. */
export function searchedValue(last: Readonly<Record<string, number>>): number {
  const { 'validation.accuracy': accuracy, 'validation.perplexity': perplexity } = last
  return perplexity === undefined ? accuracy : -perplexity
}

/** How the runs of one candidate ended. */
export interface CandidateOutcome {
  readonly rate: number
  /** searchedValue at the last evaluation of each run that finished. */
  readonly values: readonly number[]
  readonly diverged: number
}

export interface RateChoice {
  readonly rate: number
  /** Mean of searchedValue of the chosen; NaN where every candidate diverged. */
  readonly mean: number
  /** Other rates of the very same mean. */
  readonly tied: readonly number[]
  /** Rates at which some run diverged. */
  readonly diverged: readonly number[]
}

const meanOf = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length

/**
 * The rate of the best mean searchedValue. A candidate of which a run diverged stands behind all of
 * which none did; among equals, and where all diverged, the lowest rate is taken.
 */
export function chooseRate(outcomes: readonly CandidateOutcome[]): RateChoice {
  const sorted = outcomes.toSorted((a, b) => a.rate - b.rate)
  const diverged = sorted.filter((each) => each.diverged > 0).map(({ rate }) => rate)
  const sound = sorted.filter((each) => each.diverged === 0)
  if (sound.length === 0) return { rate: sorted[0].rate, mean: NaN, tied: [], diverged }
  const means = sound.map(({ rate, values }) => ({ rate, mean: meanOf(values) }))
  const best = means.reduce((a, b) => (b.mean > a.mean ? b : a))
  const tied = means.filter((each) => each !== best && each.mean === best.mean).map(({ rate }) => rate)
  return { ...best, tied, diverged }
}
