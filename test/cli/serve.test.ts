// The command line beside a lab that serves: it speaks to that lab rather than say that the home is in use.
import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { expect, it, vi } from 'vitest'
import manifest from '../../package.json' with { type: 'json' }
import { openFarLab } from '../../src/lab/line/far-lab.ts'
import { readDoor } from '../../src/lab/line/address.ts'
import { served } from '../lab/line/support.ts'
import { fakeLab, fakeStudy, temporaryFolder, untilStep } from '../lab/support.ts'
import { lab, studyFile } from './support.ts'
import { COMMAND_LINE } from '../entries.ts'

it('queues, waits and reports through the lab that has the home', async () => {
  const { home, lab: own } = await served({ version: manifest.version })
  const result = await lab(home, ['study', 'run', studyFile(home, ['steps=20'])])
  expect(result).toMatchObject({ code: 0 })
  expect(result.err).toContain('[2/2]')
  expect(result.out).toMatch(/Test accuracy/)
  expect((await own.call('runs/list', {})).map(({ status }) => status)).toEqual(Array(2).fill('finished'))
  // What names files names them from where the person stands, not the lab.
  const file = join(temporaryFolder(), 'runs.csv')
  const words = ['export', '--study', 'fake', '--what', 'runs', '--out', relative(process.cwd(), file)]
  expect((await lab(home, words)).code).toBe(0)
  expect(readFileSync(file, 'utf8').trimEnd().split('\r\n')).toHaveLength(3)
})

it('leaves the runs to the lab at Ctrl-C', async () => {
  const { home, lab: own } = await served({ version: manifest.version })
  let press = (): void => undefined
  const file = studyFile(home, ['steps=100000 ms=5'])
  const going = lab(home, ['study', 'run', file], (listener) => {
    press = listener
  })
  await vi.waitFor(async () => expect(await own.call('runs/list', {})).toHaveLength(2), 20_000)
  await untilStep(own, 1, 1)
  press()
  expect(await going).toMatchObject({ code: 130, err: expect.stringContaining('go on') as string })
  await own.call('runs/cancel', { ids: [1, 2] })
})

it('says who has a home that no lab serves, and which side is too old', async () => {
  const home = temporaryFolder()
  fakeLab({ home })
  expect(await lab(home, ['resume'])).toMatchObject({
    code: 1,
    err: expect.stringContaining('a test') as string,
  })
  const old = await served({ version: '0.0.1' })
  const refused = await lab(old.home, ['resume'])
  expect(refused.err).toMatch(/is of version 0\.0\.1, this program of .*serve --stop/)
})

it('starts a lab for a line, serves it, and ends it when told', async () => {
  const home = join(temporaryFolder(), 'home')
  const words = ['--home', home, 'connect', '--stdio', '--idle', '1']
  const far = openFarLab({
    name: 'The lab',
    here: false,
    version: manifest.version,
    remedy: '',
    dial: () => {
      const child = spawn(process.execPath, [COMMAND_LINE, ...words], { stdio: ['pipe', 'pipe', 'inherit'] })
      return Promise.resolve({
        input: child.stdout,
        output: child.stdin,
        hangUp: () => void child.kill(),
        why: (error) => Promise.reject(error ?? new Error('ended')),
      })
    },
  })
  await far.call('studies/save', { study: fakeStudy(['steps=1']) })
  expect((await far.call('studies/get', { id: 'fake' })).study.title).toBe('Fake')
  const pid = readDoor(home)?.pid
  await far.close()
  // The lab is its own: the line's end is not its end.
  expect((await lab(home, ['queue', 'list', '--json'])).code).toBe(0)
  expect(readDoor(home)?.pid).toBe(pid)
  expect(await lab(home, ['serve'])).toMatchObject({
    code: 1,
    err: expect.stringContaining(`process ${pid}`) as string,
  })
  const told = await lab(home, ['serve', '--stop'])
  expect(told).toMatchObject({ code: 0, err: expect.stringContaining('was told to end') as string })
  expect(readDoor(home)).toBeNull()
  expect(readFileSync(join(home, 'serve.log'), 'utf8')).toMatch(/^Serving /)
})
