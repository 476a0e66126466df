import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import Papa from 'papaparse'
import { runCommandLine } from '../../src/cli/program.ts'
import type { QueueEntry } from '../../src/shared/contract/queue.ts'
import { FAKE_WORKER, fakeLab, fakeStudy, start, temporaryFolder, until } from '../lab/support.ts'

async function lab(home: string, ...words: string[]): Promise<{ code: number; out: string; err: string }> {
  const result = { out: '', err: '' }
  const code = await runCommandLine(['--home', home, ...words], {
    out: (text) => void (result.out += text),
    err: (text) => void (result.err += text),
    live: false,
    workerUrl: FAKE_WORKER,
    environment: {},
    onInterrupt: () => () => undefined,
  })
  return { code, ...result }
}

const csv = (file: string) =>
  Papa.parse<Record<string, string>>(readFileSync(file, 'utf8').trimEnd(), { header: true }).data

describe('presets that train nothing', () => {
  it('kernel: pictures of every form, all weight in the centre', async () => {
    const home = temporaryFolder()
    const [table, picture] = [join(home, 'f.csv'), join(home, 'f.svg')]
    const done = await lab(home, 'study', 'run', 'appendix-f', '--out', table, '--out', picture)
    expect(done.code).toBe(0)
    const rows = csv(table)
    expect(rows.map((row) => row['form'])).toEqual(['Plain', 'More nonzeros', 'Structured'])
    for (const row of rows) {
      expect(row['entries']).toBe(String(9 * 16 * 16))
      expect(row['nonzeros_in_centre']).toBe(row['nonzeros'])
      expect(Number(row['unmasked'])).toBeGreaterThan(220)
    }
    for (const [name, row] of [
      ['plain', 0],
      ['more-nonzeros', 1],
      ['structured', 2],
    ] as const) {
      const svg = readFileSync(join(home, `f-${name}.svg`), 'utf8')
      const [, above, below, zeros] =
        /; (\d+) weights above 0 .*?(\d+) below.*?(\d+) unmasked/.exec(
          svg.replaceAll(/<[^>]*>|\s+/g, ' ').replaceAll('  ', ' '),
        ) ?? []
      expect(Number(above) + Number(below)).toBe(Number(rows[row]['nonzeros']))
      expect(Number(zeros)).toBe(Number(rows[row]['unmasked']) - Number(rows[row]['nonzeros']))
    }
  })

  it('timing: one row per case, of the grid’s sizes, densities and schemes', async () => {
    const { presetStudies } = await import('../../src/shared/studies/index.ts')
    const { timingsOf } = await import('../../src/shared/studies/untrained.ts')
    const reduced = presetStudies().find(({ study }) => study.id === 'figure-5-reduced')
    if (!reduced) throw new Error('no figure-5-reduced')
    expect(timingsOf(reduced.study)).toEqual([
      {
        schemes: ['eoi', 'ai', 'sao', 'qr'],
        sizes: [32, 64, 128, 256, 512],
        densities: [1 / 32, 1 / 16, 1 / 8, 1 / 2],
        repeats: 3,
        aiSteps: 10_000,
        seed: 1,
        backend: 'auto',
      },
    ])
    const whole = presetStudies().find(({ study }) => study.id === 'figure-5')
    expect(whole && timingsOf(whole.study).map(({ seed, repeats }) => [seed, repeats])).toEqual([
      [1, 1],
      [2, 1],
      [3, 1],
    ])
  })

  it('refuses a figure of a table, and a file whose format nobody can tell, before any work', async () => {
    const home = temporaryFolder()
    const unknown = await lab(home, 'study', 'run', 'appendix-f', '--out', join(home, 'f.xyz'))
    expect(unknown).toMatchObject({ code: 2, err: expect.stringContaining('.csv, .tex') as string })
    const figure = await lab(home, 'study', 'run', 'quick-start', '--out', join(home, 'f.svg'))
    expect(figure).toMatchObject({ code: 2, err: expect.stringContaining('export --what figure') as string })
    expect(existsSync(join(home, 'bench.sqlite'))).toBe(false)
  })
})

