/** `init`, `density`, `spectrum` and `model show` with methods and models of one's own. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { runCommandLine } from '../../src/cli/program.ts'
import { temporaryFolder } from '../lab/support.ts'
import { WORKER } from '../entries.ts'

const EXAMPLES = join(import.meta.dirname, '../../examples')
const HALVES = `export default {
  kind: 'distribution',
  name: 'halves',
  settings: { least: { type: 'number', default: 0, min: 0, max: 1 } },
  distribute: ({ layers, density }) => layers.map(() => density),
}
`

async function lab(home: string, words: readonly string[], computer = home) {
  let out = ''
  let err = ''
  const code = await runCommandLine(['--home', home, ...words], {
    out: (text) => {
      out += text
    },
    err: (text) => {
      err += text
    },
    live: false,
    workerUrl: WORKER,
    environment: { XDG_CONFIG_HOME: computer, LOCALAPPDATA: computer },
    onInterrupt: () => () => undefined,
  })
  return { code, out, err }
}

const SCHEME = ['--scheme', 'own:fan-in-normal-ts']

it('own methods and models are asked for as the built-in ones', { timeout: 60_000 }, async () => {
  const home = temporaryFolder()
  const file = join(home, 'halves.mjs')
  writeFileSync(file, HALVES)
  for (const method of [join(EXAMPLES, 'own-methods/fan-in-normal.ts'), file])
    expect(await lab(home, ['methods', 'add', method])).toMatchObject({ code: 0, err: '' })
  expect((await lab(home, ['model', 'import', join(EXAMPLES, 'models/resnet.json')])).code).toBe(0)
  const read = async (...words: string[]): Promise<Record<string, unknown>> => {
    const { code, out, err } = await lab(home, [...words, '--json'])
    expect({ code, err }).toEqual({ code: 0, err: '' })
    return JSON.parse(out) as Record<string, unknown>
  }
  const draw = ['init', '--shape', '32x64', '--density', '0.25', ...SCHEME]
  expect(await read(...draw)).toMatchObject({ density: 0.25, nonzeros: 512, scheme: 'own:fan-in-normal-ts' })
  const distribution = ['--distribution', 'own:halves', '--density', '0.5']
  for (const model of ['mlp', 'own:resnet'])
    expect(await read('density', '--model', model, ...distribution)).toMatchObject({ density: 0.5 })
  expect(await read('model', 'show', 'own:resnet', ...distribution, ...SCHEME)).toMatchObject({
    maskable: 74480,
    density: 0.5,
  })
  const rows = Array.from({ length: 60 }, (_, i) => [i / 7, (i * i) % 11, i % 3, 'abc'[i % 3]].join())
  const data = join(home, 'rows.csv')
  writeFileSync(data, ['one,two,three,label', ...rows].join('\n'))
  const set = ['data.name=file', `data.path=${data}`, 'model.width=8', 'model.depth=2'].flatMap((each) => [
    '--set',
    each,
  ])
  const spectra = ['spectrum', '--inputs', '3', '--backend', 'reference', ...set, ...SCHEME, ...distribution]
  expect(await read(...spectra)).toMatchObject([{ seed: 1 }])
})

it('what is not there, not allowed or not a setting is told', { timeout: 60_000 }, async () => {
  const home = temporaryFolder()
  const method = join(EXAMPLES, 'own-methods/fan-in-normal.ts')
  await lab(home, ['methods', 'add', method])
  const draw = ['init', '--shape', '8x8', ...SCHEME]
  const cases: [readonly string[], RegExp][] = [
    [['init', '--shape', '8x8', '--scheme', 'own:nothing'], /own:nothing.*no method of that name/],
    [[...draw, '--set', 'initialization.settings.gian=2'], /Did you mean “initialization\.settings\.gain”/],
    [[...draw, '--set', 'initialization.settings.gain=-1'], /must be a number/],
    [[...draw, '--set', 'initialization.gain=2'], /options of their own/],
    [['density', '--density', '0.5', '--distribution', 'own:nothing'], /no method of that name/],
  ]
  for (const [words, message] of cases) {
    const { code, err } = await lab(home, words)
    expect({ words, code: code > 0, err }).toMatchObject({
      code: true,
      err: expect.stringMatching(message) as string,
    })
  }
  // The same home on another computer: nothing of it runs before it was allowed there.
  const elsewhere = await lab(home, draw, temporaryFolder())
  expect(elsewhere.err).toMatch(/was not allowed to run on this computer yet/)
})
