/** What presets that train nothing ask of the Initialization lab and of the model page. */
import { schemeHas } from '../methods/traits.ts'
import { DENSE_QR, TIMED_SCHEMES } from '../laboratory/requests.ts'
import type { DrawInput, TimedScheme, TimingInput } from '../laboratory/requests.ts'
import type { ModelRequest } from '../contract/model.ts'
import { usedSpec } from '../spec/usage.ts'
import type { Study } from '../spec/study-schema.ts'
import { expandStudy } from './grid.ts'

/** Side of the kernel that is drawn: the first stage of ResNet-32. */
export const DRAWN_SHAPE = [3, 3, 16, 16] as const

const unique = <T>(values: readonly T[]): T[] => [...new Set(values)]

/**
 * The measurements of a study of kind `timing`, one request per seed. With several seeds each place is
 * measured once a seed; with one it is the median of three.
 */
export function timingsOf(study: Study, backend: TimingInput['backend'] = 'auto'): TimingInput[] {
  const specs = expandStudy(study).runs.map(({ spec }) => spec)
  const schemes = unique(
    specs.map(({ initialization: { scheme } }): TimedScheme => {
      const timed = TIMED_SCHEMES.find((each) => each === scheme)
      if (timed) return timed
      if (schemeHas({ scheme }, 'startsDense')) return DENSE_QR
      throw new RangeError(`${study.id}: there is no timing of the scheme ${scheme}.`)
    }),
  )
  const sizes = unique(specs.map(({ model }) => model.width)).sort((a, b) => a - b)
  // Dense QR stands at density 1 whether or not the study has it.
  const sparse = specs.filter(({ initialization: { scheme } }) =>
    TIMED_SCHEMES.some((each) => each === scheme),
  )
  const densities = unique(sparse.map(({ sparsity }) => sparsity.density)).sort((a, b) => a - b)
  const repeats = study.seeds.length > 1 ? 1 : 3
  const [{ initialization }] = specs
  return study.seeds.map((seed) => ({
    ...{ schemes, sizes, densities, repeats, seed, backend },
    aiSteps: initialization.aiSteps,
  }))
}

/** The kernels of a study of kind `kernel`: a drawing for each point of its grid. */
export function drawingsOf(study: Study): { readonly label: string; readonly draw: DrawInput }[] {
  return expandStudy(study).runs.map(({ spec, labels }) => ({
    label: Object.values(labels).join(', '),
    draw: {
      shape: [...DRAWN_SHAPE],
      density: spec.sparsity.density,
      settings: usedSpec(spec).initialization,
      seed: spec.seed,
    },
  }))
}

/** The models of a study of kind `parameters`. */
export function modelsOf(study: Study): { readonly label: string; readonly request: ModelRequest }[] {
  return expandStudy(study).runs.map(({ spec, labels }) => ({
    label: Object.values(labels).join(', '),
    request: { spec: { ...spec } },
  }))
}
