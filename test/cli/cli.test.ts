import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readNpz } from '../../src/engine/interchange/npz.ts'
import { fakeLab, temporaryFolder } from '../lab/support.ts'
import { lab, studyFile } from './support.ts'

describe('study run', () => {
  it('runs a file, tells progress, ends with the table; runs and export show the same', async () => {
    const home = temporaryFolder()
    const result = await lab(home, ['study', 'run', studyFile(home, ['steps=20', 'steps=30'])])
    expect(result).toMatchObject({ code: 0 })
    expect(result.out).toMatch(/Test accuracy/)
    expect(result.out.match(/± [\d.]+_? +2 /g)).toHaveLength(2)
    expect(result.err).toContain('[4/4]')
    const rows = JSON.parse((await lab(home, ['runs', '--study', 'fake', '--json'])).out) as {
      status: string
    }[]
    expect(rows.map(({ status }) => status)).toEqual(['finished', 'finished', 'finished', 'finished'])
    const file = join(home, 'out.csv')
    expect((await lab(home, ['export', '--study', 'fake', '--what', 'runs', '--out', file])).code).toBe(0)
    expect(readFileSync(file, 'utf8').trimEnd().split('\r\n')).toHaveLength(5)
  })

  it('ends with 1 when a run failed, and goes on with the others', async () => {
    const home = temporaryFolder()
    const result = await lab(home, ['study', 'run', studyFile(home, ['steps=20 fail=5', 'steps=20'])])
    expect(result.code).toBe(1)
    expect(result.err).toContain('made to fail at step 5')
    expect(result.out).toMatch(/± [\d.]+ +2 /)
    expect(result.out).toMatch(/–\* +0 of 2 /)
    const left = await lab(home, ['resume'])
    expect(left.code).toBe(1)
    expect(left.err).toMatch(/failed: made to fail at step 5[^]*resume --retry/)
  })

  it('stops at a checkpoint when interrupted; resume goes on', async () => {
    const home = temporaryFolder()
    const result = await lab(home, ['study', 'run', studyFile(home, ['steps=400 ms=6'])], (listener) =>
      setTimeout(listener, 1000),
    )
    expect(result.code).toBe(130)
    const before = JSON.parse((await lab(home, ['runs', '--json'])).out) as { status: string; step: number }[]
    expect(before.map(({ status }) => status)).toEqual(['interrupted', 'queued'])
    expect(before[0].step).toBeGreaterThan(0)
    expect((await lab(home, ['resume'])).code).toBe(0)
    const after = JSON.parse((await lab(home, ['runs', '--json'])).out) as {
      status: string
      last: Record<string, number>
    }[]
    expect(after.map(({ status }) => status)).toEqual(['finished', 'finished'])
    expect((await lab(home, ['resume'])).err).toContain('Nothing to resume')
  })
})

