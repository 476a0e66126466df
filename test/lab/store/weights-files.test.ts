// A study that starts from a file of weights, through the lab: bound by content, refused by name, trained.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { hashOf } from '../../../src/engine/interchange/weights-file.ts'
import { fakeLab, temporaryFolder, start } from '../support.ts'

const fixture = join(import.meta.dirname, '../../fixtures/torch-mlp.npz')
const study = (path: string, id = 'from-file') => ({
  id,
  title: 'From a file',
  base: { initialization: { scheme: 'file', file: { path } } },
  seeds: [1, 2],
})

it('binds runs to the content: another path is the same run, another content is not', async () => {
  const lab = fakeLab()
  const folder = temporaryFolder()
  const [first, second] = [join(folder, 'a.npz'), join(folder, 'b.npz')]
  for (const path of [first, second]) writeFileSync(path, readFileSync(fixture))
  const runs = await start(lab, study(first))
  expect(runs).toHaveLength(2)
  const { spec } = (await lab.call('runs/get', { id: runs[0] })).row
  expect(spec.initialization.file).toMatchObject({ path: first, sha256: hashOf(readFileSync(fixture)) })
  expect(await start(lab, study(second, 'moved'))).toEqual(runs)
  writeFileSync(second, 'PK other')
  expect(await start(lab, study(second, 'changed'))).not.toContain(runs[0])
  const axis = {
    ...study('', 'axis'),
    axes: [
      {
        name: 'Start',
        points: [first, second].map((path) => ({ label: path, set: { 'initialization.file.path': path } })),
      },
    ],
    seeds: [1],
  }
  const both = await start(lab, axis)
  expect(both[0]).toBe(runs[0])
  expect(new Set(both).size).toBe(2)
})

it('tells a missing file in the estimate, and does not start', async () => {
  const lab = fakeLab()
  const missing = study(join(temporaryFolder(), 'none.npz'))
  const { problems } = await lab.call('studies/estimate', { study: missing })
  expect(problems.join()).toMatch(/no weights file .*none\.npz/)
  await lab.call('studies/save', { study: missing })
  await expect(lab.call('studies/start', { id: missing.id })).rejects.toMatchObject({
    code: 'not-found',
    where: 'initialization.file.path',
  })
})
