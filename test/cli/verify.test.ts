import Database from 'better-sqlite3'
import { expect, it } from 'vitest'
import { pathsOf } from '../../src/lab/store/home.ts'
import { temporaryFolder } from '../lab/support.ts'
import { lab, studyFile } from './support.ts'

/** Changes the database past the program. */
function change(home: string, sql: string): void {
  const database = new Database(pathsOf(home).database)
  expect(database.prepare(sql).run().changes).toBeGreaterThan(0)
  database.close()
}

it('verify says that all is as it was, else names runs and parts and ends with 1', async () => {
  const home = temporaryFolder()
  expect((await lab(home, ['study', 'run', studyFile(home, ['steps=20', 'steps=30'])])).code).toBe(0)
  const sound = await lab(home, ['verify'])
  expect(sound).toMatchObject({ code: 0 })
  expect(sound.out).toContain('4 runs are as they were when they ended, 0 are not.')
  change(home, "UPDATE series SET last_value = 0.99 WHERE run = 2 AND phase = 'test'")
  const broken = await lab(home, ['verify'])
  expect(broken.code).toBe(1)
  expect(broken.out).toMatch(/run 2 · fake · steps=20: .*the summary of its curves/)
  expect(broken.out).toContain('3 runs are as they were when they ended, 1 are not.')
  expect((await lab(home, ['verify', '1', '3'])).code).toBe(0)
  expect((await lab(home, ['verify', '2', '--study', 'fake', '--json'])).code).toBe(1)
  const runs = (await lab(home, ['runs'])).out.split('\n')
  expect(runs.filter((line) => line.includes('changed since'))).toHaveLength(1)
})

it('verify refuses runs and studies that there are not, and what is no number', async () => {
  const home = temporaryFolder()
  await lab(home, ['study', 'run', studyFile(home, ['steps=20'])])
  expect(await lab(home, ['verify', '99'])).toMatchObject({ code: 2, err: expect.stringContaining('99') })
  expect(await lab(home, ['verify', 'two'])).toMatchObject({ code: 2, err: expect.stringContaining('two') })
  expect(await lab(home, ['verify', '--study', 'none'])).toMatchObject({
    code: 2,
    err: expect.stringContaining('none'),
  })
})

it('verify --seal seals runs of earlier versions as they stand', async () => {
  const home = temporaryFolder()
  await lab(home, ['study', 'run', studyFile(home, ['steps=20'])])
  change(home, 'DELETE FROM seals')
  const before = await lab(home, ['verify'])
  expect(before).toMatchObject({ code: 0 })
  expect(before.out).toMatch(/2 ended under an earlier version.*verify --seal/)
  expect((await lab(home, ['verify', '--seal'])).out).toContain('2 were sealed as they stand')
  expect((await lab(home, ['verify'])).out).toContain('2 runs are as they were')
})
