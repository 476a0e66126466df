import Database from 'better-sqlite3'
import { expect, it, vi } from 'vitest'
import { prepared } from '../../../src/lab/store/statements.ts'

it('prepares a text once for each connection', () => {
  const [one, other] = [new Database(':memory:'), new Database(':memory:')]
  const prepare = vi.spyOn(one, 'prepare')
  const values = [1, 2, 3].map((value) => prepared(one, 'SELECT ? AS value').get(value))
  expect(values).toEqual([{ value: 1 }, { value: 2 }, { value: 3 }])
  expect(prepare).toHaveBeenCalledTimes(1)
  one.close()
  expect(prepared(other, 'SELECT ? AS value').get(4)).toEqual({ value: 4 })
  other.close()
})

it('keeps the ways apart in which rows are asked for', () => {
  const database = new Database(':memory:')
  const text = 'SELECT ? AS one, 2 AS two'
  for (let turn = 0; turn < 2; turn++) {
    expect(prepared(database, text).all(1)).toEqual([{ one: 1, two: 2 }])
    expect(prepared(database, text, 'pluck').all(1)).toEqual([1])
    expect(prepared(database, text, 'raw').all(1)).toEqual([[1, 2]])
  }
  database.close()
})

it('takes what the tables have become since it was prepared', () => {
  const database = new Database(':memory:')
  database.exec('CREATE TABLE t (a); INSERT INTO t VALUES (1)')
  expect(prepared(database, 'SELECT * FROM t').all()).toEqual([{ a: 1 }])
  database.exec('ALTER TABLE t ADD COLUMN b DEFAULT 2')
  expect(prepared(database, 'SELECT * FROM t').all()).toEqual([{ a: 1, b: 2 }])
  database.close()
})
