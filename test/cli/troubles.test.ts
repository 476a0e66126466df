// What happens to everybody: a wrong path, a folder for a file, a full or read-only place, a file that is
// something else, a home of another program. Each is told in plain words and by its exit code; “a defect of
// the program”, a stack or the system's own code in place of words stands nowhere.
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { checkNesting } from '../../src/shared/contract/nesting.ts'
import { fakeStudy } from '../lab/support.ts'
import { lab } from './support.ts'

const root = mkdtempSync(join(tmpdir(), 'troubles-'))
const home = join(root, 'home')
const at = (name: string): string => join(root, name)
const unix = process.platform !== 'win32'

const base = { id: 's', title: 'S', seeds: [1] }
const deep = (open: string, close: string): string => open.repeat(5000) + '1' + close.repeat(5000)
const STUDIES: Readonly<Record<string, unknown>> = {
  'a fractional seed': { ...base, seeds: [1.5] },
  'a negative seed': { ...base, seeds: [-1] },
  'a huge seed': { ...base, seeds: [1e300] },
  'a seed as text': { ...base, seeds: ['1'] },
  'no seeds': { ...base, seeds: null },
  'fractional steps': { ...base, base: { training: { steps: 1.5 } } },
  'a fractional depth': { ...base, base: { model: { depth: 2.5 } } },
  'a fractional batch': { ...base, base: { training: { batchSize: 3.7 } } },
  'endless epochs': { ...base, base: { training: { epochs: 1e308 } } },
  'NUL in the title': { ...base, title: 'a\0b' },
  'NUL in a path': { ...base, base: { data: { name: 'image-folder', path: 'a\0b' } } },
  'NUL in a label': { ...base, axes: [{ name: 'A', points: [{ label: 'b\0', set: {} }] }] },
  'NUL in the name of weights': {
    ...base,
    base: { initialization: { scheme: 'file', file: { path: '\0' } } },
  },
  'a path for an id': { ...base, id: '../x' },
  'a long id': { ...base, id: 'x'.repeat(5000) },
  'no object': null,
  'a list': [1],
  'axes that are no list': { ...base, axes: {} },
  'an axis without points': { ...base, axes: [{ name: 'A', points: [] }] },
  'an unknown field': { ...base, what: 1 },
  '10,000 axes': {
    ...base,
    axes: Array.from({ length: 10_000 }, (_, k) => ({ name: `A${k}`, points: [{ label: 'x', set: {} }] })),
  },
  '100,000 seeds': { ...base, seeds: Array.from({ length: 100_000 }, (_, k) => k) },
  'too many runs': {
    ...base,
    axes: Array.from({ length: 20 }, (_, k) => ({
      name: `A${k}`,
      points: ['1', '2', '3'].map((label) => ({ label, set: {} })),
    })),
  },
  'too many levels': JSON.parse(`{"id":"d","title":"D","base":${deep('{"a":', '}')}}`),
}

/** Homes that something happened to. */
const HOMES: Readonly<Record<string, (folder: string) => void>> = {
  'whose database is a folder': (folder) => mkdirSync(join(folder, 'bench.sqlite')),
  'whose database is text': (folder) => writeFileSync(join(folder, 'bench.sqlite'), 'text\n'.repeat(2000)),
  'of a newer program': (folder) => sql(folder, 'PRAGMA user_version = 99'),
  'of another program': (folder) => sql(folder, 'CREATE TABLE theirs (x)'),
  'whose checkpoints are a file': (folder) => {
    cpSync(join(home, 'bench.sqlite'), join(folder, 'bench.sqlite'))
    writeFileSync(join(folder, 'checkpoints'), '')
  },
}

function sql(folder: string, text: string): void {
  const database = new Database(join(folder, 'bench.sqlite'))
  database.exec(text)
  database.close()
}

const INPUTS = [
  'missing',
  'folder',
  'empty',
  'text.txt',
  'noise',
  'a\0b',
  ...(unix ? ['dangling', 'loop'] : []),
]
const OUTPUTS = ['folder', 'text.txt/x', 'a\0b', `${'n'.repeat(300)}`, ...(unix ? ['loop'] : [])]

beforeAll(async () => {
  mkdirSync(at('folder'))
  writeFileSync(at('empty'), '')
  writeFileSync(at('text.txt'), 'text\n')
  writeFileSync(
    at('noise'),
    Uint8Array.from({ length: 3000 }, (_, k) => (k * 7919) % 256),
  )
  writeFileSync(at('deep.json'), deep('[', ']'))
  if (unix) {
    symlinkSync('nowhere', at('dangling'))
    symlinkSync('loop', at('loop'))
  }
  for (const [name, study] of Object.entries(STUDIES))
    writeFileSync(at(`${name}.json`), JSON.stringify(study))
  writeFileSync(at('study.json'), JSON.stringify(fakeStudy(['steps=2'])))
  expect((await lab(home, ['study', 'run', at('study.json')])).code).toBe(0)
  for (const [name, make] of Object.entries(HOMES)) {
    mkdirSync(at(name))
    make(at(name))
  }
})
afterAll(() => rmSync(root, { recursive: true, force: true }))

