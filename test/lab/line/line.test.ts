// Lines to a lab that serves: calls, events, files both ways, versions, breaks, who is let in.
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { createConnection } from 'node:net'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { expect, it, vi } from 'vitest'
import { addressOf, readDoor } from '../../../src/lab/line/address.ts'
import { dialHere, knock } from '../../../src/lab/line/dial-here.ts'
import type { Dialed, LineState } from '../../../src/lab/line/far-lab.ts'
import { fakeLab, fakeStudy, start, temporaryFolder, until } from '../support.ts'
import { caller, served, slowly, VERSION } from './support.ts'

it('answers callers side by side, tells events, keeps what JSON loses, and errors as they are', async () => {
  const { home, lab } = await served()
  const [one, other] = [caller(home), caller(home, { here: true })]
  const heard: string[] = []
  other.on('studies/changed', ({ id }) => heard.push(id))
  const study = fakeStudy(['steps=20', 'steps=20 nan=5'])
  await one.call('studies/save', { study })
  const { runs } = await one.call('studies/start', { id: 'fake' })
  const rows = await until(lab, runs, 'finished', 'diverged')
  expect(await other.call('runs/list', {})).toEqual(rows)
  const query = { runs, phase: 'train', name: 'loss' } as const
  const series = await one.call('runs/series', query)
  expect(series).toEqual(await lab.call('runs/series', query))
  await vi.waitFor(() => expect(heard).toContain('fake'))
  await expect(one.call('runs/get', { id: 99 })).rejects.toMatchObject({ code: 'not-found', where: 'id' })
  await expect(other.pass('no/such', {}, false)).rejects.toThrow(/no method/)
  // The page may less: not vouch for paths, which its shell does after asking; nor does anyone reach on.
  await expect(one.pass('export/write', { file: 'x' }, true)).rejects.toThrow(/not for the page/)
  await expect(one.pass('paths/grant', { paths: ['/etc'] }, true)).rejects.toThrow(/not for the page/)
  await expect(one.call('remotes/list', {})).rejects.toThrow(/not for another computer/)
  await expect(one.call('paths/grant', { paths: ['/etc'] })).resolves.toEqual({ granted: 1 })
})

it('writes files on the caller’s disk, whole or not at all', async () => {
  const { home, lab } = await served()
  await until(lab, await start(lab, fakeStudy(['steps=20'], [1, 2])), 'finished')
  const far = caller(home)
  const folder = temporaryFolder()
  const [mine, theirs] = [join(folder, 'new', 'runs.csv'), join(folder, 'theirs.csv')]
  const request = { what: 'runs', format: 'csv', study: 'fake' } as const
  const written = await far.call('export/write', { ...request, file: mine })
  expect(written).toEqual({ ...(await lab.call('export/write', { ...request, file: theirs })), file: mine })
  expect(readFileSync(mine)).toEqual(readFileSync(theirs))
  // Again, in place of the first; a folder of event files; a bundle, and back.
  await far.call('export/write', { ...request, file: mine })
  const events = join(folder, 'events')
  await far.call('export/write', { what: 'metrics', format: 'tensorboard', study: 'fake', file: events })
  expect(readdirSync(events, { recursive: true }).length).toBeGreaterThan(1)
  const bundle = join(folder, 'fake.givens')
  await far.call('bundle/export', { study: 'fake', file: bundle })
  const second = await served()
  const back = await caller(second.home).call('bundle/import', { file: bundle })
  expect(back).toMatchObject({ study: 'fake', added: [1, 2] })
  expect(readdirSync(join(second.home, 'transfer'))).toEqual([])
  // Refused by the lab, or by this disk: nothing is left, and what was there stays.
  const before = readFileSync(mine)
  await expect(far.call('export/write', { ...request, study: 'none', file: mine })).rejects.toThrow(/no runs/)
  await expect(far.call('export/write', { ...request, file: folder })).rejects.toThrow(/is a folder/)
  await expect(far.call('bundle/import', { file: join(folder, 'no.givens') })).rejects.toThrow(/no file/)
  writeFileSync(join(folder, 'bad.givens'), 'x'.repeat(1_000_000))
  await expect(far.call('bundle/import', { file: join(folder, 'bad.givens') })).rejects.toMatchObject({
    code: 'bad-file',
  })
  expect(readFileSync(mine)).toEqual(before)
  expect(readdirSync(join(folder, 'new'))).toEqual(['runs.csv'])
  expect(readdirSync(folder).filter((name) => name.includes('.part'))).toEqual([])
})

