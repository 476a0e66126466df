import { describe, expect, it } from 'vitest'
import { parametersOf } from '../../../src/shared/graph/parameters.ts'
import { modelKernels } from '../../../src/shared/methods/model-kernels.ts'
import { FAMILY_FIELDS, SOME_READ } from '../../../src/shared/spec/families.ts'
import { fields } from '../../../src/shared/spec/fields.ts'
import { groupOf, identityOf } from '../../../src/shared/spec/identity.ts'
import { parseSpec, parseStudy } from '../../../src/shared/spec/parse.ts'
import { problems } from '../../../src/shared/spec/problems.ts'
import { MODEL_NAMES } from '../../../src/shared/spec/schema.ts'
import {
  hasIdentity,
  runGroup,
  runIdentity,
  unusedFields,
  usedSpec,
  vainFields,
} from '../../../src/shared/spec/usage.ts'
import { expandStudy } from '../../../src/shared/studies/grid.ts'
import { presetStudies } from '../../../src/shared/studies/index.ts'
import { buildModel } from '../../../src/shared/zoo/index.ts'

const spec = (initialization: object, rest: object = {}) =>
  parseSpec({ sparsity: { distribution: 'erk', density: 0.1 }, initialization, ...rest })
const erk = (density: number, distribution = 'erk') => ({ sparsity: { distribution, density } })
const DEIT = { model: { name: 'deit-tiny' }, data: { name: 'cifar-10' } }

const patterned = (density: number, distribution = 'erk', name = 'mlp') =>
  spec({ scheme: 'eoi', pattern: { kind: 'blocks' } }, { ...erk(density, distribution), model: { name } })
const biases = (dense: string) => [spec({ dense }), spec({ dense, biasStd: 0.1 })] as const
const onTest = (...parts: [number, number]) =>
  parts.map((validation) => spec({}, { data: { validation, validationFrom: 'test' } })) as [
    ReturnType<typeof spec>,
    ReturnType<typeof spec>,
  ]