describe('bad input', () => {
  it.each([
    [['study', 'run', 'quick-start', '--set', 'sparsity.density=1.5'], /sparsity\.density/],
    [['study', 'run', 'quick-start', '--set', 'training.epochs=-1'], /training\.epochs.*from 0/],
    [['study', 'run', 'quick-start', '--set', 'training.epoch=1'], /training\.epochs/],
    [['study', 'run', 'quick-start', '--backend', 'gpu'], /Allowed choices are auto/],
    [['study', 'run', 'quick-start', '--seeds', '1,x'], /“x” is no seed/],
    [['study', 'run', 'nothing'], /Known: quick-start/],
    [['study', 'run', 'nothing.json'], /There is no file/],
    [['study', 'show'], /missing required argument/],
    [['init', '--shape', '16x16', '--density', '0'], /greater than 0 and at most 1/],
    [['init', '--shape', '16x16', '--density', '0.01'], /0\.0625/],
    [['init', '--shape', '16x16', '--scheme', 'eio'], /Allowed choices are/],
    [['init', '--shape', '16'], /2 sides/],
    [['theory', '--size', '16'], /--rotations/],
    [['theory'], /--size/],
    [['export', '--what', 'all', '--out', 'x'], /Allowed choices are groups/],
    [['fly'], /unknown command/],
  ])('%j ends with 2 and says what is allowed', async (words, message) => {
    const home = temporaryFolder()
    const { code, out, err } = await lab(home, words)
    expect(err).toMatch(message)
    expect(err).toMatch(/^error: /)
    expect(code).toBe(2)
    expect(out).toBe('')
  })

  it.skipIf(process.platform === 'win32')('a device is refused where a file is read whole', async () => {
    const home = temporaryFolder()
    for (const words of [
      ['study', 'run', '/dev/zero'],
      ['init', '--shape', '8x8', '--pattern', '/dev/zero'],
    ]) {
      const { code, err } = await lab(home, words)
      expect(code).toBeGreaterThan(0)
      expect(err).toMatch(/^error: \/dev\/zero is a device/)
    }
  })

  it('a broken file says where, and stores nothing', async () => {
    const home = temporaryFolder()
    const file = join(home, 'broken.json')
    writeFileSync(file, '{"model": {"name": "mlp",}')
    expect(await lab(home, ['study', 'run', file])).toMatchObject({
      code: 2,
      err: expect.stringMatching(/broken\.json is not JSON/) as string,
    })
    writeFileSync(file, '{"model": {"name": "mpl"}}')
    expect(await lab(home, ['study', 'run', file])).toMatchObject({
      code: 2,
      err: expect.stringMatching(/model\.name.*one of mlp/) as string,
    })
    expect((await lab(home, ['runs', '--json'])).out.trim()).toBe('[]')
  })

  it('writing commands beside a running lab say who has the home; reading ones work', async () => {
    const home = temporaryFolder()
    fakeLab({ home })
    const result = await lab(home, ['study', 'run', 'quick-start'])
    expect(result).toMatchObject({
      code: 1,
      err: expect.stringContaining(`process ${process.pid}`) as string,
    })
    expect((await lab(home, ['runs'])).code).toBe(0)
    expect((await lab(home, ['study', 'list', '--json'])).code).toBe(0)
  })
})