it('says what differs and which side to bring up to date', async () => {
  const { home, lab } = await served()
  const newer = caller(home, { version: '1.10.0' })
  await expect(newer.call('queue/state', {})).rejects.toMatchObject({
    code: 'conflict',
    message:
      `The lab of the test is of version ${VERSION}, this program of version 1.10.0. ` +
      'Bring it up to date.',
  })
  await expect(caller(home, { version: '1.2.0' }).ready()).rejects.toThrow(
    /Bring this program up to date to version 1\.2\.3/,
  )
  expect((await lab.call('queue/state', {})).running).toBe(0)
})

it('dials again when a line breaks: reads are repeated, changes refused, nothing is missed', async () => {
  const { home, lab, door } = await served()
  const lines: Dialed[] = []
  const states: LineState[] = []
  const far = caller(home, {
    dial: async () => {
      const dialed = await dialHere(home)
      lines.push(dialed)
      return dialed
    },
    onState: (state) => states.push(state),
  })
  let missed = 0
  far.onMissed(() => (missed += 1))
  await far.ready()
  const runs = await start(lab, fakeStudy(['steps=2000 ms=5']))
  // Both are under way when the line is cut.
  lines[0].output.cork()
  const read = far.call('runs/list', {})
  const change = far.call('runs/pause', { ids: runs })
  lines[0].input.destroy()
  await expect(change).rejects.toMatchObject({ code: 'unavailable' })
  expect((await read).map(({ id }) => id)).toEqual(runs)
  expect(missed).toBe(1)
  expect(states.map(({ kind }) => kind)).toEqual(['up', 'broken', 'up'])
  expect(states[1]).toMatchObject({ retryMs: 20 })
  // The lab goes: pauses grow, and a lab that comes back is found.
  await door.close()
  await vi.waitFor(() => expect(states.length).toBeGreaterThan(5))
  const pauses = states.slice(3).flatMap((state) => (state.kind === 'broken' ? [state.retryMs] : []))
  expect(pauses[2]).toBe(80)
  await served({ home, lab })
  await far.call('runs/cancel', { ids: runs })
  await until(lab, runs, 'cancelled')
})

it('leaves events out on a line that takes nothing, and says so when it does again', async () => {
  const home = join(temporaryFolder(), 'home')
  const { lab } = await served({ home, lab: fakeLab({ home, start: 'none' }) })
  const stuck = new PassThrough({ highWaterMark: 1 })
  let cut = (): void => undefined
  let dialed = false
  const far = caller(home, {
    dial: async () => {
      const line = await dialHere(home)
      cut = () => void line.input.pipe(stuck)
      dialed = true
      return { ...line, input: stuck }
    },
  })
  let missed = 0
  far.onMissed(() => (missed += 1))
  await vi.waitFor(() => expect(dialed).toBe(true), 10_000)
  cut()
  await far.ready()
  stuck.pause()
  const ids = await start(
    lab,
    fakeStudy(
      ['steps=3'],
      Array.from({ length: 50 }, (_, seed) => seed),
    ),
  )
  const note = 'x'.repeat(9000)
  for (let turn = 0; turn < 11; turn += 1) await lab.call('runs/annotate', { ids, note: `${turn}${note}` })
  stuck.resume()
  await vi.waitFor(() => expect(missed).toBe(1), 30_000)
  const [now] = await far.call('runs/list', {})
  expect(now.note).toBe(`10${note}`)
}, 90_000)

