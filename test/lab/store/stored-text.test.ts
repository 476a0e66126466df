// A byte of a stored text is another one: the home opens, and what is asked for is refused with a word.
import Database from 'better-sqlite3'
import { expect, it, vi } from 'vitest'
import { pathsOf } from '../../../src/lab/store/home.ts'
import { fakeLab, fakeStudy, start, temporaryFolder } from '../support.ts'

vi.mock('../../../src/lab/run/pool.ts', () => import('../../fakes/no-thread.ts'))

it.each([
  ['runs', 'spec', 'runs/list'],
  ['runs', 'tags', 'runs/list'],
  ['runs', 'environment', 'runs/get'],
  ['study_runs', 'labels', 'runs/list'],
  ['studies', 'definition', 'studies/list'],
] as const)('%s.%s', async (table, column, method) => {
  const home = temporaryFolder()
  const lab = fakeLab({ home, start: 'none' })
  await start(lab, fakeStudy(['steps=1']))
  await lab.close()
  const database = new Database(pathsOf(home).database)
  database.exec(`UPDATE ${table} SET ${column} = '{"a":1,' || substr(${column}, 2)`)
  database.exec(`UPDATE ${table} SET ${column} = substr(${column}, 1, length(${column}) - 1)`)
  database.close()
  const again = fakeLab({ home, start: 'none' })
  const asked = again.request(method, method === 'runs/get' ? { id: 1 } : {})
  await expect(asked).rejects.toMatchObject({
    code: 'damaged',
    message: expect.stringMatching(/is damaged.*not what was stored.*lab restore --list/s) as string,
  })
  await expect(again.call('queue/state', {})).resolves.toMatchObject({ running: 0 })
})
