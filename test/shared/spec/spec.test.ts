import { describe, expect, it } from 'vitest'
import { BenchError } from '../../../src/shared/contract/errors.ts'
import { fieldOf, fields, specJsonSchema } from '../../../src/shared/spec/fields.ts'
import {
  canonicalSpec,
  changedFields,
  groupOf,
  identitiesOf,
  identityOf,
} from '../../../src/shared/spec/identity.ts'
import { editDistance, nearestName } from '../../../src/shared/spec/nearest.ts'
import { parseSpec, parseStudy, storedSpec } from '../../../src/shared/spec/parse.ts'
import { getField, parseSetting, setField } from '../../../src/shared/spec/paths.ts'
import { problems, requireSound } from '../../../src/shared/spec/problems.ts'
import { methodNames } from '../../../src/shared/methods/registry.ts'
import { DENSE_INITIALIZERS, MODEL_NAMES } from '../../../src/shared/spec/schema.ts'

function refusal(action: () => unknown): BenchError {
  try {
    action()
  } catch (error) {
    if (error instanceof BenchError) return error
    throw error
  }
  throw new Error('nothing was thrown')
}

describe('parseSpec', () => {
  it('fills every field', () => {
    const spec = parseSpec({})
    for (const field of fields()) expect(getField(spec, field.path), field.path).toEqual(field.default)
  })

  it.each([
    [{ sparsity: { density: 0 } }, 'sparsity.density', /0; it must be a number greater than 0 and at most 1/],
    [{ sparsity: { density: 1.5 } }, 'sparsity.density', /sparsity\.density \(Density\) is 1\.5; it must be/],
    [{ sparsity: { density: NaN } }, 'sparsity.density', /is NaN/],
    [{ sparsity: { density: '0.1' } }, 'sparsity.density', /is “0\.1”; it must be a number/],
    [
      { initialization: { scheme: 'eio' } },
      'initialization.scheme',
      /one of base, scaled-base, fan-in, ai, eoi, sao, file, or own:NAME\. Did you mean “eoi”\?/,
    ],
    [
      { sparsity: { densty: 0.1 } },
      'sparsity.densty',
      /no field “sparsity\.densty”\. Did you mean “sparsity\.density”\?/,
    ],
    [{ modell: {} }, 'modell', /Did you mean “model”\? Allowed here: model, data/],
    [{ model: 'mlp' }, 'model', /“model” is “mlp”; it must hold the fields model\.name, model\.depth/],
    [
      { training: { milestones: [0.5, 2] } },
      'training.milestones.1',
      /a list of numbers, each greater than 0 and less than 1/,
    ],
    [{ training: { batchSize: 1.5 } }, 'training.batchSize', /a whole number from 1 to 65536/],
    [
      { initialization: { angles: { kind: 'fix' } } },
      'initialization.angles.kind',
      /one of uniform, fixed, interval/,
    ],
    [null, null, /is an object, not null/],
    [[1], null, /is an object, not \[1\]/],
  ])('refuses %j', (input, where, message) => {
    const error = refusal(() => parseSpec(input))
    expect(error.code).toBe('bad-specification')
    expect(error.where).toBe(where)
    expect(error.message).toMatch(message)
  })

  it('lists all problems at once', () => {
    const { message } = refusal(() => parseSpec({ sparsity: { density: 2 }, seed: -1, model: { depth: 0 } }))
    expect(message).toMatch(
      /^3 problems in the specification:\n- model\.depth.*\n- sparsity\.density.*\n- seed/,
    )
  })

  it('takes the family’s defaults for what is left out, and nothing else', () => {
    expect(parseSpec({ model: { name: 'resnet' } }).model).toMatchObject({ depth: 20, activation: 'relu' })
    expect(parseSpec({ model: { name: 'resnet', depth: 56, activation: 'tanh' } }).model).toMatchObject({
      depth: 56,
      activation: 'tanh',
    })
    expect(parseSpec({ model: { name: 'cnn', depth: undefined } }).model).toMatchObject({
      depth: 32,
      width: 128,
      activation: 'tanh',
    })
  })
})

