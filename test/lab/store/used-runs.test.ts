import { expect, it } from 'vitest'
import { pathsOf } from '../../../src/lab/store/home.ts'
import { openStore } from '../../../src/lab/store/open.ts'
import type { Connection } from '../../../src/lab/store/open.ts'
import { addRun, changeRun, findAllExisting, findExisting, listRuns } from '../../../src/lab/store/runs.ts'
import { groupOf, identityOf } from '../../../src/shared/spec/identity.ts'
import { parseSpec } from '../../../src/shared/spec/parse.ts'
import { runGroup, runIdentity, USAGE_VERSION } from '../../../src/shared/spec/usage.ts'
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

it('runs that earlier rules told of are told of anew: untrained ones, SNIP as published', () => {
  const untrained = (learningRate: number) => parseSpec({ training: { epochs: 0, learningRate } })
  const snip = (variant: string) =>
    parseSpec({ model: { name: 'resnet' }, sparsity: { distribution: 'snip', density: 0.1, variant } })
  const pairs = [
    [untrained(0.5), untrained(0.01)],
    [snip('published'), snip('literature')],
  ] as const
  const paths = pathsOf(temporaryFolder())
  const old = openStore(paths)
  // What was stored under the first rules, by which all of it was used.
  const ids = pairs.map(([spec]) => {
    const [identity, group] = [identityOf(spec), groupOf(spec)]
    const id = addRun(old, { identity, group, spec, backend: 'auto' }, NOW)
    old
      .prepare('UPDATE runs SET used_identity = ?, used_group = ?, used_version = 1 WHERE id = ?')
      .run(identity, group, id)
    return id
  })
  for (const [, now] of pairs) expect(findExisting(old, runIdentity(now), 'auto')).toBeUndefined()
  old.close()

  const database = openStore(paths)
  pairs.forEach(([stored, now], k) => {
    expect(runIdentity(now)).not.toBe(identityOf(stored))
    for (const identity of [runIdentity(now), runIdentity(stored), identityOf(stored)])
      expect(findExisting(database, identity, 'auto')?.id).toBe(ids[k])
    const [{ identity, group, spec }] = listRuns(database, { ids: [ids[k]] })
    expect({ identity, group, spec }).toEqual({
      identity: identityOf(stored),
      group: groupOf(stored),
      spec: stored,
    })
  })
  const versions = database.prepare<[], number>('SELECT DISTINCT used_version FROM runs').pluck().all()
  expect(versions).toEqual([USAGE_VERSION])
  database.close()
})

it('runs that exist are found alike one by one and all at once', () => {
  const database = openStore(pathsOf(temporaryFolder()))
  const add = (density: number, backend: string, status: string, backendUsed: string | null = null) => {
    const spec = sao(density)
    const id = addRun(
      database,
      // As an earlier version stored it: found by what it uses, too.
      { identity: identityOf(spec), group: groupOf(spec), spec, backend },
      NOW,
    )
    changeRun(database, id, { status, backendUsed })
    return id
  }
  const failed = add(0.1, 'sparse', 'failed')
  const queued = add(0.1, 'auto', 'queued')
  const finished = add(0.2, 'reference', 'finished', 'reference')
  const used = runIdentity(sao(0.3))
  const ids = [identityOf(sao(0.1)), identityOf(sao(0.2)), used, 'none', used]
  const ask = (backend: string) =>
    Object.fromEntries([...findAllExisting(database, ids, backend)].map(([key, { id }]) => [key, id]))
  expect(ask('auto')).toEqual({ [ids[0]]: queued, [ids[1]]: finished, [used]: finished })
  expect(ask('sparse')).toEqual({ [ids[0]]: failed, [used]: failed })
  expect(ask('tensorflow')).toEqual({})
  for (const backend of ['auto', 'sparse', 'reference', 'tensorflow'])
    for (const identity of ids)
      expect(findExisting(database, identity, backend)?.id).toBe(ask(backend)[identity])
  database.close()
})
