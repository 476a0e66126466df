/** How long initializing one square matrix takes, against size and density (Figure 5 of arXiv 2406.01755). */
import { BenchError } from '../../shared/contract/errors.ts'
import { DENSE_QR } from '../../shared/laboratory/requests.ts'
import type { TimedScheme, TimingRequest } from '../../shared/laboratory/requests.ts'
import type { TimingPoint, TimingProgress } from '../../shared/laboratory/types.ts'
import { schemeHas } from '../../shared/methods/traits.ts'
import type { Backend } from '../program/backend.ts'
import { weightScheme } from '../initialization/index.ts'
import type { TimedMatrix, TimedRequest } from '../initialization/types.ts'
import { haarOrthogonal } from '../linalg/householder.ts'
import { Stream } from '../rng.ts'

export interface TimingTools {
  /** Milliseconds. */
  readonly now: () => number
  readonly backend: () => Promise<Backend>
  /** Called before each repeat; throws to end the study. */
  readonly check?: () => void | Promise<void>
}

type Maker = (request: TimedRequest) => TimedMatrix | Promise<TimedMatrix>

/** The dense baseline: drawing a matrix of Gaussians is part of QR's work. */
const qr: Maker = ({ size, stream, now }) => {
  const began = now()
  haarOrthogonal(size, size, stream)
  return { milliseconds: now() - began, reached: 1, note: null }
}

function makerOf(name: TimedScheme): Maker {
  if (name === DENSE_QR) return qr
  const { time } = weightScheme(name)
  if (!time) throw new BenchError('impossible', `There is no timing of the scheme ${name}.`, 'schemes')
  return time
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
}

export interface TimingCase {
  readonly scheme: TimedScheme
  readonly size: number
  readonly density: number
}

/** All cases of a study, small sizes first; QR once a size. */
export function timingCases({ schemes, sizes, densities }: TimingRequest): TimingCase[] {
  const cases: TimingCase[] = []
  for (const size of [...sizes].sort((a, b) => a - b)) {
    for (const scheme of schemes) {
      if (scheme === DENSE_QR) cases.push({ scheme, size, density: 1 })
      else for (const density of densities) cases.push({ scheme, size, density })
    }
  }
  return cases
}

/**
 * Measures case after case. Each is made once unmeasured, where that is cheap, so that the code is compiled;
 * then `repeats` times with seeds of its own, of which the median counts. What a scheme cannot do is told as
 * a problem, and the study goes on.
 */
export async function* timeInitializations(
  request: TimingRequest,
  tools: TimingTools,
): AsyncGenerator<TimingProgress> {
  const cases = timingCases(request)
  const made = (scheme: TimedScheme, size: number, density: number, stream: Stream) =>
    makerOf(scheme)({ ...tools, size, density, stream, steps: request.aiSteps })
  const warm = new Set<TimedScheme>()
  for (const [index, { scheme, size, density }] of cases.entries()) {
    const progress = { done: index + 1, total: cases.length }
    const root = Stream.root(request.seed).split('timing', size).split(`${scheme} ${density}`)
    try {
      if (!warm.has(scheme))
        await made(scheme, Math.min(size, 64), Math.max(density, 0.25), root.split('warm'))
      warm.add(scheme)
      const all: TimedMatrix[] = []
      for (let repeat = 0; repeat < request.repeats; repeat++) {
        await tools.check?.()
        all.push(await made(scheme, size, density, root.split('repeat', repeat)))
      }
      const point: TimingPoint = {
        scheme,
        size,
        density,
        reached: all[0].reached,
        seconds: median(all.map(({ milliseconds }) => milliseconds)) / 1000,
        repeats: request.repeats,
        note: all[0].note,
        ...(scheme !== DENSE_QR && schemeHas({ scheme }, 'optimizes') ? { aiSteps: request.aiSteps } : {}),
      }
      yield { ...progress, point, problem: null }
    } catch (error) {
      if (!(error instanceof BenchError) || error.code !== 'impossible') throw error
      yield { ...progress, point: null, problem: `${scheme} ${size} at ${density}: ${error.message}` }
    }
  }
}
