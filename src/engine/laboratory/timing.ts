/** How long initializing one square matrix takes, against size and density (Figure 5 of arXiv 2406.01755). */
import { BenchError } from '../../shared/contract/errors.ts'
import type { TimedScheme, TimingRequest } from '../../shared/laboratory/requests.ts'
import type { TimingPoint, TimingProgress } from '../../shared/laboratory/types.ts'
import { stepsText } from '../../shared/spec/ai-steps.ts'
import type { Backend } from '../program/backend.ts'
import { eoiMatrix } from '../initialization/eoi-matrix.ts'
import { approximateIsometry } from '../initialization/isometry.ts'
import { kernelShape } from '../initialization/kernel-shape.ts'
import { countOnes, randomMask } from '../initialization/masks.ts'
import { saoDegrees, saoMatrix } from '../initialization/sao.ts'
import { haarOrthogonal } from '../linalg/householder.ts'
import { Stream } from '../rng.ts'

export interface TimingTools {
  /** Milliseconds. */
  readonly now: () => number
  readonly backend: () => Promise<Backend>
  /** Called before each repeat; throws to end the study. */
  readonly check?: () => void | Promise<void>
}

interface Made {
  readonly milliseconds: number
  readonly reached: number
  readonly note: string | null
}

type Maker = (size: number, density: number, stream: Stream) => Made | Promise<Made>

/** Milliseconds of all steps, from those after the first report; of everything where there is only one. */
function stepsTime(
  began: number,
  marked: { readonly at: number; readonly fraction: number } | null,
  ended: number,
): number {
  return marked && marked.fraction < 1 ? (ended - marked.at) / (1 - marked.fraction) : ended - began
}

/** Drawing a dense matrix of Gaussians is part of QR's work; compiling AI's program is not part of AI's. */
function makers(request: TimingRequest, tools: TimingTools): Record<TimedScheme, Maker> {
  const timed = <T>(work: () => T): [T, number] => {
    const began = tools.now()
    const made = work()
    return [made, tools.now() - began]
  }
  return {
    eoi: (size, density, stream) => {
      const [{ density: reached }, milliseconds] = timed(() =>
        eoiMatrix({ rows: size, cols: size, density, stream }),
      )
      return { milliseconds, reached, note: null }
    },
    qr: (size, _, stream) => {
      const [, milliseconds] = timed(() => haarOrthogonal(size, size, stream))
      return { milliseconds, reached: 1, note: null }
    },
    sao: (size, density, stream) => {
      const asked = Math.round(density * size)
      const degree = saoDegrees(size, size).reduce((best, each) =>
        Math.abs(each - asked) < Math.abs(best - asked) ? each : best,
      )
      const [, milliseconds] = timed(() =>
        saoMatrix({ rows: size, cols: size, degree, gain: 1, rectifier: false, stream, where: 'density' }),
      )
      const note = degree === asked ? null : `degree ${degree}, the nearest that divides ${size}`
      return { milliseconds, reached: degree / size, note }
    },
    ai: async (size, density, stream) => {
      const mask = randomMask(size * size, Math.round(density * size * size), stream.split('mask'))
      const values = haarOrthogonal(size, size, stream.split('values'))
      const shape = kernelShape([size, size], false, 'ai')
      const backend = await tools.backend()
      // What comes before the first report is compilation and the first hundredth of the steps.
      let marked: { readonly at: number; readonly fraction: number } | null = null
      const began = tools.now()
      const { by } = await approximateIsometry({
        layers: [{ name: 'matrix', shape, values, mask }],
        steps: request.aiSteps,
        rate: 0.1,
        gain: 1,
        backend,
        check: tools.check,
        onProgress: (fraction) => {
          marked ??= { at: tools.now(), fraction }
        },
      })
      const milliseconds = stepsTime(began, marked, tools.now())
      const place = by === 'nonzeros' ? 'the nonzeros' : backend.describe().name
      return {
        milliseconds,
        reached: countOnes(mask) / mask.length,
        note: `${stepsText(request.aiSteps)} on ${place}`,
      }
    },
  }
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
      if (scheme === 'qr') cases.push({ scheme, size, density: 1 })
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
  const make = makers(request, tools)
  const warm = new Set<TimedScheme>()
  for (const [index, { scheme, size, density }] of cases.entries()) {
    const progress = { done: index + 1, total: cases.length }
    const root = Stream.root(request.seed).split('timing', size).split(`${scheme} ${density}`)
    try {
      if (!warm.has(scheme))
        await make[scheme](Math.min(size, 64), Math.max(density, 0.25), root.split('warm'))
      warm.add(scheme)
      const made: Made[] = []
      for (let repeat = 0; repeat < request.repeats; repeat++) {
        await tools.check?.()
        made.push(await make[scheme](size, density, root.split('repeat', repeat)))
      }
      const point: TimingPoint = {
        scheme,
        size,
        density,
        reached: made[0].reached,
        seconds: median(made.map(({ milliseconds }) => milliseconds)) / 1000,
        repeats: request.repeats,
        note: made[0].note,
        ...(scheme === 'ai' ? { aiSteps: request.aiSteps } : {}),
      }
      yield { ...progress, point, problem: null }
    } catch (error) {
      if (!(error instanceof BenchError) || error.code !== 'impossible') throw error
      yield { ...progress, point: null, problem: `${scheme} ${size} at ${density}: ${error.message}` }
    }
  }
}