describe('what a run does not use', () => {
  it.each([
    ['SAO’s density', spec({ scheme: 'sao' }), spec({ scheme: 'sao' }, erk(0.2))],
    ['SAO’s distribution', spec({ scheme: 'sao' }), spec({ scheme: 'sao' }, erk(0.1, 'snip'))],
    ['AI’s steps under Base', spec({}), spec({ aiSteps: 7 })],
    ['angles under Base', spec({}), spec({ angles: { kind: 'fixed', degrees: 5 } })],
    ['degrees of no fixed angle', spec({ scheme: 'eoi' }), spec({ scheme: 'eoi', angles: { degrees: 5 } })],
    ['more nonzeros on an MLP', spec({ scheme: 'eoi' }), spec({ scheme: 'eoi', moreNonzeros: true })],
    ['the dense initializer under EOI', spec({ scheme: 'eoi' }), spec({ scheme: 'eoi', dense: 'xavier' })],
    ['milestones of a constant schedule', spec({}), spec({}, { training: { milestones: [0.1] } })],
    ['the momentum of AdamW', ...adamw({ momentum: 0.9 }, { momentum: 0.5 })],
    ['an interval without mask updates', spec({}), spec({}, { dynamic: { interval: 5 } })],
    ['the distribution of a file’s masks', file('uniform'), file('erk')],
    ['inputs of no spectrum', spec({}), spec({}, { training: { spectrumInputs: 3 } })],
    ['the deviation of biases that PyTorch draws', ...biases('pytorch')],
    ['numbers that nothing is standardised by', spec({}), spec({}, { data: { mean: [0.5] } })],
    ['the split where the test set validates', ...onTest(0.1, 0.2)],
    ['the density of a pattern on an MLP', patterned(0.1), patterned(0.5)],
    ['the distribution of a pattern on an MLP', patterned(0.1), patterned(0.1, 'snip')],
    ['SNIP as published on ResNet', ...variants('snip', 'resnet')],
    ['SNIP as published on own models', ...variants('snip', 'own:mine')],
    ['SNIP as once read on EfficientNet', ...variants('snip', 'efficientnet-b0', 'published-earlier')],
    ['magnitude as published', ...variants('magnitude', 'resnet')],
    [
      'ERK as published under one cut',
      ...variants('erk', 'mlp', 'published', { dynamic: { method: 'gmp' } }),
    ],
  ])('%s is no part of its identity', (_, one, other) => {
    expect(identityOf(other)).not.toBe(identityOf(one))
    expect(runIdentity(other)).toBe(runIdentity(one))
    expect(runGroup(other)).toBe(runGroup(one))
    expect(usedSpec(other)).toEqual(usedSpec(one))
  })

  it.each([
    ['SAO’s degree', spec({ scheme: 'sao', saoDegree: 5 }), spec({ scheme: 'sao' })],
    ['SAO’s dense ends', spec({ scheme: 'sao', dense: 'xavier' }), spec({ scheme: 'sao' })],
    ['AI’s steps', spec({ scheme: 'ai', aiSteps: 7 }), spec({ scheme: 'ai' })],
    ['a fixed angle', ...['80', '5'].map((degrees) => angle(Number(degrees)))] as const,
    ['EOI’s dense layers', spec({ scheme: 'eoi' }, DEIT), spec({ scheme: 'eoi', dense: 'xavier' }, DEIT)],
    [
      'the values that SNIP scores',
      spec({ scheme: 'eoi' }, erk(0.1, 'snip')),
      spec({ scheme: 'eoi', dense: 'xavier' }, erk(0.1, 'snip')),
    ],
    [
      'more nonzeros in convolutions',
      spec({ scheme: 'eoi' }, { model: { name: 'cnn' } }),
      spec({ scheme: 'eoi', moreNonzeros: true }, { model: { name: 'cnn' } }),
    ],
    ['the density of a pattern in convolutions', ...[0.1, 0.5].map((d) => patterned(d, 'erk', 'cnn'))],
    ['the deviation of biases', ...biases('xavier')],
    ['the momentum of SGD', spec({}), spec({}, { training: { momentum: 0.5 } })],
    ...['mlp', 'cnn', 'efficientnet-b0'].map(
      (name) => [`SNIP as published on ${name}`, ...variants('snip', name)] as const,
    ),
    ...['grasp', 'synflow', 'uniform', 'uniform-skip', 'er', 'erk'].map(
      (name) => [`${name} as published`, ...variants(name, 'resnet')] as const,
    ),
    ...['sao', 'fan-in'].map(
      (scheme) =>
        [
          `${scheme} as published`,
          ...variants('magnitude', 'mlp', 'published', { initialization: { scheme } }),
        ] as const,
    ),
  ] as [string, ReturnType<typeof spec>, ReturnType<typeof spec>][])('%s is used', (_, one, other) => {
    expect(runIdentity(other)).not.toBe(runIdentity(one))
  })

  it.each([
    [
      'fan-in’s scale',
      { initialization: { scheme: 'fan-in', fanInScale: 'he' } },
      'initialization.fanInScale',
    ],
    [
      'GraSP’s examples',
      { sparsity: { distribution: 'grasp', examplesPerClass: 9 } },
      'sparsity.examplesPerClass',
    ],
  ] as const)('tells that %s is fixed as published', (_, input, path) => {
    const told = (variant: string) =>
      vainFields(
        parseSpec({ ...input, sparsity: { density: 0.1, distribution: 'erk', ...at(input), variant } }),
      )
    expect(told('literature').has(path)).toBe(false)
    for (const variant of ['published', 'published-earlier'])
      expect(told(variant).get(path)).toBe(`The public code fixes it: sparsity.variant is ${variant}.`)
  })

  it('is told with the reason, where it was set', () => {
    const vain = vainFields(spec({ scheme: 'base', structured: true }))
    expect([...vain]).toEqual([['initialization.structured', 'It is a setting of EOI.']])
    const [warning] = problems(spec({ scheme: 'sao', saoDegree: 10 }))
    expect(warning.message).toBe('sparsity.density is set and not used: SAO brings its own masks.')
    expect(problems(patterned(0.1))[0].message).toBe(
      'sparsity.density is set and not used: The pattern of EOI says what is kept of a dense kernel.',
    )
    expect(vainFields(parseSpec({})).size).toBe(0)
  })

  it('leaves every run that says only what it uses under the identity it has', () => {
    for (const each of [parseSpec({}), spec({ scheme: 'eoi' }), spec({ scheme: 'ai', aiSteps: 5 })])
      expect(runIdentity(each)).toBe(identityOf(each))
    expect(runIdentity(parseSpec({}))).toBe('44136fa355b3678a1146ad16f7e8649e')
  })

  it('knows the identities that earlier rules gave, and no others', () => {
    const untrained = (rate: number, rest: object = {}) =>
      spec(rest, { training: { epochs: 0, learningRate: rate } })
    const published = (variant: string, rest: object = {}) =>
      parseSpec({
        model: { name: 'resnet' },
        sparsity: { distribution: 'snip', density: 0.1, variant },
        initialization: rest,
      })
    const all = [
      // As stored, by the first rules, which took the rate and the variant for used, and now.
      [untrained(0.5, { aiSteps: 7 }), untrained(0.5), untrained(0.01)],
      [published('published', { aiSteps: 7 }), published('published'), published('literature')],
      // The second rules took the density of a pattern for used.
      [
        spec({ scheme: 'eoi', pattern: { kind: 'blocks' }, aiSteps: 7 }, erk(0.2)),
        patterned(0.2),
        patterned(1, 'dense'),
      ],
    ]
    for (const forms of all) {
      const [stored] = forms
      expect(new Set(forms.map(identityOf)).size).toBe(3)
      expect(usedSpec(stored, 1)).toEqual(forms[1])
      expect(usedSpec(stored)).toEqual(forms[2])
      for (const form of forms) {
        expect(hasIdentity(stored, identityOf(form), groupOf(form))).toBe(true)
        expect(hasIdentity(form, identityOf(stored), groupOf(form)), 'a setting more').toBe(form === stored)
      }
    }
    const [[, first], [, second]] = all
    expect(hasIdentity(first, identityOf(second), groupOf(first))).toBe(false)
    expect(hasIdentity(first, identityOf(first), groupOf(second))).toBe(false)
  })

  it('names fields that there are, and clearing them once is enough', () => {
    const known = new Set(fields().map(({ path }) => path))
    for (const { study } of presetStudies()) {
      for (const { spec: each, identity, group } of expandStudy(study).runs.slice(0, 12)) {
        for (const path of unusedFields(each).keys()) expect(known, path).toContain(path)
        const used = usedSpec(each)
        expect(vainFields(used).size).toBe(0)
        expect([identityOf(used), runGroup(used)]).toEqual([identity, group])
      }
    }
  })
})

