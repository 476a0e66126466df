/** What a search of the learning rate was given and what it chose, in words for a caption. */
import type { RunRow } from '../contract/row.ts'
import { CANDIDATE, chooseRate, searchedValue } from '../studies/search.ts'
import type { CandidateOutcome } from '../studies/search.ts'
import { groupBy } from './summary.ts'

type Row = Pick<RunRow, 'labels' | 'spec' | 'status' | 'last'>

const list = new Intl.ListFormat('en-GB')
const numbers = (values: Iterable<number>) => list.format([...values].map(String))

/** Labels without the candidate's: what the group's own rows have. */
function groupLabels({ labels }: Row): string {
  const { [CANDIDATE]: _rate, ...rest } = labels
  return JSON.stringify(rest)
}

function outcomesOf(rows: readonly Row[]): CandidateOutcome[] {
  return [...groupBy(rows, ({ spec }) => String(spec.training.learningRate)).values()].map((members) => ({
    rate: members[0].spec.training.learningRate,
    values: members.filter(({ status }) => status === 'finished').map(({ last }) => searchedValue(last)),
    diverged: members.filter(({ status }) => status === 'diverged').length,
  }))
}

function choiceText(candidates: readonly Row[]): string | null {
  if (candidates.some(({ status }) => status !== 'finished' && status !== 'diverged')) return null
  const { rate, tied, diverged, mean } = chooseRate(outcomesOf(candidates))
  const { [CANDIDATE]: _rate, ...labels } = candidates[0].labels
  const name = Object.values(labels).join(' · ')
  const remarks = [
    ...(Number.isNaN(mean) ? ['all diverged, the lowest'] : []),
    ...(tied.length > 0 ? [`as good: ${numbers(tied)}`] : []),
    ...(diverged.length > 0 && !Number.isNaN(mean) ? [`diverged at ${numbers(diverged)}`] : []),
  ]
  return `${name === '' ? '' : `${name} `}${rate}${remarks.length > 0 ? ` (${remarks.join('; ')})` : ''}`
}

function byText(candidates: readonly Row[]): string {
  const ofTokens = candidates.some(({ last }) => last['validation.perplexity'] !== undefined)
  return ofTokens ? 'least mean validation perplexity' : 'best mean validation accuracy'
}

/**
 * The sentence of a caption: candidates, seeds and budget of a row, the choices, ties and divergence. Empty
 * where nothing was searched; groups whose candidates are not over are left out.
 */
export function searchText(candidates: readonly Row[]): string {
  if (candidates.length === 0) return ''
  const groups = [...groupBy(candidates, groupLabels).values()]
  const chosen = groups.flatMap((group) => choiceText(group) ?? [])
  const rates = new Set(candidates.map(({ spec }) => spec.training.learningRate).sort((a, b) => a - b))
  const seeds = new Set(candidates.map(({ spec }) => spec.seed).sort((a, b) => a - b))
  const each = rates.size * seeds.size
  return (
    `Learning rates by search, with one budget for every row: ${numbers(rates)}, ` +
    `${seeds.size === 1 ? 'seed' : 'seeds'} ${numbers(seeds)} (${each} runs a row); chosen by the ` +
    `${byText(candidates)} and trained anew with fresh seeds: ` +
    `${chosen.join('; ') || 'none yet'}.`
  )
}
