// Own models: what a file may say, what it means, and what is told about one that is wrong.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parametersOf } from '../../../src/shared/graph/parameters.ts'
import { completeOwnModel } from '../../../src/shared/models/complete.ts'
import { contentHash, contentModel, modelContent, modelFile } from '../../../src/shared/models/content.ts'
import { checkModel, expandModel } from '../../../src/shared/models/expand.ts'
import { addKnownModels } from '../../../src/shared/models/known.ts'
import { parseModel } from '../../../src/shared/models/parse.ts'
import { canonicalSpec, groupOf, identityOf } from '../../../src/shared/spec/identity.ts'
import { parseSpec } from '../../../src/shared/spec/parse.ts'
import { fieldOf } from '../../../src/shared/spec/fields.ts'
import { parseSetting, setField } from '../../../src/shared/spec/paths.ts'
import { modelSchema } from '../../../src/shared/spec/schema.ts'
import { buildModel } from '../../../src/shared/zoo/index.ts'

const EXAMPLE = join(import.meta.dirname, '..', '..', '..', 'examples', 'models', 'resnet.json')
const HEAD = { format: 'givens-bench-model', version: 1, input: [32, 32, 3], classes: 10 }
const dense = (name: string, units: unknown, more: object = {}) => ({ name, kind: 'dense', units, ...more })

/** The zoo's MLP and plain CNN, written as a user would. */
const MLP = {
  ...HEAD,
  settings: { width: 100, depth: 6, activation: 'tanh' },
  layers: [
    { name: 'flatten', kind: 'flatten' },
    {
      repeat: '$depth',
      name: 'block',
      layers: [dense('dense', '$width'), { name: 'act', kind: 'activation', activation: '$activation' }],
    },
    dense('classifier', '$classes'),
  ],
}

const settings = (name: string, given: object = {}) => modelSchema.parse({ name, ...given })
/** Everything of a graph but the names. */
function bare(graph: ReturnType<typeof expandModel>): unknown[] {
  const at = new Map(graph.nodes.map(({ name }, index) => [name, index]))
  return graph.nodes.map(({ name: _name, inputs, ...op }) => ({
    ...op,
    from: inputs.map((each) => at.get(each)),
  }))
}