describe('study run --on', () => {
  it('stores a study file that is sent, and not one that is only asked about', async () => {
    const home = temporaryFolder()
    const file = join(home, 'own.json')
    writeFileSync(file, JSON.stringify({ ...fakeStudy(['steps=3']), id: 'own' }))
    const told = await lab(home, 'study', 'run', file, '--on', 'none', '--dry-run')
    expect(told.err).toContain('none')
    expect((await lab(home, 'study', 'show', 'own')).code).not.toBe(0)
    await lab(home, 'study', 'run', file, '--on', 'none')
    expect((await lab(home, 'study', 'show', 'own')).code).toBe(0)
  })
})

describe('study compare', () => {
  it('shows the table and its tests of stored runs, without running any', async () => {
    const home = temporaryFolder()
    const own = fakeLab({ home })
    await until(own, await start(own, fakeStudy(['steps=12', 'steps=20'], [1, 2, 3])), 'finished')
    const table = await own.call('compare/table', {
      study: 'fake',
      metric: 'train.loss',
      at: 'best',
      significance: true,
    })
    const words = ['study', 'compare', 'fake', '--metric', 'train.loss', '--at', 'best', '--significance']
    const json = await lab(home, ...words, '--json')
    expect(JSON.parse(json.out)).toEqual(JSON.parse(JSON.stringify(table)))
    const text = await lab(home, ...words)
    expect(text.out).toContain('Training loss')
    expect(text.out.match(/ ± /g)?.length).toBeGreaterThanOrEqual(2)
    expect(text.out).toContain('p (Holm)')
    expect((await lab(home, 'study', 'compare', 'none')).code).toBe(2)
    const against = await lab(home, ...words, '--reference', 'steps=12')
    expect(against.out).toContain('Δ steps=12')
    const unknown = await lab(home, ...words, '--reference', 'nobody')
    expect([unknown.code, unknown.out]).toEqual([2, ''])
    expect(unknown.err).toMatch(/no row is held against “nobody”. Known: .*steps=20/)
    await own.close()
    const link = 'givens://compare?runs=1-6&metric=train.loss&at=best&reference=steps%3D12'
    expect((await lab(home, 'view', 'save', 'Both', link)).code).toBe(0)
    expect((await lab(home, 'view', 'list')).out).toContain(link)
    const shown = await lab(home, 'view', 'show', 'Both')
    expect(shown.out).toContain('Δ steps=12')
    const file = join(home, 'v.csv')
    const what = ['--view', 'Both', '--what', 'groups', '--out', file]
    expect((await lab(home, 'export', ...what)).code).toBe(0)
    expect(csv(file).map((row) => row['reference'])).toEqual(['', 'steps=12'])
    expect((await lab(home, 'view', 'save', 'No', 'givens://runs')).code).toBe(2)
    expect((await lab(home, 'view', 'delete', 'Both')).code).toBe(0)
    expect((await lab(home, 'view', 'show', 'Both')).err).toContain('There is no saved comparison “Both”')
  })
})

describe('queue', () => {
  it('lists and moves waiting runs, and refuses more than one place', async () => {
    const home = temporaryFolder()
    const own = fakeLab({ home, start: 'none' })
    const [a, b, c] = await start(own, fakeStudy(['steps=5', 'steps=6', 'steps=7']))
    await own.close()
    const order = async (...words: string[]) =>
      (JSON.parse((await lab(home, 'queue', ...words, '--json')).out) as QueueEntry[]).map(({ run }) => run)
    expect(await order('list')).toEqual([a, b, c])
    expect(await order('move', `${c},${b}`, '--front')).toEqual([c, b, a])
    expect(await order('move', String(a), '--before', String(b))).toEqual([c, a, b])
    expect(await order('move', String(b), '--priority', 'high')).toEqual([b, c, a])
    expect((await lab(home, 'queue')).out).toMatch(/high/)
    expect((await lab(home, 'queue', 'move', String(a), '--front', '--back')).code).toBe(2)
  })
})
