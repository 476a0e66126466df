/** A lab that cannot write reads: beside another, and from a damaged home. */
import { chmodSync, mkdirSync, readdirSync, readFileSync, rmdirSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { pathsOf } from '../../src/lab/store/home.ts'
import { openStore } from '../../src/lab/store/open.ts'
import { changeRun } from '../../src/lab/store/runs.ts'
import { fakeLab, fakeStudy, start, temporaryFolder, untilStep } from './support.ts'

const STUDY = {
  id: 'mine',
  title: 'Mine',
  base: { training: { epochs: 0 } },
  axes: [],
  seeds: [1],
}

describe('a lab beside another', () => {
  it('reads what the other does, says why it cannot write, and hears when it can', async () => {
    const home = temporaryFolder()
    const working = fakeLab({ home, start: 'none' })
    const reading = fakeLab({ home, readOnly: 'if-need-be' })
    expect(reading.readOnly).toMatchObject({ code: 'in-use' })
    expect(working.readOnly).toBeNull()
    const told = new Promise((resolve) => reading.on('studies/changed', resolve))
    await working.call('studies/save', { study: STUDY })
    expect(await told).toEqual({ id: 'mine' })
    expect((await reading.call('studies/list', {})).map(({ id }) => id)).toContain('mine')
    const run = new Promise((resolve) => reading.on('run/changed', resolve))
    await working.call('studies/start', { id: 'mine' })
    expect(await run).toMatchObject({ study: 'mine', status: 'queued' })
    await expect(reading.call('studies/start', { id: 'mine' })).rejects.toThrow(/is in use by a test/)
    await expect(reading.call('studies/save', { study: STUDY })).rejects.toThrow(/is in use by a test/)
    const free = new Promise<void>((resolve) => reading.onWritable(resolve))
    await working.close()
    await free
    await reading.close()
  })

  it('is not opened at all unless it was asked to read', async () => {
    const home = temporaryFolder()
    const working = fakeLab({ home, start: 'none' })
    expect(() => fakeLab({ home, start: 'none' })).toThrow(/is in use/)
    await working.close()
  })
})

describe('a run whose program was killed', () => {
  it('is not called running by who reads afterwards', async () => {
    const home = temporaryFolder()
    const working = fakeLab({ home, start: 'none' })
    await working.call('studies/save', { study: STUDY })
    const { runs } = await working.call('studies/start', { id: 'mine' })
    const reading = fakeLab({ home, readOnly: true })
    const status = async (): Promise<string> => (await reading.call('runs/list', {}))[0].status
    const database = openStore(pathsOf(home))
    changeRun(database, runs[0], { status: 'running' })
    expect(await status()).toBe('running')
    await working.close()
    changeRun(database, runs[0], { status: 'running' })
    expect(await status()).toBe('interrupted')
    database.close()
  })
})

describe('a damaged home', () => {
  it('is read as far as it can be, and not written', async () => {
    const home = temporaryFolder()
    const first = fakeLab({ home, start: 'none' })
    await first.call('studies/save', { study: STUDY })
    await first.close()
    const { database } = pathsOf(home)
    const bytes = readFileSync(database)
    // A page of the tree of metrics, which nothing here reads.
    const pages = bytes.length / 4096
    const damaged = Array.from({ length: pages - 2 }, (_, index) => pages - 1 - index).find((page) => {
      const copy = Buffer.from(bytes)
      copy.fill(0xa5, 4096 * page, 4096 * (page + 1))
      writeFileSync(database, copy)
      try {
        const lab = fakeLab({ home, readOnly: 'if-need-be' })
        void lab.close()
        return lab.readOnly?.code === 'damaged'
      } catch {
        return false
      }
    })
    expect(damaged).toBeDefined()
    const before = readFileSync(database)
    const lab = fakeLab({ home, readOnly: 'if-need-be' })
    expect(lab.readOnly).toMatchObject({ code: 'damaged' })
    await expect(lab.call('studies/save', { study: STUDY })).rejects.toThrow(/is damaged/)
    await lab.close()
    expect(readFileSync(database).equals(before)).toBe(true)
  })

  /** A home in which the pages of a table are noise. */
  async function homeWithout(table: string): Promise<string> {
    const home = temporaryFolder()
    const working = fakeLab({ home, start: 'none' })
    await working.call('studies/save', { study: STUDY })
    await working.close()
    const file = pathsOf(home).database
    const database = openStore(pathsOf(home))
    const root = database.prepare('SELECT rootpage FROM sqlite_schema WHERE name = ?').pluck().get(table)
    database.pragma('wal_checkpoint(TRUNCATE)')
    database.close()
    const bytes = readFileSync(file)
    const size = bytes.readUInt16BE(16)
    writeFileSync(file, bytes.fill(0xee, (Number(root) - 1) * size, Number(root) * size))
    return home
  }

  it('is named where the damage is in what is read, not called a defect', async () => {
    const reading = fakeLab({ home: await homeWithout('studies'), readOnly: true })
    await expect(reading.call('studies/list', {})).rejects.toMatchObject({ code: 'damaged' })
  })

  it('is named where the damage is in what is read at the opening', async () => {
    const damaged = expect.objectContaining({ code: 'damaged' })
    const home = await homeWithout('method_contents')
    expect(() => fakeLab({ home, readOnly: true })).toThrow(damaged)
    // What a lab that only reads against its wish looks at, to tell the changes of others.
    const studies = await homeWithout('studies')
    expect(() => fakeLab({ home: studies, readOnly: 'if-need-be' })).toThrow(damaged)
  })
})

describe.skipIf(process.platform === 'win32')('a new home', () => {
  it('is its user’s alone, and so is every file in it', async () => {
    const home = join(temporaryFolder(), 'new')
    const lab = fakeLab({ home, computerFile: join(temporaryFolder(), 'computer.json') })
    const [run] = await start(lab, fakeStudy(['steps=4000 ms=3']))
    await untilStep(lab, run, 100)
    const open = () =>
      readdirSync(home, { recursive: true, encoding: 'utf8' }).filter(
        // What is half written may have got its name meanwhile.
        (name) => ((statSync(join(home, name), { throwIfNoEntry: false })?.mode ?? 0) & 0o077) !== 0,
      )
    expect(statSync(home).mode & 0o777).toBe(0o700)
    expect(readdirSync(join(home, 'checkpoints'))).not.toHaveLength(0)
    expect(open()).toEqual([])
    await lab.close()
    expect(open()).toEqual([])
  })

  it('that others may read keeps the rights that its user gave it', async () => {
    const home = temporaryFolder()
    chmodSync(home, 0o750)
    await fakeLab({ home, start: 'none' }).close()
    expect(statSync(home).mode & 0o777).toBe(0o750)
  })

  it.skipIf(process.getuid?.() === 0)('that is closed to a user is not taken for an empty one', async () => {
    const home = temporaryFolder()
    await fakeLab({ home, start: 'none' }).close()
    chmodSync(home, 0)
    try {
      expect(() => fakeLab({ home, readOnly: true })).toThrow(/no right to read there/)
    } finally {
      chmodSync(home, 0o700)
    }
  })

  it('whose owner cannot be noted says so, and is free again', async () => {
    const home = temporaryFolder()
    const { owner } = pathsOf(home)
    mkdirSync(owner)
    expect(() => fakeLab({ home, start: 'none' })).toThrow(/lab\.json: it is a folder, a file is wanted/)
    rmdirSync(owner)
    await fakeLab({ home, start: 'none' }).close()
  })
})
