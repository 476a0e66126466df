// After a power cut the database may be older than the checkpoints beside it.
import { appendFileSync, copyFileSync, readdirSync, renameSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { pathsOf } from '../../../src/lab/store/home.ts'
import { openStore } from '../../../src/lab/store/open.ts'
import { fakeLab, fakeStudy, start, temporaryFolder, until, untilStep } from '../support.ts'

/** A home with a run paused twice; its database is that of the first pause, its folder of the second. */
async function cut(spoil: (folder: string) => void) {
  const home = temporaryFolder()
  const paths = pathsOf(home)
  const lab = fakeLab({ home, checkpointEveryMs: 1e9 })
  const [id] = await start(lab, fakeStudy(['steps=300 ms=2']))
  const steps: number[] = []
  for (const place of [40, 120]) {
    await untilStep(lab, id, place)
    await lab.call('runs/pause', { ids: [id] })
    const [row] = await until(lab, [id], 'paused')
    steps.push(row.step)
    if (place === 40) {
      const database = openStore(paths)
      database.pragma('wal_checkpoint(TRUNCATE)')
      database.close()
      copyFileSync(paths.database, `${paths.database}.old`)
      await lab.call('runs/resume', { ids: [id] })
    }
  }
  await lab.close()
  renameSync(`${paths.database}.old`, paths.database)
  spoil(paths.checkpoints)
  const after = fakeLab({ home })
  await after.call('runs/resume', { ids: [id] })
  await until(after, [id], 'finished')
  const { events } = await after.call('runs/get', { id })
  return { steps, messages: events.map(({ message }) => message) }
}

it('a run goes on from a sound checkpoint that the database does not know', async () => {
  const { steps, messages } = await cut(() => undefined)
  expect(messages.filter((text) => text.includes(`checkpoint of step ${steps[1]}`))).toHaveLength(1)
  expect(messages.some((text) => text.includes('starts again'))).toBe(false)
})

it('and starts again where that file is damaged', async () => {
  const { messages } = await cut((folder) => {
    for (const name of readdirSync(folder)) appendFileSync(join(folder, name), 'x')
  })
  expect(messages.some((text) => text.includes('starts again'))).toBe(true)
})