const CODES = /defect of the program|\n\s+at .+:\d+|\bE[A-Z]{4,}\b|\bERR_|\[object|null bytes/

async function told(words: readonly string[], where = home): Promise<void> {
  const { code, out, err } = await lab(where, words, undefined, { ...process.env, GIVENS_DATA: at('data') })
  expect({ words, said: (out + err).match(CODES)?.[0] }).toEqual({ words, said: undefined })
  expect({ words, code: code === 1 || code === 2, text: out + err !== '' }).toEqual({
    ...{ words, code: true, text: true },
  })
}

describe('troubles that everybody has are told', () => {
  it.each(Object.keys(HOMES))('a home %s', async (name) => {
    if (name !== 'whose checkpoints are a file') await told(['runs'], at(name))
    const before = name.startsWith('of ') ? readFileSync(join(at(name), 'bench.sqlite')) : null
    await told(['study', 'run', at('study.json')], at(name))
    if (before) expect(readFileSync(join(at(name), 'bench.sqlite')).equals(before)).toBe(true)
  })

  it('a home that is a file, or below one, or no path at all', async () => {
    for (const where of ['text.txt', 'text.txt/deep', 'a\0b', 'd'.repeat(300)]) {
      await told(['study', 'run', at('study.json')], at(where))
      if (where.startsWith('text') || where.includes('\0')) await told(['runs'], at(where))
    }
    if (!unix) return
    for (const where of ['/dev/null', '/proc/nope']) await told(['study', 'run', at('study.json')], where)
  })

  it.each(INPUTS)('an input that is %j', async (name) => {
    const file = at(name)
    for (const words of [
      ...[['study', 'run'], ['bundle', 'import'], ['restore'], ['model', 'import'], ['methods', 'add']],
      ['data', 'check', 'image-folder', '--path'],
      ['data', 'link', 'mnist', '--path'],
      ['init', '--from'],
      ['predict', '1', '--out', at('logits.npz'), '--input'],
    ])
      if (!(words[1] === 'link' && name === 'folder')) await told([...words, file])
    await told(['export', '--study', 'fake', '--what', 'figure', '--out', at('f.svg'), '--look', file])
  })

  it.each(OUTPUTS)('an output that is %j', async (name) => {
    for (const words of [
      ['export', '--study', 'fake', '--what', 'groups', '--out'],
      ['export', '--study', 'fake', '--what', 'report', '--format', 'html', '--out'],
      ['bundle', 'export', '--study', 'fake', '--out'],
      ['backup'],
    ])
      await told([...words, at(name)])
  })

  it.each(Object.keys(STUDIES))('a study with %s', (name) => told(['study', 'run', at(`${name}.json`)]))

  it.each([
    ...['x', '=', 'a=b', 'training.epochs=', 'training.batchSize=0.5', 'training.steps=1.5', 'model=3'],
    ...['__proto__.x=1', 'constructor=1', 'training.learningRate=NaN', 'data.name=nothing', 'data.path=a\0b'],
  ])('--set %j', (set) => told(['study', 'run', at('study.json'), '--set', set]))

  it.each(
    [
      ...[
        'rounds 999',
        'rounds 1.5',
        'verify 999',
        'verify x',
        'export-weights 999 --out w.npz',
        'view show no',
      ],
      ...['export --study no --out x.csv', 'export --runs 5-1 --what runs --out x.csv', 'study compare no'],
      ...['export --runs 99999999999999999999 --what runs --out x.csv', 'bundle export --study no --out x'],
      ...['cluster show no', 'cluster log 1', 'methods show own:no', 'model show own:no', '--lab no runs'],
      ...[
        'queue move x',
        'queue set --concurrency 1.5',
        'study run study.json --seeds 1.5',
        'remote remove no',
      ],
      ...['study compare fake --metric no', 'study compare fake --only no', 'init --shape 0x4', 'data add'],
      ...[
        'init --shape 4x4 --density NaN',
        'theory --size NaN --rotations 3',
        'study run study.json --on no',
      ],
    ].map((line) => line.split(' ')),
  )('%s %s %s %s', (...words) => told(words))

  it.skipIf(!unix)('a device', async () => {
    await told(['model', 'import', '/dev/zero'])
    await told(['predict', '1', '--out', at('logits.npz'), '--input', '/dev/zero'])
    await told(['data', 'add', '/dev/zero'])
    await told(['bundle', 'import', '/dev/zero'])
    await told(['export', '--study', 'fake', '--what', 'groups', '--out', '/dev/null'])
    await told(['model', 'import', at('deep.json')])
  })
})

it('a study with a million points is refused before each is read', () => {
  const points = Array.from({ length: 1_000_000 }, () => ({ label: 'x', set: {} }))
  expect(() => checkNesting({ ...base, axes: [{ name: 'A', points }] })).toThrow(/more than 1000000 lists/)
  expect(() => checkNesting({ runs: Array.from({ length: 2_000_000 }, (_, k) => k) })).not.toThrow()
})
