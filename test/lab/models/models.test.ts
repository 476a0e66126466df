// Own models in a home: names, contents, what runs keep, and what travels.
import { createHash } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { strFromU8, strToU8, unzipSync, zipSync } from 'fflate'
import { describe, expect, it } from 'vitest'
import type { Lab } from '../../../src/lab/lab.ts'
import { fakeLab, start, temporaryFolder, until } from '../support.ts'

interface Options {
  readonly width?: number
  readonly title?: string
}

/** A small network for MNIST, as a file. */
function modelFile({ width = 8, title = 'Small' }: Options = {}, name = 'small.json'): string {
  const file = join(temporaryFolder(), name)
  const layers = [
    { name: 'flatten', kind: 'flatten' },
    { name: 'hidden', kind: 'dense', units: '$width' },
    { name: 'relu', kind: 'activation', activation: 'relu' },
    { name: 'classifier', kind: 'dense', units: '$classes' },
  ]
  const head = { format: 'givens-bench-model', version: 1, title, input: [28, 28, 1], classes: 10 }
  writeFileSync(file, JSON.stringify({ ...head, settings: { width }, layers }))
  return file
}

const study = (id: string, more: object = {}) => ({
  id,
  title: id,
  base: { model: { name: 'own:small', ...more }, data: { name: 'mnist', path: 'steps=5' } },
  seeds: [1],
})

async function ran(lab: Lab, id: string, more: object = {}): Promise<readonly number[]> {
  const runs = await start(lab, study(id, more))
  await until(lab, runs, 'finished')
  return runs
}