describe('small commands', () => {
  it('init writes the arrays that it reports', async () => {
    const home = temporaryFolder()
    const file = join(home, 'w.npz')
    const { code, out } = await lab(home, [
      'init',
      '--shape',
      '3x3x16x16',
      '--density',
      '0.1',
      '--scheme',
      'eoi',
      '--out',
      file,
      '--json',
    ])
    expect(code).toBe(0)
    const report = JSON.parse(out) as {
      nonzeros: number
      density: number
      rotations: number
      residual: number
    }
    const arrays = new Map(readNpz(new Uint8Array(readFileSync(file))).map((array) => [array.name, array]))
    const mask = [...(arrays.get('mask')?.data ?? [])]
    expect(arrays.get('weight')?.shape).toEqual([3, 3, 16, 16])
    expect(mask.filter((each) => each === 1)).toHaveLength(report.nonzeros)
    expect(
      [...(arrays.get('weight')?.data ?? [])].every((value, index) => mask[index] === 1 || value === 0),
    ).toBe(true)
    expect(report.residual).toBeLessThan(1e-12)
    expect(report.rotations).toBeGreaterThan(0)
    expect(existsSync(`${file}.part`)).toBe(false)
  })

  it('spec, theory, density, model, doctor answer JSON', async () => {
    const home = temporaryFolder()
    const read = async (...words: string[]): Promise<Record<string, unknown>> =>
      JSON.parse((await lab(home, words)).out) as Record<string, unknown>
    expect(await read('spec', '--schema')).toMatchObject({ properties: { sparsity: {} } })
    expect(
      await read('theory', 'critical', '--gain', '1.0247', '--scheme', 'base', '--density', '0.25', '--json'),
    ).toMatchObject({ scheme: 'base', density: 0.25, effectiveGain: 1.0247 / 2, s1: 0.0625 - 1 })
    expect(await read('theory', '--size', '128', '--density', '0.125', '--json')).toMatchObject({
      rotations: 192,
    })
    expect(
      await read('density', '--model', 'mlp', '--density', '0.2', '--distribution', 'uniform', '--json'),
    ).toMatchObject({ notes: [] })
    expect(await read('model', 'show', 'resnet', '--set', 'model.depth=20', '--json')).toMatchObject({
      name: 'resnet',
    })
    expect(await read('doctor', '--json')).toMatchObject({ autoBackend: 'reference' })
  })

  it('density names what works without data where the data cannot be had', async () => {
    const home = temporaryFolder()
    const words = [
      'density',
      '--density',
      '0.1',
      '--set',
      'data.name=image-folder',
      '--set',
      'data.path=/nowhere',
    ]
    const refused = await lab(home, [...words, '--distribution', 'snip'])
    expect(refused.code).not.toBe(0)
    expect(refused.err).toMatch(/snip scores weights on image-folder.*\/nowhere/s)
    expect(refused.err).toMatch(
      /Without data work uniform, uniform-skip, er, erk, synflow, magnitude, .* and ntk-sap\./,
    )
  })

  it('model show takes size, input, classes, density, distribution and scheme', async () => {
    const home = temporaryFolder()
    const words = ['model', 'show', 'resnet', '--depth', '32', '--input', '64x64x3', '--classes', '200']
    const sparse = ['--density', '0.1', '--distribution', 'uniform', '--scheme', 'eoi', '--json']
    const { code, out } = await lab(home, [...words, ...sparse])
    expect(code).toBe(0)
    const model = JSON.parse(out) as {
      network: string
      parameters: number
      kept: number
      layers: {
        name: string
        shape: number[]
        kernel: number[] | null
        density: number | null
        maskable: boolean
      }[]
    }
    expect(model.network).toBe('resnet-32')
    const first = model.layers.find(({ name }) => name === 'stem.conv')
    expect(first).toMatchObject({ shape: [64, 64, 16], kernel: [3, 3, 3, 16], maskable: true })
    expect(model.layers.at(-1)).toMatchObject({ shape: [200], kernel: [64, 200] })
    expect(first?.density).toBeCloseTo(0.1, 1)
    expect(model.kept).toBeLessThan(0.12 * model.parameters)
    const names = JSON.parse((await lab(home, ['model', 'list', '--json'])).out) as { name: string }[]
    expect(names.map(({ name }) => name)).toContain('deit-small')
  })

  it.each([
    [['model', 'show', 'vgg', '--depth', '12'], /11, 13, 16, 19/],
    [['model', 'show', 'vgg', '--input', '32x32'], /height x width x channels/],
    [['model', 'show', 'resnets'], /Allowed choices are mlp/],
    [['model', 'show', 'mlp', '--density', '0'], /greater than 0/],
    [['data', 'check', 'mnist', '--path', 'nowhere'], /nowhere is not there/],
    [['data', 'check', '--path', '.'], /say which data set/],
    [['data', 'get', 'svhn'], /Allowed choices are mnist/],
    [['data', 'link', 'mnist'], /either --path <folder> or --remove/],
  ])('%j ends with 2 and says what is allowed', async (words, message) => {
    const { code, err } = await lab(temporaryFolder(), words)
    expect(err).toMatch(message)
    expect(code).toBe(2)
  })

  it('data list and check tell a linked folder from a wrong one', async () => {
    const home = temporaryFolder()
    const folder = join(home, 'folder')
    process.env['GIVENS_DATA'] = join(home, 'store')
    try {
      mkdirSync(folder)
      expect((await lab(home, ['data', 'link', 'tiny-imagenet', '--path', folder])).code).toBe(0)
      expect((await lab(home, ['data', 'list'])).out).toMatch(/tiny-imagenet +linked +.*folder/)
      const wrong = await lab(home, ['data', 'check', 'tiny-imagenet'])
      expect(wrong).toMatchObject({ code: 1, out: expect.stringMatching(/not in order[^]*train/) as string })
      expect((await lab(home, ['data', 'link', 'tiny-imagenet', '--remove'])).code).toBe(0)
      expect((await lab(home, ['data', 'get', 'tiny-imagenet'])).err).toMatch(/no registry carries it/)
    } finally {
      delete process.env['GIVENS_DATA']
    }
  })
})