describe('a model file', () => {
  it('means the network of the zoo that it writes out, at every width and depth', () => {
    const { definition } = parseModel(MLP)
    for (const [width, depth, widthMultiplier, depthMultiplier] of [
      [100, 6, 1, 1],
      [64, 2, 1.5, 2],
      [10, 5, 0.33, 0.5],
    ]) {
      const given = { width, depth, widthMultiplier, depthMultiplier, activation: 'tanh' }
      const own = expandModel(definition, settings('own:x', given), [28, 28, 1], 7)
      const zoo = buildModel(settings('mlp', given), [28, 28, 1], 7)
      expect(bare(own)).toEqual(bare(zoo))
    }
  })

  it('repeats residual blocks, each fed by the one before it', () => {
    const { definition, text } = parseModel(JSON.parse(readFileSync(EXAMPLE, 'utf8')))
    expect(text.title).toBe('Residual network with two stages')
    const graph = checkModel(definition, 'resnet')
    const add = (name: string) => graph.nodes.find((node) => node.name === name)?.inputs
    expect(add('stage1.block1.add')).toEqual(['stage1.block1.norm2', 'stem.activation'])
    expect(add('stage1.block2.add')).toEqual(['stage1.block2.norm2', 'stage1.block1.activation2'])
    expect(add('stage2.block1.add')).toEqual(['stage2.block1.norm2', 'stage2.narrow'])
    expect(add('mean')).toEqual(['stage2.block3.activation2'])
    const filters = graph.nodes.flatMap((node) => (node.kind === 'conv' ? [node.filters] : []))
    expect(filters).toEqual([16, ...Array<number>(6).fill(16), 32, ...Array<number>(6).fill(32)])
    expect(parametersOf(graph).at(-2)?.shape).toEqual([32, 10])
  })

  it('rounds expressions as the zoo rounds widths, and takes settings of the data', () => {
    const { definition } = parseModel({
      ...HEAD,
      settings: { width: 10, dropout: 0.25 },
      layers: [
        { name: 'flatten', kind: 'flatten' },
        dense('a', '$width * 3 / 4'),
        dense('b', '$width / 100'),
        dense('c', '$classes * $width'),
        { name: 'drop', kind: 'dropout', rate: '$dropout' },
        dense('out', '$classes'),
      ],
    })
    const graph = expandModel(definition, settings('own:x', { width: 10, dropout: 0.5 }), [4, 4, 1], 3)
    const units = graph.nodes.flatMap((node) => (node.kind === 'dense' ? [node.units] : []))
    expect(units).toEqual([8, 1, 30, 3])
    expect(graph.nodes.find((node) => node.kind === 'dropout')).toMatchObject({ rate: 0.5 })
  })

  const layers = (...list: object[]) => ({ ...HEAD, layers: [{ name: 'flat', kind: 'flatten' }, ...list] })
  it.each<[string, unknown, RegExp]>([
    ['no object', [], /JSON object, not \[\]/],
    ['another format', { ...MLP, format: 'x' }, /format is “x”; it must be “givens-bench-model”/],
    ['a later version', { ...MLP, version: 2 }, /version is 2; this program reads version 1/],
    ['an unknown field', { ...MLP, layer: [] }, /no “layer”\. Did you mean “layers”\?/],
    ['a bad input', { ...MLP, input: [3, 3] }, /input is \[3, 3\]; it must be \[height, width, channels\]/],
    ['one class', { ...MLP, classes: 1 }, /classes is 1; it must be a whole number from 2/],
    [
      'an unknown kind',
      layers({ name: 'a', kind: 'dens' }),
      /Layer “a”: kind is “dens”\. Did you mean “dense”\?.*Known kinds: flatten/,
    ],
    ['the input as a layer', layers({ name: 'a', kind: 'input' }), /the input is not listed/],
    ['a missing field', layers({ name: 'a', kind: 'dense' }), /Layer “a” \(dense\) needs “units”/],
    [
      'a field of another kind',
      layers(dense('a', 3, { filters: 3 })),
      /Layer “a” \(dense\) has no “filters”.*Allowed: name, kind, inputs, units, bias, maskable/,
    ],
    [
      'a fraction',
      layers(dense('a', 2.5)),
      /Layer “a” \(dense\): units is 2\.5; it must be a whole number from 1/,
    ],
    ['an unknown setting', layers(dense('a', '$widht')), /there is no number \$widht; known: \$classes/],
    ['a setting that is not declared', layers(dense('a', '$width')), /declares no setting “width”/],
    ['a division by nothing', layers(dense('a', '$classes / 0')), /divides by 0/],
    [
      'an unknown activation',
      layers({ name: 'a', kind: 'activation', activation: 'rleu' }),
      /Did you mean “relu”/,
    ],
    [
      'a setting that nothing uses',
      { ...layers(dense('a', 10)), settings: { width: 5 } },
      /No layer refers to the setting “width”/,
    ],
    [
      'a setting out of range',
      { ...MLP, settings: { width: 0 } },
      /settings\.width is 0; it must be a whole number from 1 to 4096/,
    ],
    [
      'a reader before what it reads',
      layers(dense('a', 10, { inputs: 'b' }), dense('b', 10)),
      /“a” \(dense\) reads “b”, which does not come before/,
    ],
    ['another number of logits', layers(dense('a', 3)), /output “a” has shape 3, not 10 \(classes\)/],
    ['two layers of a name', layers(dense('a', 3), dense('a', 10)), /Two layers are called “a”/],
    ['a name with a space', layers(dense('a b', 10)), /layers\.1\.name is “a b”/],
    ['a list that is none', { ...HEAD, layers: {} }, /layers is an object; it must be a list/],
  ])('tells what is wrong with %s', (_, file, message) => {
    expect(() => checkModel(parseModel(file).definition, 'x')).toThrow(message)
  })

  it('has layers of every field: padding of four sides, dilation, slices, attention of three', () => {
    const { definition } = parseModel({
      ...HEAD,
      input: [8, 6, 4],
      layers: [
        {
          name: 'c',
          kind: 'conv',
          filters: 6,
          kernel: [3, 1],
          padding: [1, 2, 0, 0],
          dilation: 2,
          groups: 2,
        },
        { name: 's', kind: 'slice', axis: 2, begin: 1, size: 4 },
        { name: 'p', kind: 'permute', axes: [1, 0, 2] },
        { name: 'r', kind: 'reshape', shape: [42, 4] },
        { name: 'q', kind: 'dot-product-attention', heads: 2, scale: 0.5, inputs: ['r', 'r', 'r'] },
        { name: 'm', kind: 'multiply', inputs: ['q', 'r'] },
        { name: 'a', kind: 'activation', activation: 'leaky-relu', slope: 0.2 },
        { name: 't', kind: 'select-token' },
        dense('out', '$classes'),
      ],
    })
    const { nodes } = checkModel(definition, 'x')
    expect(nodes.slice(1, 4)).toEqual([
      {
        name: 'c',
        kind: 'conv',
        inputs: ['input'],
        filters: 6,
        kernel: [3, 1],
        stride: 1,
        padding: [1, 2, 0, 0],
        dilation: 2,
        groups: 2,
        bias: true,
        maskable: true,
      },
      { name: 's', kind: 'slice', inputs: ['c'], axis: 2, begin: 1, size: 4 },
      { name: 'p', kind: 'permute', inputs: ['s'], axes: [1, 0, 2] },
    ])
    expect(nodes.find(({ name }) => name === 'a')).toMatchObject({ slope: 0.2 })
  })

  it('is refused settings that it does not declare, since they would change nothing', () => {
    const { definition } = parseModel(layers(dense('a', '$classes')))
    const build = (given: object) => expandModel(definition, settings('own:x', given), [8], 4)
    expect(() => build({ width: 7 })).toThrow(/own:x declares no setting “width”.*model\.width cannot be 7/)
    expect(() => build({ widthMultiplier: 2 })).toThrow(
      /no setting “width”, so model\.widthMultiplier cannot be 2/,
    )
    expect(() => build({ activation: 'relu' })).toThrow(/no setting “activation”.*It declares none/)
    expect(build({}).nodes).toHaveLength(3)
  })
})

