/**
 * Which backend trains: the fastest of those that can, by what was measured on this machine, and where
 * nothing was, by an estimate that is called one. Pure; the trainer measures, the lab remembers.
 */
import type { StepWork } from './cost.ts'
import { modelledMs } from './cost.ts'

/** A step measured on this machine with the present versions. */
export interface MeasuredRate {
  readonly stepMs: number
  /** What the model says of the work that was measured: measured / modelled scales other estimates. */
  readonly modelMs: number
  readonly kind: StepWork['kind']
  /** Day of the measurement, `2026-11-23`. */
  readonly day: string
}

/** Rates of one specification's work on this machine, kept by whoever has a disk and a clock. */
export interface Rates {
  /** The measured step of this very work. */
  exact(backend: string): MeasuredRate | undefined
  /** Measured steps of other works. */
  others(backend: string): readonly MeasuredRate[]
  /** Keeps a measured step of this work. */
  record(backend: string, rate: Omit<MeasuredRate, 'day'>): void
  /** Whether TensorFlow would compute on a GPU. */
  readonly gpu: boolean
}

/** A machine of which nothing is known. */
export const NO_RATES: Rates = {
  exact: () => undefined,
  others: () => [],
  record: () => undefined,
  gpu: false,
}

export interface Candidate {
  readonly name: string
  readonly stepMs: number
  readonly how: 'measured' | 'estimated'
  /** Day of the measurement that it rests on; null where it rests on none of this machine. */
  readonly day: string | null
}

/** A measured backend is left for one that is only estimated when that promises less than this part. */
const TRUST = 0.7

/**
 * What a backend takes for a step of the work: measured, else scaled from the most alike measured work.
 * Where the backend was not measured yet, `peers` scale it: a machine that is slow or busy is so for all.
 */
export function candidateOf(
  name: string,
  work: StepWork,
  rates: Rates,
  peers: readonly string[] = [],
): Candidate {
  const exact = rates.exact(name)
  if (exact) return { name, stepMs: exact.stepMs, how: 'measured', day: exact.day }
  const modelMs = modelledMs(name, work, rates.gpu)
  const distance = (other: MeasuredRate): number => Math.abs(Math.log(other.modelMs / modelMs))
  const nearest = (measured: readonly MeasuredRate[]): MeasuredRate | undefined =>
    measured
      .filter(({ kind }) => kind === work.kind)
      .toSorted((a, b) => distance(a) - distance(b))
      .at(0)
  const own = nearest(rates.others(name))
  const basis = own ?? nearest(peers.flatMap((peer) => [rates.exact(peer) ?? [], rates.others(peer)].flat()))
  const scale = basis ? basis.stepMs / basis.modelMs : 1
  return { name, stepMs: modelMs * scale, how: 'estimated', day: own?.day ?? null }
}

/** Fastest first. The order holds between runs: an estimate overturns a measurement by a wide margin only. */
export function rank(candidates: readonly Candidate[]): Candidate[] {
  const cost = ({ stepMs, how }: Candidate, other: Candidate): number =>
    how === 'estimated' && other.how === 'measured' ? stepMs / TRUST : stepMs
  return candidates.toSorted((a, b) => cost(a, b) - cost(b, a))
}

function milliseconds(value: number): string {
  return value < 10 ? `${value.toPrecision(2)} ms` : `${Math.round(value)} ms`
}

function basis({ how, day }: Candidate): string {
  if (how === 'measured') return `measured ${day}`
  return day === null ? 'estimated' : `estimated from steps measured ${day}`
}

/** A sentence for people: what was chosen, against what, and who could not. */
export function choiceText(
  ranked: readonly Candidate[],
  refused: readonly { readonly name: string; readonly reasons: readonly string[] }[],
): string {
  const [chosen, ...rest] = ranked
  const against = rest.map((each) => `${each.name}’s ${milliseconds(each.stepMs)} (${basis(each)})`)
  const refusals = refused.map(({ name, reasons }) => ` ${name} cannot run this: ${reasons.join('; ')}.`)
  return (
    `Backend chosen: ${chosen.name}, ${milliseconds(chosen.stepMs)} a step (${basis(chosen)})` +
    `${against.length > 0 ? ` against ${against.join(' and ')}` : ''}.${refusals.join('')}`
  )
}
