import { expect, it } from 'vitest'
import { pathsOf } from '../../../src/lab/store/home.ts'
import { openStore } from '../../../src/lab/store/open.ts'
import type { Connection } from '../../../src/lab/store/open.ts'
import { addRun, findExisting, listRuns } from '../../../src/lab/store/runs.ts'
import { groupOf, identityOf } from '../../../src/shared/spec/identity.ts'
import { parseSpec } from '../../../src/shared/spec/parse.ts'
import { runGroup, runIdentity } from '../../../src/shared/spec/usage.ts'
import { temporaryFolder } from '../support.ts'

const NOW = '2026-11-28T00:00:00.000Z'
const sao = (density: number, seed = 1) =>
  parseSpec({
    sparsity: { distribution: 'uniform', density },
    initialization: { scheme: 'sao', saoDegree: 10 },
    seed,
  })

/** A run as versions stored it that took every field for used. */
function storeAsBefore(database: Connection, spec: ReturnType<typeof sao>): number {
  const id = addRun(
    database,
    { identity: identityOf(spec), group: groupOf(spec), spec, backend: 'auto' },
    NOW,
  )
  database
    .prepare(
      "UPDATE runs SET group_hash = ?, used_identity = '', used_group = '', used_version = 0 WHERE id = ?",
    )
    .run(groupOf(spec), id)
  return id
}

it('runs stored before are kept as they were, and found by what they use', () => {
  const paths = pathsOf(temporaryFolder())
  const old = openStore(paths)
  const first = storeAsBefore(old, sao(0.1))
  const second = storeAsBefore(old, sao(0.2))
  expect(findExisting(old, runIdentity(sao(0.1)), 'auto')).toBeUndefined()
  old.close()

  const database = openStore(paths)
  expect(listRuns(database).map(({ id, identity, group, spec }) => ({ id, identity, group, spec }))).toEqual(
    [
      [first, sao(0.1)],
      [second, sao(0.2)],
    ].map(([id, spec]) => ({
      id,
      spec,
      identity: identityOf(spec as ReturnType<typeof sao>),
      group: groupOf(spec as ReturnType<typeof sao>),
    })),
  )
  expect(runIdentity(sao(0.1))).toBe(runIdentity(sao(0.2)))
  for (const density of [0.1, 0.2, 0.3])
    expect(findExisting(database, runIdentity(sao(density)), 'auto')?.id).toBe(first)
  expect(findExisting(database, identityOf(sao(0.2)), 'auto')?.id).toBe(second)

  const added = addRun(
    database,
    {
      identity: runIdentity(sao(0.3, 2)),
      group: runGroup(sao(0.3, 2)),
      spec: sao(0.3, 2),
      backend: 'auto',
    },
    NOW,
  )
  expect(listRuns(database, { ids: [added] })[0].group).toBe(groupOf(sao(0.1)))
  database.close()
})