describe('the content of a model', () => {
  it('has a hash that neither texts nor the order of keys change, and that every layer changes', () => {
    const content = modelContent(parseModel(MLP).definition)
    // Pinned: the hash is part of the identity of people's runs.
    expect(contentHash(content)).toBe('0da0c61dd8d5461483f36e8f509813864e9a4475fbca299ebf9e3464c1e286f9')
    const { layers: list, ...rest } = MLP
    const shuffled = parseModel({ title: 'Another', layers: list, ...rest }).definition
    expect(modelContent(shuffled)).toBe(content)
    const changed = parseModel({ ...MLP, settings: { ...MLP.settings, width: 101 } }).definition
    expect(modelContent(changed)).not.toBe(content)
    expect(modelContent(contentModel(content))).toBe(content)
  })

  it('is written as a file that is read as the same model', () => {
    const { definition } = parseModel(MLP)
    const file = parseModel(JSON.parse(modelFile(definition, { title: 'T', description: 'D' })))
    expect(modelContent(file.definition)).toBe(modelContent(definition))
    expect(file.text).toEqual({ title: 'T', description: 'D' })
  })
})

describe('a specification with an own model', () => {
  const [hash] = addKnownModels([modelContent(parseModel(MLP).definition)])
  const names = new Map([['net', hash]])

  it('is completed with the hash and the settings of the model, and keeps what it has', () => {
    const spec = parseSpec(completeOwnModel({ model: { name: 'own:net', width: 32 } }, names))
    expect(spec.model).toMatchObject({
      name: 'own:net',
      sha256: hash,
      width: 32,
      depth: 6,
      activation: 'tanh',
    })
    expect(completeOwnModel({ model: { name: 'own:net', sha256: hash } }, new Map())).toMatchObject({
      model: { sha256: hash },
    })
    expect(() => completeOwnModel({ model: { name: 'own:nte' } }, names)).toThrow(
      /There is no model “own:nte”\. Did you mean “own:net”\? Own models here: own:net/,
    )
    expect(() => completeOwnModel({ model: { name: 'own:net' } }, new Map())).toThrow(
      /has no own models; import/,
    )
    expect(completeOwnModel({ model: { name: 'mlp', sha256: hash } }, names)).toEqual({
      model: { name: 'mlp' },
    })
  })

  it('has the identity of its content, whatever the name', () => {
    const make = (name: string, sha256: string) => parseSpec({ model: { name, sha256 } })
    const spec = make('own:net', hash)
    expect(canonicalSpec(spec)).toBe(`{"model.sha256":"${hash}"}`)
    expect(identityOf(make('own:other', hash))).toBe(identityOf(spec))
    expect(groupOf(make('own:other', hash))).toBe(groupOf(spec))
    expect(identityOf(make('own:net', hash.replace(/^./, 'z')))).not.toBe(identityOf(spec))
  })

  it('builds from the content, and says so where that is not here', () => {
    const spec = parseSpec(completeOwnModel({ model: { name: 'own:net' } }, names))
    expect(buildModel(spec.model, [28, 28, 1], 10).nodes).toHaveLength(15)
    expect(() => buildModel({ ...spec.model, sha256: 'f'.repeat(64) }, [8], 2)).toThrow(
      /own:net with the content ffffffffffff… is not in this home/,
    )
  })

  it('is parsed, set and refused as other names are', () => {
    expect(parseSetting('model.name=own:my-net.v2').value).toBe('own:my-net.v2')
    expect(fieldOf('model.name')).toMatchObject({ type: 'choice', own: true })
    expect(() => parseSpec({ model: { name: 'own:a b' } })).toThrow(/model\.name.*or own:NAME/)
    expect(() => parseSpec({ model: { name: 'resent' } })).toThrow(/Did you mean “resnet”/)
    const bound = { model: { name: 'own:net', sha256: hash, width: 9 } }
    expect(setField(bound, 'model.name', 'own:other')).toEqual({ model: { name: 'own:other', width: 9 } })
    expect(setField(bound, 'model.name', 'own:net')).toEqual(bound)
  })
})
