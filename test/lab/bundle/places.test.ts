import { homedir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import {
  ofThisUser,
  studyWithPlaces,
  textWithoutUser,
  withoutUser,
  withPlaces,
} from '../../../src/lab/bundle/places.ts'
import { identityOf } from '../../../src/shared/spec/identity.ts'
import { parseSpec, parseStudy } from '../../../src/shared/spec/parse.ts'

const mine = join(homedir(), 'data', 'table.csv')
const sha256 = 'a'.repeat(64)

it('a path of the user’s is written without the user, and read as the reader’s', () => {
  expect(withoutUser(mine)).toBe('~/data/table.csv')
  expect(ofThisUser('~/data/table.csv')).toBe(mine)
  for (const path of ['', 'table.csv', '/srv/data/table.csv', `${homedir()}-other/x`])
    expect([withoutUser(path), ofThisUser(path)]).toEqual([path, path])
  expect(textWithoutUser(`${mine} has changed`)).toBe('~/data/table.csv has changed')
})

it('a specification keeps its identity, so that a path that names the run stays', () => {
  const own = parseSpec({
    data: { name: 'file', path: mine, sha256 },
    initialization: { scheme: 'file', file: { path: mine, sha256 } },
  })
  const shared = withPlaces(own, withoutUser)
  expect(JSON.stringify(shared)).not.toContain(homedir())
  expect(identityOf(shared)).toBe(identityOf(own))
  expect(withPlaces(shared, ofThisUser)).toEqual(own)
  const folder = parseSpec({ data: { name: 'mnist', path: mine } })
  expect(withPlaces(folder, withoutUser)).toEqual(folder)
})

it('a study names no user wherever it names files', () => {
  const study = parseStudy({
    id: 'x',
    title: 'X',
    base: { data: { name: 'file', path: mine }, initialization: { file: { path: mine } } },
    axes: [{ name: 'Data', points: [{ label: 'a', set: { 'data.path': mine, 'data.repeats': 2 } }] }],
  })
  const shared = studyWithPlaces(study, withoutUser)
  expect(JSON.stringify(shared)).not.toContain(homedir())
  expect(studyWithPlaces(shared, ofThisUser)).toEqual(study)
})