it('lets nobody in without the key, and hears past what a login shell prints', async () => {
  const { home, door } = await served()
  expect(statSync(door.address).mode & 0o777).toBe(0o600)
  expect(statSync(join(home, 'serve.json')).mode & 0o777).toBe(0o600)
  const stranger = createConnection(door.address)
  stranger.write(`${'0'.repeat(64)}\n`)
  await new Promise((resolve) => stranger.on('close', resolve))
  // One who leaves in the middle of the key is refused too, and takes nobody along.
  const hasty = createConnection(door.address)
  hasty.end('0'.repeat(9))
  await new Promise((resolve) => hasty.on('close', resolve))
  expect(door.callers()).toBe(0)
  const greeting = new PassThrough()
  const far = caller(home, {
    dial: async () => {
      const dialed = await dialHere(home)
      greeting.write('Welcome to the cluster!\nLast login: never\n')
      return { ...dialed, input: dialed.input.pipe(greeting) }
    },
  })
  expect((await far.call('queue/state', {})).running).toBe(0)
})

it('listens in the user’s folder where the home’s path is too long for a socket', async () => {
  const folder = temporaryFolder()
  const home = join(folder, 'a'.repeat(100))
  mkdirSync(home)
  const environment = { XDG_RUNTIME_DIR: folder }
  const { door } = await served({ home, environment })
  expect(door.address).toBe(addressOf(home, environment))
  expect(door.address).toMatch(/givens-bench\/[0-9a-f]{16}\.sock$/)
  expect((await caller(home).call('queue/state', {})).running).toBe(0)
  // Not where somebody else could listen in its place.
  mkdirSync(join(folder, 'open', 'givens-bench'), { recursive: true, mode: 0o777 })
  expect(() => addressOf(home, { XDG_RUNTIME_DIR: join(folder, 'open') })).toThrow(/not this user’s alone/)
  await door.close()
  expect(readDoor(home)).toBeNull()
  expect(await knock(home)).toBeNull()
})

it('ends when nobody calls and nothing runs, not before', async () => {
  const onIdle = vi.fn()
  const { home, lab } = await served({ idleMinutes: 0.003, onIdle })
  const runs = await start(lab, fakeStudy(['steps=100000 ms=5']))
  await new Promise((resolve) => setTimeout(resolve, 400))
  expect(onIdle).not.toHaveBeenCalled()
  const far = caller(home)
  await far.call('runs/cancel', { ids: runs })
  await until(lab, runs, 'cancelled')
  await new Promise((resolve) => setTimeout(resolve, 400))
  expect(onIdle).not.toHaveBeenCalled()
  await far.close()
  await vi.waitFor(() => expect(onIdle).toHaveBeenCalled(), 3000)
})

it('is told where the lab cannot say whether it works, and does not end', async () => {
  const onIdle = vi.fn()
  const onError = vi.fn()
  const home = join(temporaryFolder(), 'home')
  const lab = fakeLab({ home })
  await served({ lab, home, idleMinutes: 0.001, onIdle, onError })
  vi.spyOn(lab, 'call').mockRejectedValue(new Error('the database is closed'))
  await vi.waitFor(() => expect(onError).toHaveBeenCalledWith(new Error('the database is closed')), 3000)
  expect(onIdle).not.toHaveBeenCalled()
})

it('lets questions of a slow line overtake each other', async () => {
  const { home } = await served()
  const far = caller(home, { dial: () => slowly(home, 50) })
  await far.ready()
  const all = await Promise.all(Array.from({ length: 10 }, () => far.call('studies/list', {})))
  expect(all.every((rows) => rows.length === all[0].length && rows.length > 5)).toBe(true)
})