describe('own models of a home', () => {
  it('are listed with their sizes, under the name of the file or one that is given', async () => {
    const lab = fakeLab()
    const { model, before } = await lab.call('models/import', { file: modelFile() })
    expect(before).toBe('nothing')
    expect(model).toMatchObject({
      name: 'own:small',
      title: 'Small',
      source: 'small.json',
      data: 'mnist',
      settings: { width: 8 },
      layers: 4,
      parameters: 784 * 8 + 8 + 80 + 10,
      maskable: 784 * 8 + 80,
      runs: 0,
      formerRuns: 0,
    })
    await lab.call('models/import', { file: modelFile({}, 'A (b)!.json') })
    await lab.call('models/import', { file: modelFile(), name: 'own:third' })
    const list = await lab.call('models/list', {})
    expect(list.map(({ name }) => name)).toEqual(['own:A-b', 'own:small', 'own:third'])
    expect(new Set(list.map(({ hash }) => hash)).size).toBe(1)
    const bad = lab.call('models/import', { file: modelFile(), name: 'a b' })
    await expect(bad).rejects.toThrow(/“a b” is no name for a model/)
    await expect(lab.call('models/import', { file: '/nowhere.json' })).rejects.toThrow(/There is no file/)
    const broken = join(temporaryFolder(), 'x.json')
    writeFileSync(broken, '{"format": ')
    await expect(lab.call('models/import', { file: broken })).rejects.toThrow(/x\.json is no JSON/)
  })

  it('are shown as any model, at their own width and others', async () => {
    const lab = fakeLab()
    await lab.call('models/import', { file: modelFile() })
    const show = (model: object) =>
      lab.call('model/show', {
        spec: { model: { name: 'own:small', ...model }, sparsity: { distribution: 'erk', density: 0.1 } },
      })
    expect(await show({})).toMatchObject({ name: 'own:small', input: [28, 28, 1], parameters: 6370 })
    expect(await show({ width: 16 })).toMatchObject({ parameters: 784 * 16 + 16 + 160 + 10 })
    expect((await show({})).density).toBeCloseTo(0.1, 3)
    await expect(show({ depth: 3 })).rejects.toThrow(/declares no setting “depth”/)
    await expect(lab.call('model/show', { spec: { model: { name: 'own:smal' } } })).rejects.toThrow(
      /There is no model “own:smal”\. Did you mean “own:small”/,
    )
  })

  it('give runs their content, which stays when the name means another model or none', async () => {
    const lab = fakeLab()
    const { model: first } = await lab.call('models/import', { file: modelFile() })
    const [one] = await ran(lab, 'first')
    const spec = async (run: number) => (await lab.call('runs/get', { id: run })).row.spec.model
    expect(await spec(one)).toMatchObject({ name: 'own:small', sha256: first.hash, width: 8 })

    // The same content again is the same run.
    expect((await lab.call('models/import', { file: modelFile({ title: 'Other words' }) })).before).toBe(
      'the same',
    )
    expect(await lab.call('studies/start', { id: 'first' })).toMatchObject({ queued: 0, reused: 1 })

    const changed = await lab.call('models/import', { file: modelFile({ width: 9 }) })
    expect(changed.before).toBe('another')
    expect(changed.model).toMatchObject({ runs: 0, formerRuns: 1 })
    const again = await lab.call('studies/start', { id: 'first' })
    expect(again).toMatchObject({ queued: 1 })
    await until(lab, again.runs, 'finished')
    expect(await spec(one)).toMatchObject({ sha256: first.hash })
    expect(await spec(again.runs[0])).toMatchObject({ sha256: changed.model.hash, width: 9 })

    expect(await lab.call('models/remove', { name: 'own:small' })).toEqual({ name: 'own:small', runs: 1 })
    expect(await lab.call('models/list', {})).toEqual([])
    await expect(lab.call('studies/start', { id: 'first' })).rejects.toThrow(/This home has no own models/)
    await lab.call('runs/retry', { ids: [one] })
    await until(lab, [one], 'finished')
    expect((await lab.call('runs/get', { id: one })).row.error).toBeNull()
  })

  it('are told as problems of a study where they do not fit', async () => {
    const lab = fakeLab()
    await lab.call('models/import', { file: modelFile() })
    const estimate = (more: object) => lab.call('studies/estimate', { study: study('x', more) })
    expect(await estimate({})).toMatchObject({ runs: 1, problems: [] })
    expect((await estimate({ depthMultiplier: 2 })).problems).toEqual([
      expect.stringMatching(/declares no setting “depth”, so model\.depthMultiplier cannot be 2/),
    ])
    expect((await estimate({ name: 'own:gone' })).problems).toEqual([
      expect.stringMatching(/There is no model “own:gone”.*Own models here: own:small/),
    ])
  })

  it('have widths as an axis, and stand beside families in one', async () => {
    const lab = fakeLab()
    await lab.call('models/import', { file: modelFile() })
    const points: { label: string; set: Record<string, string | number> }[] = [
      { label: 'own', set: { 'model.name': 'own:small' } },
      { label: 'own, 16', set: { 'model.name': 'own:small', 'model.width': 16 } },
      { label: 'mlp', set: { 'model.name': 'mlp' } },
    ]
    const runs = await start(lab, { ...study('axis'), axes: [{ name: 'Model', points }] })
    const rows = await lab.call('runs/list', { study: 'axis' })
    expect(runs).toHaveLength(3)
    expect(rows.map(({ spec: { model } }) => [model.name, model.width, model.sha256.length])).toEqual([
      ['own:small', 8, 64],
      ['own:small', 16, 64],
      ['mlp', 100, 0],
    ])
  })

  it('travel in bundles with the runs that have them, and take a name that is free', async () => {
    const lab = fakeLab()
    const { model } = await lab.call('models/import', { file: modelFile() })
    await ran(lab, 'shared')
    const file = join(temporaryFolder(), 'shared.givens')
    await lab.call('bundle/export', { study: 'shared', file })

    const home = temporaryFolder()
    const other = fakeLab({ home })
    expect(await other.call('bundle/import', { file })).toMatchObject({ models: ['own:small'] })
    const [arrived] = await other.call('models/list', {})
    expect(arrived).toMatchObject({ name: 'own:small', hash: model.hash, title: 'Small', runs: 1 })
    expect(await other.call('studies/start', { id: 'shared' })).toMatchObject({ queued: 0, reused: 1 })
    await other.close()
    // The content is in the home, not only in the memory of the process that imported it.
    expect(await fakeLab({ home }).call('models/list', {})).toMatchObject([{ hash: model.hash }])

    const third = fakeLab()
    await third.call('models/import', { file: modelFile({ width: 5 }) })
    expect(await third.call('bundle/import', { file })).toMatchObject({ models: [] })
    expect(await third.call('models/list', {})).toMatchObject([{ settings: { width: 5 }, formerRuns: 1 }])

    const files = unzipSync(readFileSync(file))
    const manifest = JSON.parse(strFromU8(files['manifest.json'])) as { version: number }
    expect(manifest.version).toBe(2)
    const damaged = join(temporaryFolder(), 'damaged.givens')
    const text = JSON.stringify({ ...(JSON.parse(strFromU8(files['bundle.json'])) as object), own: [] })
    const bytes = strToU8(text)
    const entry = { bytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') }
    const renewed = {
      ...manifest,
      files: { ...(manifest as { files?: object }).files, 'bundle.json': entry },
    }
    writeFileSync(
      damaged,
      zipSync({ ...files, 'bundle.json': bytes, 'manifest.json': strToU8(JSON.stringify(renewed)) }),
    )
    await expect(fakeLab().call('bundle/import', { file: damaged })).rejects.toThrow(
      /the model own:small of a run is missing/,
    )
  })

  it('are exported as a file that means the same model', async () => {
    const lab = fakeLab()
    const { model } = await lab.call('models/import', { file: modelFile() })
    const file = join(temporaryFolder(), 'out.json')
    await lab.call('models/export', { name: 'small', file })
    const back = await lab.call('models/import', { file, name: 'back' })
    expect(back.model).toMatchObject({ hash: model.hash, title: 'Small' })
  })
})
