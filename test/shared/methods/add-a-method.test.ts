import { execFileSync } from 'node:child_process'
import { cpSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { temporaryFolder } from '../../lab/support.ts'

const ROOT = join(import.meta.dirname, '../../..')

const DESCRIPTOR = `import { defineScheme } from '../define.ts'

export const halves = defineScheme({
  name: 'halves',
  title: 'Halves',
  help: 'Every kept weight is a half.',
  settings: {
    halvesSize: { type: 'number', default: 0.5, exclusiveMinimum: 0, title: 'Size', help: 'Of a half.' },
  },
  traits: {},
  style: { color: 6 },
})
`
const COMPUTATION = `import { randomMask } from './masks.ts'
import type { MakeKernel } from './types.ts'

export const halves: MakeKernel = ({ parameter, density, settings, stream }) => {
  const entries = parameter.shape.reduce((product, side) => product * side, 1)
  const mask = randomMask(entries, Math.round(density * entries), stream)
  return { values: Float64Array.from(mask, (bit) => bit * settings.halvesSize), mask, notes: [] }
}
`
const THIRDS_DESCRIPTOR = `import { defineDistribution } from '../define.ts'

export const thirds = defineDistribution({
  name: 'thirds',
  title: 'Thirds',
  help: 'The same everywhere.',
  settings: {},
  traits: { scores: 'nothing' },
  style: { place: 20 },
})
`
const THIRDS = `import { computedDensities } from './bernoulli.ts'
import type { Distribution } from './distribution.ts'

export const thirds: Distribution = (request) =>
  computedDensities(request, request.kernels.map(() => request.density))
`
const SHIFT_DESCRIPTOR = `import { defineDynamic } from '../define.ts'

export const shift = defineDynamic({
  name: 'shift',
  title: 'Shift',
  help: 'Grows at the last places that are free.',
  settings: {},
  traits: {},
  style: { shift: 4 },
})
`
const SHIFT = `import { zerosOf } from './lists.ts'
import { updateMask } from './mask.ts'
import type { MaskMethod } from './types.ts'

function last(kept: Int32Array, count: number, entries: number): Int32Array {
  const free = entries - kept.length
  return zerosOf(kept, Int32Array.from({ length: count }, (_, k) => free - count + k))
}
export const shift: MaskMethod = (layers, { fraction }) =>
  layers.map((layer) => updateMask(layer, fraction, last))
`
const ASKED = `import { fields } from './src/shared/spec/fields.ts'
import { parseSpec } from './src/shared/spec/parse.ts'
import { identityOf } from './src/shared/spec/identity.ts'
import { schemeName } from './src/shared/spec/scheme-name.ts'
import { vainFields } from './src/shared/spec/usage.ts'
import { schemeStyle } from './src/shared/figure/palette.ts'
import { methodTables } from './src/shared/methods/documentation.ts'
import { methodNames } from './src/shared/methods/registry.ts'
import { buildModel } from './src/shared/zoo/index.ts'
import { initializeRun } from './src/engine/train/prepare.ts'
import { openBackend } from './src/engine/backend/index.ts'
import { runDensities } from './src/engine/train/densities.ts'
import { maskMethod } from './src/engine/dynamic/index.ts'

const choicesOf = (of) => fields().find(({ path }) => path === of).choices
const sparsity = { distribution: 'erk', density: 0.25 }
const spec = parseSpec({ sparsity, initialization: { scheme: 'halves', halvesSize: 0.25 } })
const graph = buildModel(spec.model, [28, 28, 1], 10)
const backend = await openBackend('reference')
const { state } = await initializeRun(spec, graph, null, backend, () => undefined)
const [values] = state.parameters.values()
const even = parseSpec({ sparsity: { distribution: 'thirds', density: 0.125 } })
const { layers } = await runDensities(even, graph, null, backend, () => undefined)
const weights = Float32Array.of(1, 2, 3, 0)
const shifted = maskMethod('shift')([{ weights, mask: Uint8Array.of(1, 1, 1, 0) }], { fraction: 0.34 })
console.log(
  JSON.stringify({
    name: schemeName(spec),
    style: schemeStyle('ERK-Halves'),
    choices: fields().find(({ path }) => path === 'initialization.scheme').choices,
    offered: methodNames('scheme'),
    field: fields().find(({ path }) => path === 'initialization.halvesSize'),
    vain: [...vainFields(parseSpec({ initialization: { halvesSize: 2 } }))],
    values: [...new Set(values)].sort(),
    documented: methodTables().includes('| \`halves\` | Halves |'),
    distribution: [schemeName(even), ...new Set(layers.map(({ density }) => density))],
    dynamic: [...shifted[0].mask],
    known: [
      choicesOf('sparsity.distribution').includes('thirds'),
      choicesOf('dynamic.method').includes('shift'),
    ],
    unchanged: identityOf(parseSpec({})),
  }),
)
`

/** Adds a line after the first that contains a text. */
function addLine(file: string, after: string, line: string): void {
  const text = readFileSync(file, 'utf8')
  const at = text.indexOf('\n', text.indexOf(after)) + 1
  expect(text.indexOf(after)).toBeGreaterThanOrEqual(0)
  writeFileSync(file, text.slice(0, at) + line + text.slice(at))
}

it('adding a scheme, distribution or dynamic method touches its files and a line in two records', () => {
  const folder = temporaryFolder()
  for (const part of ['src', 'resources', 'package.json'])
    cpSync(join(ROOT, part), join(folder, part), { recursive: true })
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'), 'junction')
  const [descriptors, computations] = ['src/shared/methods/schemes', 'src/engine/initialization'].map(
    (part) => join(folder, part),
  )
  writeFileSync(join(descriptors, 'halves.ts'), DESCRIPTOR)
  addLine(
    join(descriptors, 'index.ts'),
    "import { file } from './file.ts'",
    "import { halves } from './halves.ts'\n",
  )
  addLine(join(descriptors, 'index.ts'), '  file,', '  halves,\n')
  writeFileSync(join(computations, 'halves.ts'), COMPUTATION)
  addLine(join(computations, 'index.ts'), 'import { fanIn }', "import { halves } from './halves.ts'\n")
  addLine(join(computations, 'index.ts'), '  file: {', '  halves: { kernel: halves },\n')
  const places = [
    ['thirds', 'src/shared/methods/distributions', THIRDS_DESCRIPTOR, 'dense'],
    ['thirds', 'src/engine/density', THIRDS, 'dense'],
    ['shift', 'src/shared/methods/dynamic', SHIFT_DESCRIPTOR, 'granet'],
    ['shift', 'src/engine/dynamic', SHIFT, 'granet'],
  ] as const
  for (const [name, part, text, after] of places) {
    writeFileSync(join(folder, part, `${name}.ts`), text)
    const index = join(folder, part, 'index.ts')
    addLine(index, `import { ${after} }`, `import { ${name} } from './${name}.ts'\n`)
    addLine(index, `\n  ${after},`, `  ${name},\n`)
  }
  writeFileSync(join(folder, 'asked.ts'), ASKED)

  const told = JSON.parse(
    execFileSync(process.execPath, ['asked.ts'], {
      cwd: folder,
      encoding: 'utf8',
      env: { ...process.env, ELECTRON_RUN_AS_NODE: '1', NODE_OPTIONS: '' },
    }),
  ) as Record<string, unknown>
  expect(told).toMatchObject({
    name: 'ERK-Halves',
    style: { color: 6, marker: 'circle' },
    field: { title: 'Size', default: 0.5, exclusiveMinimum: 0 },
    vain: [['initialization.halvesSize', 'It is a setting of Halves.']],
    values: [0, 0.25],
    documented: true,
    distribution: ['Thirds-Base', 0.125],
    dynamic: [0, 1, 1, 1],
    known: [true, true],
    unchanged: '44136fa355b3678a1146ad16f7e8649e',
  })
  expect(told['choices']).toContain('halves')
  expect(told['offered']).toContain('halves')
})

const SIGN_DESCRIPTOR = `import type { OptimizerDescriptor } from './types.ts'

export const sign: OptimizerDescriptor = {
  name: 'sign',
  title: 'Sign descent',
  help: 'Steps by the sign of the gradient.',
  settings: [],
  constants: { reach: 2 },
  slots: () => [],
  scalars: () => ({}),
}
`
const SIGN_FORMS = `import type { OptimizerForms } from './types.ts'

export const sign: OptimizerForms = {
  arrays({ weights, gradient, scalars: { rate }, constants: { reach } }) {
    for (let i = 0; i < weights.length; i++) weights[i] -= rate * reach * Math.sign(gradient[i])
  },
  tensorflow({ writer, weights, gradient, scalars: { rate }, constants: { reach } }) {
    const type = { T: { type: writer.floatType } }
    const step = writer.node('Mul', [rate, writer.constant('float', [], [reach])], type)
    const sign = writer.node('Sign', [gradient], type)
    return (after) => writer.nodeAfter('ResourceApplyGradientDescent', [weights, step, sign], after, type)
  },
}
`
const SIGN_ASKED = `import { fields } from './src/shared/spec/fields.ts'
import { parseSpec } from './src/shared/spec/parse.ts'
import { methodTables } from './src/shared/methods/documentation.ts'
import { compileTraining } from './src/engine/compiler/training.ts'
import { openBackend } from './src/engine/backend/index.ts'

const { training } = parseSpec({ training: { optimizer: 'sign', weightDecay: 0 } })
const nodes = [
  { kind: 'input', shape: [2], name: 'input', inputs: [] },
  { kind: 'dense', units: 2, bias: false, maskable: true, name: 'w', inputs: ['input'] },
]
const options = { ...training, batchSize: 1, labelSmoothing: 0, denseGradients: false }
const { program } = compileTraining({ name: 'small', nodes, output: 'w', classes: 2 }, options)
const executable = await (await openBackend('reference')).compile(program)
executable.write('mask:w.kernel', Float32Array.of(1, 1, 1, 0))
executable.run('train', { x: Float32Array.of(1, 1), y: Int32Array.of(0), rate: Float32Array.of(0.25) })
console.log(
  JSON.stringify({
    choices: fields().find(({ path }) => path === 'training.optimizer').choices,
    documented: methodTables().includes('| \`sign\` | Sign descent |'),
    weights: [...executable.read('w.kernel')],
    refused: (await openBackend('sparse')).refuses(program),
  }),
)
`

it('adding an optimizer touches its own files and the two records', () => {
  const folder = temporaryFolder()
  for (const part of ['src', 'resources', 'package.json'])
    cpSync(join(ROOT, part), join(folder, part), { recursive: true })
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'), 'junction')
  const places = [
    ['src/shared/methods/optimizers', SIGN_DESCRIPTOR],
    ['src/engine/backend/optimizers', SIGN_FORMS],
  ]
  for (const [part, text] of places) {
    writeFileSync(join(folder, part, 'sign.ts'), text)
    addLine(join(folder, part, 'index.ts'), 'import { sgd }', "import { sign } from './sign.ts'\n")
    addLine(join(folder, part, 'index.ts'), '  sgd,', '  sign,\n')
  }
  writeFileSync(join(folder, 'asked.ts'), SIGN_ASKED)
  const environment = { ...process.env, ELECTRON_RUN_AS_NODE: '1' }
  const told = execFileSync(process.execPath, ['asked.ts'], {
    cwd: folder,
    env: environment,
    encoding: 'utf8',
  })
  expect(JSON.parse(told)).toEqual({
    choices: ['sgd', 'sign', 'adamw', 'lamb'],
    documented: true,
    weights: [0.5, -0.5, 0.5, 0],
    refused: ['the optimizer sign has no sparse kernel'],
  })
})