describe('a study', () => {
  const study = (base: object, axes: object[]) =>
    expandStudy(parseStudy({ id: 'own', title: 'Own', base, axes, seeds: [1] }))
  const density = {
    name: 'Density',
    points: [0.1, 0.2].map((value) => ({ label: String(value), set: { 'sparsity.density': value } })),
  }
  const schemes = (...names: string[]) => ({
    name: 'Scheme',
    points: names.map((name) => ({ label: name, set: { 'initialization.scheme': name } })),
  })
  const base = { sparsity: { distribution: 'erk' }, initialization: { saoDegree: 10 } }

  it('makes one run of SAO at two densities, and says so where nothing else uses them', () => {
    const mixed = study(base, [density, schemes('sao', 'eoi')])
    expect(mixed.runs.map(({ labels }) => labels)).toEqual([
      { Density: 'any', Scheme: 'sao' },
      { Density: '0.1', Scheme: 'eoi' },
      { Density: '0.2', Scheme: 'eoi' },
    ])
    expect(mixed.problems).toEqual([])
    const alone = study(base, [density, schemes('sao')])
    expect(alone.runs).toHaveLength(1)
    expect(alone.problems.join()).toMatch(/sparsity\.density is set and not used: SAO brings its own masks/)
    expect(alone.failed).toBe(false)
  })
})

describe('what families of models read', () => {
  const VALUES = {
    depth: 9,
    width: 64,
    variant: 'padded',
    stochasticDepth: 0.2,
    heads: 2,
    tied: false,
  } as const
  const OF_FAMILY: Record<string, object> = {
    cnn: { variant: 'pooled' },
    resnet: { depth: 32 },
    vgg: { depth: 11, variant: 'd' },
  }
  it.each(MODEL_NAMES)('is what %s is built of', (name) => {
    const graph = (model: object) => {
      const input = name === 'gpt' ? [64] : [64, 64, 3]
      const { name: _, ...rest } = buildModel(parseSpec({ model: { name, ...model } }).model, input, 10)
      return rest
    }
    const kernels = parametersOf({ name, ...graph({}) }).filter(({ role }) => role === 'kernel')
    const kinds = kernels
      .filter(({ maskable }) => maskable)
      .map(({ depthwise, shape }) =>
        depthwise ? 'depthwise' : shape.length === 4 ? 'convolution' : 'linear',
      )
    expect([...new Set(kinds)].sort()).toEqual([...modelKernels(name).maskable].sort())
    expect(kernels.some(({ maskable }) => !maskable)).toBe(modelKernels(name).unmasked)
    for (const field of SOME_READ) {
      const value = (OF_FAMILY[name] as Record<string, unknown> | undefined)?.[field] ?? VALUES[field]
      const changes = JSON.stringify(graph({ [field]: value })) !== JSON.stringify(graph({}))
      // A field that is listed is read; of one that is not, nothing may hang.
      expect(changes, field).toBe(FAMILY_FIELDS[name].includes(field))
    }
  })
})

function adamw(one: object, other: object) {
  return [one, other].map((training) => spec({}, { training: { optimizer: 'adamw', ...training } })) as [
    ReturnType<typeof spec>,
    ReturnType<typeof spec>,
  ]
}
/** One run in the variant literature and in another. */
function variants(distribution: string, name: string, variant = 'published', rest: object = {}) {
  return ['literature', variant].map((each) => {
    const usual = parseSpec({ sparsity: { density: 0.1, distribution, variant: each }, ...rest })
    return { ...usual, model: { ...usual.model, name } } as ReturnType<typeof spec>
  }) as [ReturnType<typeof spec>, ReturnType<typeof spec>]
}
function at(input: object): object {
  return 'sparsity' in input ? (input.sparsity as object) : {}
}
function file(distribution: string) {
  return spec({ scheme: 'file', file: { path: 'w.npz' } }, erk(0.1, distribution))
}
function angle(degrees: number) {
  return spec({ scheme: 'eoi', angles: { kind: 'fixed', degrees } })
}
