// What the page may ask of the lab: by method and by path, deny by default.
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { namedPaths } from '../../../src/shared/contract/named-paths.ts'
import { CALLS } from '../../../src/shared/contract/calls/index.ts'
import { HANDLERS } from '../../../src/lab/handlers/index.ts'
import { fakeLab, fakeStudy, temporaryFolder } from '../support.ts'

it('knows the rights of every method, and lets none that writes a named file pass', async () => {
  expect(Object.keys(CALLS).sort()).toEqual(Object.keys(HANDLERS).sort())
  const lab = fakeLab({ start: 'none' })
  const file = join(temporaryFolder(), 'new', 'start-up.sh')
  const requests: Record<string, unknown> = {
    'laboratory/export-times': { points: [{ note: 'x' }], file },
    'laboratory/export': { file },
    'weights/write': { run: 1, file },
    'models/import': { file },
    'models/export': { name: 'own:x', file },
    'onnx/write': { run: 1, file },
    'predict/write': { of: 1, input: file, file },
    'bundle/export': { study: 'quick-start', file },
    'bundle/import': { file },
    'export/write': { what: 'runs', format: 'csv', file },
    'paths/grant': { paths: [file] },
    constructor: {},
    'no/such': {},
  }
  for (const [method, input] of Object.entries(requests)) {
    await expect(lab.requestOfPage(method, input), method).rejects.toMatchObject({ code: 'bad-input' })
  }
  expect(existsSync(join(file, '..'))).toBe(false)
  await expect(lab.requestOfPage('queue/state', {})).resolves.toMatchObject({ running: 0 })
})

it('lets the page name a folder once the user chose it', async () => {
  const lab = fakeLab({ start: 'none' })
  const folder = join(temporaryFolder(), 'pictures')
  mkdirSync(folder)
  writeFileSync(join(folder, 'secret.txt'), 'x')
  const asked: [string, unknown][] = [
    ['data/link', { name: 'mnist', path: folder }],
    ['studies/estimate', { study: fakeStudy([folder]) }],
    ['studies/save', { study: fakeStudy([folder]) }],
    ['studies/save', { study: { ...fakeStudy([]), axes: [], base: { data: { path: folder } } } }],
  ]
  for (const [method, input] of asked)
    await expect(lab.requestOfPage(method, input)).rejects.toThrow(/chosen in a dialog, and “.*pictures”/)
  await lab.call('paths/grant', { paths: [folder] })
  for (const [method, input] of asked.slice(1)) await lab.requestOfPage(method, input)
  // A folder beside it is still unknown.
  const other = { study: fakeStudy([`${folder}/..`], [1], 'other') }
  await expect(lab.requestOfPage('studies/save', other)).rejects.toMatchObject({ code: 'bad-input' })
})

it('lets the page keep a path that stands in the study already', async () => {
  const lab = fakeLab({ start: 'none' })
  const study = fakeStudy(['/data/pictures'])
  await lab.call('studies/save', { study })
  await lab.requestOfPage('studies/save', { study: { ...study, title: 'Another' } })
  await expect(lab.requestOfPage('studies/save', { study: { ...study, id: 'new' } })).rejects.toMatchObject({
    code: 'bad-input',
  })
})

it('finds paths wherever they stand', () => {
  const study = {
    base: { data: { path: '/a' }, initialization: { file: { path: '/b' }, 'file.path': '/c' } },
    axes: [{ name: 'path', points: [{ label: '/no', set: { 'data.path': '/d', seed: 1 } }] }],
  }
  expect(namedPaths(study)).toEqual(['/a', '/b', '/c', '/d'])
  expect(namedPaths({ file: '' })).toEqual([])
})

it('lets the page name the weights of an own model, which are no file that it could choose', async () => {
  const lab = fakeLab({ start: 'none' })
  const file = { path: 'own:net' }
  const study = { ...fakeStudy([]), axes: [], base: { initialization: { scheme: 'file', file } } }
  await lab.requestOfPage('studies/save', { study })
})

it('refuses what is nested deeper than a stack is high, by page and shell', async () => {
  const lab = fakeLab({ start: 'none' })
  let deep: unknown = 1
  for (let level = 0; level < 20_000; level++) deep = level % 2 ? [deep] : { set: deep }
  const study = { ...fakeStudy([]), base: deep }
  const refusal = { code: 'bad-input', message: expect.stringContaining('64 levels') }
  await expect(lab.requestOfPage('studies/save', { study })).rejects.toMatchObject(refusal)
  await expect(lab.request('studies/save', { study })).rejects.toMatchObject(refusal)
})