describe('fields', () => {
  it('carry type, range and choices out of the schema', () => {
    expect(fieldOf('sparsity.density')).toMatchObject({
      type: 'number',
      exclusiveMinimum: 0,
      maximum: 1,
      default: 1,
    })
    expect(fieldOf('seed')).toMatchObject({ type: 'integer', minimum: 0, maximum: null, section: '' })
    expect(fieldOf('model.name').choices).toEqual(MODEL_NAMES)
    expect(fieldOf('sparsity.distribution').choices).toEqual(methodNames('distribution'))
    expect(fieldOf('initialization.scheme').choices).toEqual(methodNames('scheme'))
    expect(fieldOf('initialization.dense').choices).toEqual(DENSE_INITIALIZERS)
    expect(fields().every((field) => field.title !== field.path && field.help !== '')).toBe(true)
  })

  it('name the nearest path', () => {
    expect(refusal(() => fieldOf('sparsity.dennsity')).message).toMatch(/Did you mean “sparsity\.density”/)
  })

  it('stand in the JSON Schema', () => {
    expect(specJsonSchema()).toMatchObject({
      type: 'object',
      additionalProperties: false,
      properties: { sparsity: { properties: { density: { exclusiveMinimum: 0, maximum: 1 } } } },
    })
  })
})

describe('settings', () => {
  it('are typed by the field', () => {
    expect(parseSetting('sparsity.density=0.1')).toEqual({ path: 'sparsity.density', value: 0.1 })
    expect(parseSetting('training.nesterov=false')).toEqual({ path: 'training.nesterov', value: false })
    expect(parseSetting('training.milestones=0.25,0.5')).toEqual({
      path: 'training.milestones',
      value: [0.25, 0.5],
    })
    expect(parseSetting('data.path=/a=b')).toEqual({ path: 'data.path', value: '/a=b' })
    expect(parseSetting('model.name = vgg')).toEqual({ path: 'model.name', value: 'vgg' })
  })

  it.each([
    ['sparsity.density', /write path=value/],
    ['sparsity.density=', /is “”; it must be a number/],
    ['sparsity.density=abc', /greater than 0/],
    ['training.nesterov=yes', /true or false/],
    ['model.name=resent', /Did you mean “resnet”/],
    ['model.nam=x', /Did you mean “model\.name”/],
  ])('refuse %s', (text, message) => {
    expect(refusal(() => parseSetting(text)).message).toMatch(message)
  })

  it('change a copy, and another family brings its own depth and activation', () => {
    const spec = parseSpec({})
    const changed = parseSpec(setField(spec, 'model.name', 'resnet'))
    expect(changed.model).toMatchObject({ name: 'resnet', depth: 20, activation: 'relu' })
    expect(spec.model.name).toBe('mlp')
    const own = parseSpec(setField(setField(spec, 'model.activation', 'selu'), 'model.name', 'cnn'))
    expect(own.model).toMatchObject({ name: 'cnn', depth: 32, width: 128, activation: 'selu' })
    expect(getField(setField({}, 'initialization.angles.degrees', 1), 'initialization.angles.degrees')).toBe(
      1,
    )
  })
})

/** Fields that a run of the defaults does not use. */
const UNUSED = new Set(['initialization.fanInScale', 'sparsity.examplesPerClass'])

