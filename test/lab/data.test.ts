import { existsSync, lstatSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Transformer } from '@napi-rs/image'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Lab } from '../../src/lab/lab.ts'
import { fakeLab, temporaryFolder } from './support.ts'
import { WORKER } from '../entries.ts'

let store = ''

beforeEach(() => {
  store = temporaryFolder()
  process.env['GIVENS_DATA'] = store
})
afterEach(() => {
  delete process.env['GIVENS_DATA']
})

const lab = (): Lab => fakeLab({ workerUrl: WORKER, start: 'none' })

/** CIFAR-100's form with `count` records of class k, k + 1, …; a wrong size when `cut`. */
function writeCifar100(folder: string, count: number, cut = 0): void {
  mkdirSync(folder, { recursive: true })
  for (const name of ['train.bin', 'test.bin']) {
    const bytes = new Uint8Array(count * 3074)
    for (let row = 0; row < count; row++) {
      bytes[row * 3074 + 1] = row % 100
      bytes.fill(row % 256, row * 3074 + 2, (row + 1) * 3074)
    }
    writeFileSync(join(folder, name), bytes.subarray(0, bytes.length - cut))
  }
}

function pixelOf(address: string): number {
  const bytes = Buffer.from(address.split(',')[1], 'base64')
  return new Transformer(bytes).rawPixelsSync()[0]
}

describe('data sets of the lab', () => {
  it('are listed with what is there, and where a user’s folder stands for one', async () => {
    const folder = join(temporaryFolder(), 'cifar')
    writeCifar100(folder, 120)
    const opened = lab()
    const before = await opened.call('data/list', {})
    // The bench makes a text.
    expect(before.filter(({ present }) => present).map(({ name }) => name)).toEqual(['text'])
    expect(before.find(({ name }) => name === 'cifar-10')?.download).toBeGreaterThan(1e8)

    const linked = await opened.call('data/link', { name: 'cifar-100', path: folder })
    expect(linked).toMatchObject({ present: true, link: folder, bytes: null })
    expect(lstatSync(join(store, 'cifar-100')).isSymbolicLink()).toBe(true)
    expect(await opened.call('data/check', { name: 'cifar-100' })).toMatchObject({
      ok: true,
      train: 108,
      validation: 12,
      test: 120,
      classes: 100,
      shape: [32, 32, 3],
    })
    const after = await opened.call('data/link', { name: 'cifar-100', path: null })
    expect(after).toMatchObject({ present: false, link: null })
    expect(readdirSync(folder)).toHaveLength(2)
  })

  it('refuse a link over a set of the store, and a folder that is not there', async () => {
    writeCifar100(join(store, 'cifar-100'), 100)
    const opened = lab()
    const other = temporaryFolder()
    await expect(opened.call('data/link', { name: 'cifar-100', path: other })).rejects.toMatchObject({
      code: 'conflict',
    })
    await expect(
      opened.call('data/link', { name: 'tiny-imagenet', path: join(other, 'no') }),
    ).rejects.toMatchObject({
      code: 'not-found',
    })
    expect(existsSync(join(store, 'cifar-100', 'train.bin'))).toBe(true)
  })

  it('say what is wrong with a truncated or missing set', async () => {
    const folder = temporaryFolder()
    writeCifar100(folder, 20, 7)
    const cut = await lab().call('data/check', { name: 'cifar-100', path: folder })
    expect(cut.ok).toBe(false)
    expect(cut.findings.join()).toMatch(/no whole number of records of 3074 bytes/)
    const missing = await lab().call('data/check', { name: 'cifar-100', path: join(folder, 'nowhere') })
    expect(missing.findings.join()).toMatch(/is not there; expected are train\.bin/)
  })

  it('show the first images of each class, in order', async () => {
    const folder = temporaryFolder()
    writeCifar100(folder, 250)
    const shown = await lab().call('data/samples', {
      name: 'cifar-100',
      path: folder,
      perClass: 3,
      classes: 4,
    })
    expect(shown.omitted).toBe(96)
    expect(shown.samples.map(({ label }) => label)).toEqual([0, 0, 0, 1, 1, 1, 2, 2, 2, 3, 3, 3])
    expect(shown.samples.slice(0, 3).map(({ image }) => pixelOf(image))).toEqual([0, 100, 200])
  })

  it('can be cancelled while they come in; nothing is left', async () => {
    const opened = lab()
    const getting = opened.call('data/get', { name: 'cifar-10' }).then(
      () => 'there',
      (error: unknown) => (error as { code: string }).code,
    )
    expect(await opened.call('data/cancel', { name: 'cifar-10' })).toMatchObject({
      present: false,
      fetching: null,
    })
    expect(await getting).toBe('cancelled')
    expect(existsSync(store) ? readdirSync(store) : []).toEqual([])
  })
})

describe('models of the lab', () => {
  const resnet = { model: { name: 'resnet', depth: 20 }, data: { name: 'cifar-10' } }

  it('are described densely, with ERK, and with what EOI reaches', async () => {
    const opened = lab()
    const dense = await opened.call('model/show', { spec: resnet })
    expect(dense).toMatchObject({ name: 'resnet-20', parameters: 272474, kept: 272474, density: 1 })
    expect(dense.sparseOperations).toBe(dense.operations)
    const spec = { ...resnet, sparsity: { density: 0.1, distribution: 'erk' } }
    const erk = await opened.call('model/show', { spec })
    expect(erk.density).toBeCloseTo(0.1, 4)
    expect(erk.layers.find(({ name }) => name === 'stem.conv')?.density).toBeGreaterThan(0.9)
    const eoi = await opened.call('model/show', { spec: { ...spec, initialization: { scheme: 'eoi' } } })
    expect(eoi.density).toBeCloseTo(0.1, 3)
    expect(eoi.layers.map(({ nonzeros }) => nonzeros)).not.toContain(0)
  })

  it('say what they cannot do, and download nothing', async () => {
    const opened = lab()
    const spec = { ...resnet, sparsity: { density: 0.1, distribution: 'snip' } }
    await expect(opened.call('model/show', { spec })).rejects.toThrow(/fetch it first/)
    await expect(opened.call('model/show', { spec: { model: { name: 'vgg', depth: 12 } } })).rejects.toThrow()
    await expect(opened.call('model/show', { spec: resnet, input: [32, 32] })).rejects.toThrow(/neither/)
  })
})
