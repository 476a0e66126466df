/** Own methods in a lab: kept by content, changed and removed without a run losing what it was made with. */
import { cpSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Lab } from '../../../src/lab/lab.ts'
import { contentHash } from '../../../src/lab/methods/file.ts'
import { identityOf } from '../../../src/shared/spec/identity.ts'
import type { StudyInput } from '../../../src/shared/spec/study-schema.ts'
import { fakeLab, temporaryFolder, until } from '../support.ts'
import { SCHEME, writeMethod } from './support.ts'

const lab = fakeLab

const STUDY: StudyInput = {
  id: 'own',
  title: 'Own',
  base: { data: { path: 'steps=3' }, sparsity: { distribution: 'uniform', density: 0.5 } },
  axes: [
    {
      name: 'Scheme',
      points: [
        { label: 'Base', set: { 'initialization.scheme': 'base' } },
        { label: 'Mine', set: { 'initialization.scheme': 'own:mine' } },
        {
          label: 'Mine, 2',
          set: { 'initialization.scheme': 'own:mine', 'initialization.settings.spread': 2 },
        },
      ],
    },
  ],
}

/** A lab with the method added and the study run. */
async function ran(
  options: Parameters<typeof fakeLab>[0] = {},
): Promise<{ lab: Lab; file: string; runs: readonly number[] }> {
  const opened = lab(options)
  const file = writeMethod('mine.mjs', SCHEME)
  await opened.call('methods/add', { file })
  await opened.call('studies/save', { study: STUDY })
  const { runs } = await opened.call('studies/start', { id: 'own' })
  await until(opened, runs, 'finished')
  return { lab: opened, file, runs }
}

describe('methods of a lab', () => {
  it('are added with what they say of themselves', async () => {
    const opened = lab()
    const file = writeMethod('mine.mjs', SCHEME)
    const row = await opened.call('methods/add', { file })
    expect(row).toMatchObject({
      name: 'own:mine',
      language: 'javascript',
      path: file,
      state: 'ready',
      origin: 'file',
      runs: 0,
      sha256: contentHash(SCHEME),
      descriptor: {
        kind: 'scheme',
        title: 'Mine',
        settings: { spread: { type: 'number', default: 1, minimum: 0 } },
      },
    })
    expect(await opened.call('methods/list', {})).toEqual([row])
    expect((await opened.call('methods/text', { name: 'mine' })).text).toBe(SCHEME)
  })

  it('are part of a run’s identity by their content, and their settings are axes', async () => {
    const { lab: opened, runs } = await ran()
    const rows = await opened.call('runs/list', { study: 'own' })
    expect(rows.map(({ spec }) => spec.initialization.code)).toEqual([
      '',
      contentHash(SCHEME),
      contentHash(SCHEME),
    ])
    expect(rows.map(({ spec }) => spec.initialization.settings)).toEqual([{}, { spread: 1 }, { spread: 2 }])
    expect(new Set(rows.map(({ identity }) => identity)).size).toBe(3)
    // The same again is there already; another content is another run.
    expect((await opened.call('studies/start', { id: 'own' })).queued).toBe(0)
    const other = writeMethod('mine.mjs', SCHEME.replace('* 1.0', '* 1.5'))
    await opened.call('methods/add', { file: other })
    const again = await opened.call('studies/start', { id: 'own' })
    expect(again).toMatchObject({ queued: 2, reused: 1 })
    expect(again.runs[0]).toBe(runs[0])
  })

  it('tell a file that was changed or is gone; runs go on with what was added', async () => {
    const { lab: opened, file } = await ran()
    const state = async () => (await opened.call('methods/list', {}))[0].state
    expect(await state()).toBe('ready')
    writeFileSync(file, `${SCHEME}\n// changed`)
    expect(await state()).toBe('changed')
    expect((await opened.call('studies/start', { id: 'own' })).queued).toBe(0)
    rmSync(file)
    expect(await state()).toBe('missing')
    expect((await opened.call('studies/start', { id: 'own', seeds: [2] })).queued).toBe(3)
  })

  it('can be removed: their runs stay readable, and can be made again', async () => {
    const { lab: opened, runs } = await ran()
    expect(await opened.call('methods/remove', { name: 'own:mine' })).toEqual({ name: 'own:mine', runs: 2 })
    expect(await opened.call('methods/list', {})).toMatchObject([
      { name: 'own:mine', state: 'removed', runs: 2 },
    ])
    expect((await opened.call('methods/text', { name: 'own:mine' })).text).toBe(SCHEME)
    const rows = await opened.call('runs/list', { study: 'own' })
    expect(rows).toHaveLength(3)
    await expect(opened.call('studies/start', { id: 'own', seeds: [2] })).rejects.toThrow('own:mine')
    await opened.call('runs/annotate', { ids: [...runs], note: 'still here' })
    // Without runs nothing is kept.
    const empty = lab()
    await empty.call('methods/add', { file: writeMethod('mine.mjs', SCHEME) })
    await empty.call('methods/remove', { name: 'mine' })
    expect(await empty.call('methods/list', {})).toEqual([])
    await expect(empty.call('methods/text', { name: 'mine' })).rejects.toMatchObject({ code: 'not-found' })
  })

  it('are refused with what is wrong', async () => {
    const opened = lab()
    const add = (name: string, text: string) => opened.call('methods/add', { file: writeMethod(name, text) })
    await expect(add('notes.txt', 'x')).rejects.toThrow('.py, .js, .mjs, .ts, .mts')
    await expect(add('broken.mjs', 'export default {')).rejects.toMatchObject({ code: 'bad-method' })
    await expect(opened.call('methods/add', { file: '/no/such.py' })).rejects.toMatchObject({
      code: 'not-found',
    })
    await expect(add('binary.mjs', '\0'.repeat(2_000_000))).rejects.toThrow('more than 1 MB')
    await expect(opened.call('methods/remove', { name: 'nothing' })).rejects.toThrow('None was added yet')
    expect(await opened.call('methods/list', {})).toEqual([])
  })
})