describe('identity', () => {
  // These stand in people's databases: a change here makes their finished runs strangers. Add, never alter.
  it('is pinned', () => {
    expect(identityOf(parseSpec({}))).toBe('44136fa355b3678a1146ad16f7e8649e')
    expect(groupOf(parseSpec({}))).toBe('d1457bb18f6cea803e5171fe80167e63')
    const spec = parseSpec({
      model: { name: 'resnet', depth: 32 },
      data: { name: 'cifar-10', augment: true },
      sparsity: { density: 0.1, distribution: 'erk' },
      initialization: { scheme: 'eoi', moreNonzeros: true },
      training: { milestones: [0.5, 0.8] },
      seed: 3,
    })
    expect(canonicalSpec(spec)).toBe(
      '{"data.augment":true,"data.name":"cifar-10","initialization.moreNonzeros":true,' +
        '"initialization.scheme":"eoi","model.activation":"relu","model.depth":32,' +
        '"model.name":"resnet","seed":3,' +
        '"sparsity.density":0.1,"sparsity.distribution":"erk","training.milestones":[0.5,0.8]}',
    )
    expect(identityOf(spec)).toBe('6e74a3ef187299aa5fd0ac6aad9aacba')
    expect(groupOf(spec)).toBe('147820a453ea6af9f696bc3afda68117')
  })

  it('ignores defaults and the order of fields, and sees every other change', () => {
    const base = parseSpec({})
    expect(identityOf(parseSpec({ training: { epochs: 1 }, model: { depth: 6 } }))).toBe(identityOf(base))
    const seen = new Set([identityOf(base)])
    for (const field of fields()) {
      const other =
        field.type === 'boolean'
          ? !field.default
          : field.type === 'choice'
            ? field.choices.find((each) => each !== field.default)
            : field.type === 'text'
              ? 'x'
              : field.type === 'numbers'
                ? [0.9]
                : Number(field.default) === 1
                  ? 0.5
                  : Number(field.default) / 2 + 0.25
      const rounded = typeof other === 'number' && field.type === 'integer' ? Math.floor(other) + 2 : other
      const whole = rounded === field.default ? Number(rounded) + 1 : rounded
      const value = typeof whole === 'number' && whole > 1 && field.maximum === 1 ? 1 : whole
      const spec = parseSpec(setField(base, field.path, value))
      if (UNUSED.has(field.path)) {
        expect(identityOf(spec), field.path).toBe(identityOf(base))
        continue
      }
      seen.add(identityOf(spec))
      expect(groupOf(spec) === groupOf(base), field.path).toBe(field.path === 'seed')
    }
    expect(seen.size).toBe(fields().length - UNUSED.size + 1)
  })

  it('is the same for many seeds at once', () => {
    const seeds = [0, 1, 2, 10, 4_294_967_295]
    const inputs = [
      {},
      { sparsity: { density: 0.5 }, training: { epochs: 3, milestones: [0.5, 0.75] } },
      { model: { name: 'own:seeded' }, training: { weightDecay: 1e-4 } },
    ]
    for (const input of inputs) {
      const spec = parseSpec(input)
      expect(identitiesOf(spec, seeds)).toEqual(seeds.map((seed) => identityOf({ ...spec, seed })))
    }
  })

  it('tells what was changed', () => {
    expect(changedFields(parseSpec({ seed: 4, sparsity: { density: 0.5 } }))).toEqual({
      seed: 4,
      'sparsity.density': 0.5,
    })
  })
})

describe('problems', () => {
  const errors = (input: unknown) =>
    problems(parseSpec(input))
      .filter((each) => each.severity === 'error')
      .map((each) => each.where)
  const structured = {
    sparsity: { density: 0.1, distribution: 'erk' },
    initialization: { scheme: 'eoi', structured: true },
  }
  it.each([
    [{}, []],
    [{ sparsity: { density: 0.5 } }, ['sparsity.density']],
    [{ sparsity: { density: 0.5, distribution: 'erk' } }, []],
    [
      {
        sparsity: { density: 0.1, distribution: 'erk' },
        initialization: { scheme: 'sao', saoDegree: 16 },
        model: { width: 128 },
      },
      [],
    ],
    [
      { sparsity: { density: 0.1, distribution: 'erk' }, initialization: { scheme: 'sao', saoDegree: 16 } },
      ['initialization.saoDegree'],
    ],
    [{ ...structured, model: { name: 'mlp' } }, ['initialization.structured']],
    [{ ...structured, model: { name: 'cnn' } }, []],
    [{ model: { name: 'resnet', depth: 21 } }, ['model.depth']],
    [{ model: { name: 'vgg', depth: 19, variant: 'c' } }, ['model.variant']],
    [{ model: { variant: 'padded' } }, ['model.variant']],
    [{ model: { name: 'deit-tiny' } }, ['data.size']],
    [{ model: { name: 'deit-tiny' }, data: { name: 'cifar-10' } }, []],
    [{ data: { name: 'image-folder' } }, ['data.path']],
    [{ dynamic: { method: 'rigl' } }, ['dynamic.method']],
    [{ training: { momentum: 0 } }, ['training.nesterov']],
    [{ data: { limit: 100 } }, ['data.limit']],
    [{ initialization: { angles: { kind: 'interval', from: 90, to: 0 } } }, []],
    [
      { initialization: { scheme: 'eoi', angles: { kind: 'interval', from: 90, to: 0 } } },
      ['initialization.angles.to'],
    ],
  ])('of %j are %j', (input, where) => {
    expect(errors(input)).toEqual(where)
  })

  it('name the nearest degrees that work', () => {
    const spec = parseSpec({
      sparsity: { density: 0.1, distribution: 'erk' },
      initialization: { scheme: 'sao', saoDegree: 15 },
    })
    expect(() => requireSound(spec)).toThrow(
      /divides the width 100; 15 does not\. Nearest that do: 5, 10, 20/,
    )
  })
})

