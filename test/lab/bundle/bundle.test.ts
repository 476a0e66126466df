import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { strFromU8, strToU8, unzipSync, zipSync } from 'fflate'
import { describe, expect, it, vi } from 'vitest'
import type { RunRow } from '../../../src/shared/contract/lab.ts'
import type { Lab } from '../../../src/lab/lab.ts'
import { curve, fakeLab, fakeStudy, start, temporaryFolder, until } from '../support.ts'

vi.mock('../../../src/lab/run/pool.ts', () => import('../../fakes/no-thread.ts'))

async function shared(): Promise<{ lab: Lab; file: string; rows: readonly RunRow[] }> {
  const lab = fakeLab()
  const runs = await start(lab, fakeStudy(['steps=50', 'steps=30 nan=25', 'steps=20 fail=7'], [1, 2]))
  await until(lab, runs, 'finished', 'diverged', 'failed')
  await lab.call('runs/annotate', { ids: [runs[0]], tags: ['paper'], note: 'a, "quoted"\nnote' })
  const file = join(temporaryFolder(), 'fake.givens')
  await lab.call('bundle/export', { study: 'fake', file })
  return { lab, file, rows: await lab.call('runs/list', { study: 'fake' }) }
}

/** What is the run's own: numbers of rows and the text of times are the home's. */
function own({ id: _id, error, ...row }: RunRow): unknown {
  return { ...row, error: error?.message ?? null }
}

/** The bundle with one of its files changed; the manifest stays as it was. */
function changed(file: string, name: string, change: (text: string) => string): string {
  const files = unzipSync(readFileSync(file))
  const other = join(temporaryFolder(), 'changed.givens')
  writeFileSync(other, zipSync({ ...files, [name]: strToU8(change(strFromU8(files[name]))) }))
  return other
}