describe('code of somebody else’s', () => {
  it('comes with a bundle as text, and does not run before it was allowed', async () => {
    const { lab: mine, runs } = await ran()
    const file = join(temporaryFolder(), 'own.givens')
    await mine.call('bundle/export', { study: 'own', file })
    const before = await mine.call('runs/list', { study: 'own' })
    await mine.close()

    const theirs = lab()
    const done = await theirs.call('bundle/import', { file })
    expect(done).toMatchObject({ untrusted: ['own:mine'] })
    expect(done.added).toHaveLength(runs.length)
    const rows = await theirs.call('runs/list', { study: 'own' })
    expect(rows.map(({ identity }) => identity)).toEqual(before.map(({ identity }) => identity))
    expect(rows.map(({ spec }) => identityOf(spec))).toEqual(rows.map(({ identity }) => identity))
    const [method] = await theirs.call('methods/list', {})
    expect(method).toMatchObject({
      name: 'own:mine',
      state: 'untrusted',
      origin: 'bundle',
      path: null,
      runs: 2,
    })
    await expect(theirs.call('methods/check', { name: 'own:mine' })).rejects.toMatchObject({
      code: 'untrusted',
    })
    await expect(theirs.call('studies/start', { id: 'own', seeds: [2] })).rejects.toThrow(
      'not allowed to run',
    )

    const shown = await theirs.call('methods/text', { name: 'own:mine' })
    expect(shown).toMatchObject({ text: SCHEME, trusted: false })
    await expect(
      theirs.call('methods/trust', { name: 'own:mine', sha256: '0'.repeat(64) }),
    ).rejects.toMatchObject({ code: 'conflict' })
    await theirs.call('methods/trust', { name: 'own:mine', sha256: shown.sha256 })
    const again = await theirs.call('studies/start', { id: 'own', seeds: [2] })
    await until(theirs, again.runs, 'finished')
  })

  it('comes with a copied home and no permission; such a run fails, and the queue goes on', async () => {
    const home = temporaryFolder()
    const first = await ran({ home })
    await first.lab.call('queue/set', { paused: true })
    const waiting = await first.lab.call('studies/start', { id: 'own', seeds: [7] })
    await first.lab.close()
    const copy = temporaryFolder()
    cpSync(home, copy, { recursive: true })

    const other = lab({ home: copy, computerFile: join(temporaryFolder(), 'another-computer.json') })
    await other.call('queue/set', { paused: false })
    const rows = await until(other, waiting.runs, 'finished', 'failed')
    expect(rows.map(({ status }) => status)).toEqual(['finished', 'failed', 'failed'])
    expect(rows[1].error).toMatchObject({ code: 'untrusted' })
    expect(rows[1].error?.message).toContain('lab methods trust own:mine')
    // Allowed, they run.
    await other.call('methods/trust', { name: 'own:mine', sha256: contentHash(SCHEME) })
    await other.call('runs/retry', { ids: [rows[1].id, rows[2].id] })
    await until(other, waiting.runs, 'finished')
  })

  it('is out of the page’s reach', async () => {
    const opened = lab({ start: 'none' })
    const file = writeMethod('mine.mjs', SCHEME)
    const asked: [string, unknown][] = [
      ['methods/add', { file }],
      ['methods/check-file', { file }],
      ['methods/trust', { name: 'own:mine', sha256: contentHash(SCHEME) }],
      ['methods/settings', { python: '/tmp/evil' }],
    ]
    for (const [method, input] of asked)
      await expect(opened.requestOfPage(method, input), method).rejects.toMatchObject({ code: 'bad-input' })
    await expect(opened.requestOfPage('methods/list', {})).resolves.toEqual([])
  })

  it('is refused where its text is not what its hash says', async () => {
    const { lab: mine } = await ran()
    const file = join(temporaryFolder(), 'own.givens')
    await mine.call('bundle/export', { study: 'own', file })
    const { readFileSync } = await import('node:fs')
    const { strFromU8, strToU8, unzipSync, zipSync } = await import('fflate')
    const { sha256 } = await import('@noble/hashes/sha2.js')
    const { bytesToHex } = await import('@noble/hashes/utils.js')
    const files = unzipSync(readFileSync(file))
    const content = strToU8(strFromU8(files['bundle.json']).replace('* 1.0', '* 9.9'))
    const manifest = JSON.parse(strFromU8(files['manifest.json'])) as { files: Record<string, object> }
    manifest.files['bundle.json'] = { bytes: content.length, sha256: bytesToHex(sha256(content)) }
    const forged = zipSync({
      ...files,
      'bundle.json': content,
      'manifest.json': strToU8(JSON.stringify(manifest)),
    })
    writeFileSync(file, forged)
    await expect(lab().call('bundle/import', { file })).rejects.toThrow('not what its hash says')
  })
})

it('settings stay on the computer, and say what is allowed', async () => {
  const opened = lab()
  const standard = await opened.call('methods/settings', {})
  expect(standard).toEqual({ python: null, seconds: 120, memory: 8e9 })
  expect(await opened.call('methods/settings', { seconds: 5 })).toEqual({ ...standard, seconds: 5 })
  expect(await opened.call('methods/settings', {})).toMatchObject({ seconds: 5 })
  await expect(opened.call('methods/settings', { seconds: 0 })).rejects.toMatchObject({ where: 'seconds' })
})