describe('nearest names', () => {
  it('count edits, swaps as one', () => {
    expect([editDistance('', 'abc'), editDistance('kitten', 'sitting'), editDistance('eio', 'eoi')]).toEqual([
      3, 3, 1,
    ])
    expect(nearestName('resnet5', ['resnet', 'vgg', 'resnet-50'])).toBe('resnet')
    expect(nearestName('something', ['resnet', 'vgg'])).toBeNull()
  })
})

describe('parseStudy', () => {
  it('says what is wrong with a study', () => {
    const study = { id: 'own', title: 'Own' }
    expect(parseStudy(study)).toMatchObject({ seeds: [1], axes: [], base: {} })
    expect(refusal(() => parseStudy({ ...study, id: 'Own study' })).message).toMatch(/lower-case letters/)
    expect(refusal(() => parseStudy({ id: 'own' })).message).toMatch(/title is missing/)
    expect(refusal(() => parseStudy({ ...study, axis: [] })).message).toMatch(
      /no “axis”\. Did you mean “axes”/,
    )
    const axis = { name: 'A', points: [{ label: 'x', set: { 'model.dept': 1 } }] }
    expect(refusal(() => parseStudy({ ...study, axes: [axis] })).message).toMatch(
      /Did you mean “model\.depth”/,
    )
    const good = { name: 'A', points: [{ label: 'x', set: { 'model.depth': 1 } }] }
    expect(refusal(() => parseStudy({ ...study, axes: [good, good] })).message).toMatch(
      /Two axes are called “A”/,
    )
    const seeds = { name: 'A', points: [{ label: 'x', set: { seed: 1 } }] }
    expect(refusal(() => parseStudy({ ...study, axes: [seeds] })).message).toMatch(/list them under “seeds”/)
  })
})

describe('files of weights and guided pairs', () => {
  const file = (over: object) => parseSpec({ initialization: { scheme: 'file', file: over } })
  const sha256 = 'ab'.repeat(32)

  it('name a run by the content of the file, not by its path', () => {
    const here = file({ path: '/a/w.npz', sha256 })
    expect(identityOf(file({ path: '/b/w.npz', sha256 }))).toBe(identityOf(here))
    expect(groupOf(file({ path: '/b/w.npz', sha256 }))).toBe(groupOf(here))
    expect(identityOf(file({ path: '/a/w.npz', sha256: 'cd'.repeat(32) }))).not.toBe(identityOf(here))
    expect(identityOf(file({ path: '/a/w.npz' }))).not.toBe(identityOf(file({ path: '/b/w.npz' })))
    expect(changedFields(here)['initialization.file.path']).toBe('/a/w.npz')
  })

  it('are checked before a run starts', () => {
    const messages = (spec: unknown) =>
      problems(parseSpec(spec)).map(({ where, message }) => `${where}: ${message}`)
    expect(messages({ initialization: { scheme: 'file' } })[0]).toMatch(
      /file\.path: .*\.npz or \.safetensors/,
    )
    expect(messages({ initialization: { file: { path: 'w.npz' } } })[0]).toMatch(
      /set and not used: It is a setting of File/,
    )
    const eoi = (pairs: object, scheme = 'eoi') => messages({ initialization: { scheme, pairs } })
    expect(eoi({ kind: 'list', list: '0-1, 1 2' })).toEqual([expect.stringMatching(/EOI at density 1/)])
    expect(eoi({ kind: 'list' })[0]).toMatch(/list of column pairs is empty/)
    expect(eoi({ kind: 'list', list: '0-1, 2' })[0]).toMatch(/“2” is no pair/)
    expect(eoi({ kind: 'list', list: '3-3' })[0]).toMatch(/not rotated with itself/)
    expect(eoi({ kind: 'blocks' }, 'base')[0]).toMatch(
      /pairs.kind is set and not used: It is a setting of EOI/,
    )
  })

  it('stored before these fields existed read as their defaults, with the same identity', () => {
    const { pairs: _pairs, file: _file, ...initialization } = parseSpec({}).initialization
    const old = { ...parseSpec({ seed: 7, model: { depth: 9 } }), initialization }
    const read = storedSpec(JSON.stringify(old))
    expect(read).toEqual(parseSpec({ seed: 7, model: { depth: 9 } }))
    expect(identityOf(read)).toBe(identityOf(parseSpec({ seed: 7, model: { depth: 9 } })))
  })
})