describe('bundles', () => {
  it('hold some of the runs, or the study alone', async () => {
    const { lab, file, rows } = await shared()
    const [first, second] = [rows[1].id, rows[3].id]
    const some = { study: 'fake', file, runs: [second, first] }
    expect(await lab.call('bundle/export', some)).toMatchObject({ runs: 2 })
    const other = fakeLab()
    await other.call('bundle/import', { file })
    const came = await other.call('runs/list', { study: 'fake' })
    expect(came.map(({ identity }) => identity)).toEqual([rows[1].identity, rows[3].identity])
    await expect(lab.call('bundle/export', { ...some, runs: [first, 999] })).rejects.toThrow(
      /Run 999: none of/,
    )
    await lab.call('studies/save', { study: fakeStudy(['steps=1'], [1], 'new') })
    await expect(lab.call('bundle/export', { study: 'new', file })).rejects.toThrow(/no ended runs/)
    expect(await lab.call('bundle/export', { study: 'new', file, alone: true })).toMatchObject({ runs: 0 })
    expect(await other.call('bundle/import', { file })).toMatchObject({
      study: 'new',
      added: [],
      skipped: [],
    })
    expect((await other.call('studies/get', { id: 'new' })).study.title).toBe('Fake')
  })

  it('bring a study into an empty home: equal runs, curves, layers and events', async () => {
    const { lab, file, rows } = await shared()
    const other = fakeLab()
    const done = await other.call('bundle/import', { file })
    expect(done).toMatchObject({ study: 'fake', skipped: [] })
    expect(done.added).toHaveLength(6)
    const imported = await other.call('runs/list', { study: 'fake' })
    expect(imported.map(own)).toEqual(rows.map(own))
    for (const [index, row] of rows.entries()) {
      const id = imported[index].id
      expect(await curve(other, id)).toEqual(await curve(lab, row.id))
      expect(await curve(other, id, 'accuracy', 'validation')).toEqual(
        await curve(lab, row.id, 'accuracy', 'validation'),
      )
      const [from, to] = [await lab.call('runs/get', { id: row.id }), await other.call('runs/get', { id })]
      expect(to.layers).toEqual(from.layers)
      expect(to.events).toEqual(from.events)
    }
    for (const at of ['last', 'best', 'best-validation'] as const) {
      const request = { study: 'fake', metric: 'train.loss', at }
      const strip = ({ rows: groups }: { rows: readonly { runs: readonly number[] }[] }) =>
        groups.map(({ runs: _runs, ...row }) => row)
      expect(strip(await other.call('compare/table', request))).toEqual(
        strip(await lab.call('compare/table', request)),
      )
    }
  })

  it('imported again change nothing, and leave what the home has noted', async () => {
    const { file } = await shared()
    const other = fakeLab()
    const { added } = await other.call('bundle/import', { file })
    await other.call('runs/annotate', { ids: [...added], note: 'mine', starred: true })
    const before = await other.call('runs/list', { archived: true })
    const again = await other.call('bundle/import', { file })
    expect(again).toMatchObject({ added: [], skipped: added })
    expect(await other.call('runs/list', { archived: true })).toEqual(before)
  })

  it('never touch runs that are there: the home’s own stay, only the missing come', async () => {
    const { file } = await shared()
    const other = fakeLab()
    const study = fakeStudy(['steps=50', 'steps=30 nan=25', 'steps=20 fail=7'], [1, 2])
    await other.call('studies/save', { study })
    const mine = await start(other, fakeStudy(['steps=50'], [1], 'mine'))
    await until(other, mine, 'finished')
    const before = await other.call('runs/get', { id: mine[0] })
    const done = await other.call('bundle/import', { file })
    expect([done.added.length, done.skipped]).toEqual([5, [...mine]])
    const after = await other.call('runs/get', { id: mine[0] })
    expect(after.row.createdAt).toBe(before.row.createdAt)
    expect(after.row.note).toBe('')
    expect(await curve(other, mine[0])).toHaveLength(50)
    const conflicting = fakeLab()
    await conflicting.call('studies/save', { study: fakeStudy(['steps=1']) })
    await expect(conflicting.call('bundle/import', { file })).rejects.toMatchObject({ code: 'conflict' })
    expect(await conflicting.call('runs/list', {})).toEqual([])
  })

  it('that are damaged, cut short, newer or none say so, and import nothing', async () => {
    const { file } = await shared()
    const bytes = readFileSync(file)
    const folder = temporaryFolder()
    const write = (name: string, content: Uint8Array | string): string => {
      writeFileSync(join(folder, name), content)
      return join(folder, name)
    }
    const flipped = Uint8Array.from(bytes)
    // Inside the packed bytes of bundle.json: what its local header says, nobody reads.
    flipped[bytes.indexOf('bundle.json') + 'bundle.json'.length + 60] ^= 255
    const cases: [file: string, code: string, message: RegExp][] = [
      [write('cut.givens', bytes.subarray(0, bytes.length - 300)), 'bad-file', /is no bundle|damaged/],
      [write('half.givens', bytes.subarray(0, bytes.length >> 1)), 'bad-file', /is no bundle|damaged/],
      [write('empty.givens', ''), 'bad-file', /is no bundle|damaged/],
      [write('text.givens', 'run,step\n1,2\n'), 'bad-file', /is no bundle|damaged/],
      [write('flipped.givens', flipped), 'bad-file', /damaged|is not what the manifest says|is no bundle/],
      [
        changed(file, 'metrics.csv', (text) => text.replace('train', 'trian')),
        'bad-file',
        /metrics\.csv is not/,
      ],
      [
        changed(file, 'bundle.json', (text) => text.replace('steps=50', 'steps=51')),
        'bad-file',
        /bundle\.json/,
      ],
      [
        changed(file, 'manifest.json', (text) => text.replace('"version": 1', '"version": 3')),
        'newer-database',
        /version 3.*reads up to 2/,
      ],
      [changed(file, 'manifest.json', (text) => text.slice(0, -20)), 'bad-file', /broken JSON/],
      [join(folder, 'none.givens'), 'not-found', /There is no file/],
    ]
    const other = fakeLab()
    for (const [damaged, code, message] of cases) {
      await expect(other.call('bundle/import', { file: damaged }), damaged).rejects.toMatchObject({
        code,
        message: expect.stringMatching(message) as string,
      })
    }
    expect(await other.call('runs/list', { archived: true })).toEqual([])
    expect((await other.call('studies/list', {})).some(({ id }) => id === 'fake')).toBe(false)
  })

  it('the sample that comes with the program fills an empty home', async () => {
    const lab = fakeLab()
    const done = await lab.call('bundle/import', { sample: true })
    expect(done.added.length).toBeGreaterThan(0)
    const rows = await lab.call('runs/list', { study: done.study })
    expect(rows.every(({ status }) => status === 'finished' || status === 'diverged')).toBe(true)
    const table = await lab.call('compare/table', { study: done.study, metric: 'test.accuracy', at: 'last' })
    expect(table.rows.every(({ n, expected }) => n > 0 && n === expected)).toBe(true)
    expect(await lab.call('bundle/import', { sample: true })).toMatchObject({ added: [] })
  })
})
