/** A home as one file and back: whole, from a moment of use, and from any moment at which the power goes. */
import Database from 'better-sqlite3'
import { chmodSync, cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { create } from 'tar'
import { describe, expect, it } from 'vitest'
import { finishRestore, restoreBackup } from '../../../src/lab/backup/restore.ts'
import { writeBackup } from '../../../src/lab/backup/write.ts'
import { recordCheckpoint } from '../../../src/lab/store/artifacts.ts'
import { isBackupDue, listBackups, takeBackup } from '../../../src/lab/store/backups.ts'
import { isWithin } from '../../../src/lab/store/clock.ts'
import { pathsOf } from '../../../src/lab/store/home.ts'
import type { HomePaths } from '../../../src/lab/store/home.ts'
import { openReader, openStore } from '../../../src/lab/store/open.ts'
import type { Connection } from '../../../src/lab/store/open.ts'
import { addRun } from '../../../src/lab/store/runs.ts'
import { parseSpec } from '../../../src/shared/spec/parse.ts'
import { fakeLab, temporaryFolder } from '../support.ts'

const NOW = new Date('2026-01-01T00:00:00Z')

function addOne(database: Connection, identity: string): number {
  const run = { identity, group: 'g', spec: parseSpec({}), backend: 'auto' as const }
  return addRun(database, run, NOW.toISOString())
}

/** A home with one run that has weights, and an own model's weights. */
function home(): HomePaths {
  const paths = pathsOf(temporaryFolder())
  const database = openStore(paths)
  const run = addOne(database, 'first')
  for (const folder of [paths.checkpoints, paths.models]) mkdirSync(folder)
  writeFileSync(join(paths.checkpoints, 'aa.npz'), 'weights of the first')
  writeFileSync(join(paths.models, 'bb.safetensors'), 'a model')
  const file = { run, step: 3, seconds: 1, hash: 'aa', file: 'aa.npz', bytes: 20 }
  recordCheckpoint(database, file, NOW.toISOString())
  database.close()
  return paths
}

const identities = (paths: HomePaths): string[] => {
  const database = openReader(paths)
  const found = database?.prepare<[], string>('SELECT identity FROM runs ORDER BY id').pluck().all()
  database?.close()
  return found ?? []
}

function change(paths: HomePaths): void {
  const database = openStore(paths)
  addOne(database, 'second')
  database.close()
  writeFileSync(join(paths.checkpoints, 'cc.npz'), 'weights of the second')
}

describe('a backup', () => {
  it('restores the home in which it was written, and sets aside what was there', () => {
    const paths = home()
    const file = join(temporaryFolder(), 'deep', 'bench.backup')
    expect(writeBackup(paths, file, 'test', NOW)).toMatchObject({ runs: 1, weights: 1, missing: 0 })
    change(paths)
    const aside = restoreBackup(paths, file, NOW)
    expect(identities(paths)).toEqual(['first'])
    expect(identities(pathsOf(String(aside)))).toEqual(['first', 'second'])
    expect(readdirSync(join(String(aside), 'checkpoints')).sort()).toEqual(['aa.npz', 'cc.npz'])
  })

  it('makes an empty home the same, weights and models too', () => {
    const file = join(temporaryFolder(), 'bench.backup')
    writeBackup(home(), file, 'test', NOW)
    const empty = pathsOf(temporaryFolder())
    expect(restoreBackup(empty, file, NOW)).toBeNull()
    expect(identities(empty)).toEqual(['first'])
    expect(readFileSync(join(empty.checkpoints, 'aa.npz'), 'utf8')).toBe('weights of the first')
    expect(readFileSync(join(empty.models, 'bb.safetensors'), 'utf8')).toBe('a model')
    expect(readdirSync(empty.home).filter((name) => name.includes('part'))).toEqual([])
  })

  it('is written while a lab works, and counts weights that went meanwhile', () => {
    const paths = home()
    const working = openStore(paths)
    addOne(working, 'unfinished')
    const file = { run: 2, step: 1, seconds: 1, hash: 'dd', file: 'dd.npz', bytes: 1 }
    recordCheckpoint(working, file, NOW.toISOString())
    const out = join(temporaryFolder(), 'b')
    expect(writeBackup(paths, out, 'test', NOW)).toMatchObject({ runs: 2, weights: 1, missing: 1 })
    working.close()
  })

  it('is refused with a word where it is none, and the home stays', () => {
    const paths = home()
    const folder = temporaryFolder()
    const write = (name: string, bytes: Uint8Array | string): string => {
      writeFileSync(join(folder, name), bytes)
      return join(folder, name)
    }
    const whole = join(folder, 'whole')
    writeBackup(paths, whole, 'test', NOW)
    const bytes = readFileSync(whole)
    const newer = join(folder, 'newer')
    mkdirSync(join(folder, 'n'))
    writeFileSync(join(folder, 'n', 'bench.sqlite'), readFileSync(paths.database))
    writeFileSync(
      join(folder, 'n', 'manifest.json'),
      JSON.stringify({
        format: 'givens-backup',
        version: 9,
        program: '9',
        createdAt: '',
        runs: 0,
        weights: 0,
        missing: 0,
      }),
    )
    create({ file: newer, cwd: join(folder, 'n'), sync: true }, ['manifest.json', 'bench.sqlite'])
    const cases: [string, RegExp][] = [
      [write('text', 'no backup'), /is no backup/],
      [write('empty', ''), /is no backup/],
      [write('cut', bytes.subarray(0, bytes.length >> 1)), /is no backup|is damaged/],
      [newer, /newer program \(9\)/],
      [join(folder, 'absent'), /There is no file/],
    ]
    for (const [file, message] of cases) expect(() => restoreBackup(paths, file, NOW)).toThrow(message)
    expect(() => writeBackup(paths, folder, 'test', NOW)).toThrow(/is a folder/)
    expect(identities(paths)).toEqual(['first'])
    expect(readdirSync(paths.home).filter((name) => /part|before/.test(name))).toEqual([])
  })

  it('never writes outside the home, whatever names it holds', () => {
    const root = temporaryFolder()
    const paths = pathsOf(join(root, 'deep', 'home'))
    mkdirSync(join(root, 'from', 'deep'), { recursive: true })
    const names = ['../evil', 'deep/../../evil', 'bench.sqlite', 'manifest.json']
    writeFileSync(join(root, 'evil'), 'evil')
    for (const name of names.slice(2)) writeFileSync(join(root, 'from', name), 'evil')
    const file = join(root, 'evil.tar')
    create({ file, cwd: join(root, 'from'), sync: true, preservePaths: true }, names)
    writeFileSync(join(root, 'evil'), 'untouched')
    expect(() => restoreBackup(paths, file, NOW)).toThrow(/is no backup/)
    expect(readdirSync(root).sort()).toEqual(['deep', 'evil', 'evil.tar', 'from'])
    expect(readFileSync(join(root, 'evil'), 'utf8')).toBe('untouched')
    expect(readdirSync(join(root, 'deep'))).toEqual(['home'])
  })

  it('is ended by the next lab, whatever moment the power went', () => {
    const file = join(temporaryFolder(), 'bench.backup')
    const paths = home()
    writeBackup(paths, file, 'test', NOW)
    change(paths)
    // The state just before the renames; then each prefix of them, as a power cut would leave it.
    const staged = pathsOf(temporaryFolder())
    cpSync(paths.home, staged.home, { recursive: true })
    const stage = join(staged.home, 'restore.part')
    mkdirSync(join(stage, 'checkpoints'), { recursive: true })
    const copy = new Database(paths.database)
    copy.exec("DELETE FROM runs WHERE identity = 'second'")
    copy.pragma('journal_mode = DELETE')
    copy.close()
    cpSync(paths.database, join(stage, 'bench.sqlite'))
    writeFileSync(join(stage, 'checkpoints', 'ee.npz'), 'restored')
    const moments: ((at: HomePaths, aside: string) => void)[] = [
      () => undefined,
      (at, to) => {
        mkdirSync(to)
        cpSync(at.database, join(to, 'bench.sqlite'))
      },
    ]
    for (const moment of moments) {
      const again = pathsOf(temporaryFolder())
      cpSync(staged.home, again.home, { recursive: true })
      const to = join(again.home, 'before-restore-x')
      writeFileSync(join(again.home, 'restore.part', 'ready.json'), JSON.stringify({ aside: to }))
      moment(again, to)
      finishRestore(again)
      finishRestore(again)
      expect(identities(again)).toEqual(['first'])
      expect(identities(pathsOf(to))).toEqual(['first', 'second'])
      expect(readdirSync(again.checkpoints).sort()).toEqual(['aa.npz', 'cc.npz', 'ee.npz'])
      expect(existsSync(join(again.home, 'restore.part'))).toBe(false)
    }
  })
})

describe('copies taken by the lab', () => {
  it('are due once a day, keep the newest three, and restore beside the weights there', async () => {
    const paths = home()
    const database = openStore(paths)
    const day = (count: number): Date => new Date(NOW.getTime() + count * 86_400_000)
    expect(isBackupDue(database, paths, NOW)).toBe(true)
    for (let count = 0; count < 5; count++) await takeBackup(database, paths, day(count), () => false)
    expect(listBackups(paths, day(4)).map(({ at }) => at)).toEqual(
      [4, 3, 2].map((count) => day(count).toISOString().replace('.000', '')),
    )
    expect(isBackupDue(database, paths, new Date(day(4).getTime() + 3600e3))).toBe(false)
    expect(isBackupDue(database, paths, day(5))).toBe(true)
    expect(await takeBackup(database, paths, day(6), () => true)).toBeNull()
    expect(readdirSync(paths.backups)).toHaveLength(3)
    database.close()
    change(paths)
    restoreBackup(paths, listBackups(paths, day(6))[0].file, NOW)
    expect(identities(paths)).toEqual(['first'])
    expect(existsSync(join(paths.checkpoints, 'aa.npz'))).toBe(true)
  })
})

describe('a clock that was set a year ahead for a while', () => {
  it('keeps neither copies nor looks at pages from being due, nor a copy of that time in front', async () => {
    const paths = home()
    const database = openStore(paths)
    const later = new Date(NOW.getTime() + 365 * 86_400_000)
    for (const at of [later, new Date(later.getTime() + 1000), new Date(later.getTime() + 2000)])
      await takeBackup(database, paths, at, () => false)
    expect(isBackupDue(database, paths, NOW)).toBe(true)
    const taken = await takeBackup(database, paths, NOW, () => false)
    expect(listBackups(paths, NOW).map(({ file }) => file)).toHaveLength(3)
    expect(listBackups(paths, NOW)[0].file).toBe(taken)
    database.close()
    expect(isWithin(later.getTime(), 86_400_000, NOW)).toBe(false)
  })

  it('does not let a restore of the same second replace what another set aside', () => {
    const paths = home()
    const file = join(temporaryFolder(), 'bench.backup')
    writeBackup(paths, file, 'test', NOW)
    change(paths)
    const first = String(restoreBackup(paths, file, NOW))
    const second = String(restoreBackup(paths, file, NOW))
    expect(second).not.toBe(first)
    expect(identities(pathsOf(first))).toEqual(['first', 'second'])
    expect(identities(pathsOf(second))).toEqual(['first'])
  })
})

describe('a restore that was killed in the middle of its renames', () => {
  it('is ended by one who only reads, too', async () => {
    const paths = home()
    const file = join(temporaryFolder(), 'bench.backup')
    writeBackup(paths, file, 'test', NOW)
    change(paths)
    const stage = join(paths.home, 'restore.part')
    mkdirSync(join(stage, 'checkpoints'), { recursive: true })
    cpSync(join(paths.checkpoints, 'aa.npz'), join(stage, 'checkpoints', 'aa.npz'))
    const copy = new Database(paths.database)
    copy.exec("DELETE FROM runs WHERE identity = 'second'")
    copy.pragma('journal_mode = DELETE')
    copy.close()
    writeFileSync(join(stage, 'ready.json'), JSON.stringify({ aside: join(paths.home, 'before-restore-x') }))
    const lab = fakeLab({ home: paths.home, readOnly: true })
    expect(await lab.call('runs/list', {})).toHaveLength(1)
    expect(existsSync(stage)).toBe(false)
  })
})

describe('a restore that was killed while it unpacked', () => {
  it('leaves nothing once the next lab looks', () => {
    const paths = home()
    mkdirSync(join(paths.home, 'restore.part', 'checkpoints'), { recursive: true })
    writeFileSync(join(paths.home, 'restore.part', 'checkpoints', 'aa.npz'), 'half of')
    finishRestore(paths)
    expect(existsSync(join(paths.home, 'restore.part'))).toBe(false)
    expect(identities(paths)).toEqual(['first'])
  })
})

describe('a database whose pages do not hold together', () => {
  /** Overwrites one page in the middle. */
  function damage(paths: HomePaths): void {
    const bytes = readFileSync(paths.database)
    bytes.fill(0xa5, 4096 * 2, 4096 * 3)
    writeFileSync(paths.database, bytes)
  }

  it('is not written to', () => {
    const paths = home()
    damage(paths)
    const before = readFileSync(paths.database)
    expect(() => openStore(paths)).toThrow(/is damaged.*lab restore --list/s)
    expect(readFileSync(paths.database).equals(before)).toBe(true)
  })

  it('is not restored from', () => {
    const [paths, other] = [home(), home()]
    damage(other)
    expect(() => restoreBackup(paths, other.database, NOW)).toThrow(/is damaged/)
    expect(identities(paths)).toEqual(['first'])
  })
})

// Root may write everywhere.
describe.skipIf(process.getuid?.() === 0)('a home that cannot be written', () => {
  it('is read from a copy', () => {
    const paths = home()
    chmodSync(paths.database, 0o400)
    chmodSync(paths.home, 0o500)
    expect(identities(paths)).toEqual(['first'])
    chmodSync(paths.home, 0o700)
  })
})
