// What a scheduler's task makes of signals, of its process's ends, and of a controller that is busy.
import { execFileSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { parseCluster } from '../../../src/shared/cluster/profile.ts'
import { slurm } from '../../../src/lab/cluster/schedulers/slurm.ts'
import { makeSpool } from '../../../src/lab/cluster/spool.ts'
import { supervise, TASK_EXIT } from '../../../src/lab/cluster/task/supervise.ts'
import { temporaryFolder } from '../support.ts'

/** The task whose own number is that of its array, as Slurm gives one of each. */
const PLACE = { SLURM_ARRAY_JOB_ID: '7', SLURM_ARRAY_TASK_ID: '3', SLURM_JOB_ID: '7' }

const before = process.env['PATH']
let folder = ''
beforeEach(() => {
  folder = temporaryFolder()
})
afterEach(() => {
  process.env['PATH'] = before
  for (const signal of ['SIGUSR1', 'SIGTERM', 'SIGINT'] as const) process.removeAllListeners(signal)
})

/** An scontrol that writes down what it is asked, and does what a line of shell says. */
function scontrol(line: string): () => string[] {
  const file = join(folder, 'scontrol')
  const asked = join(folder, 'asked')
  writeFileSync(file, `#!/bin/sh\necho "$@" >>'${asked}'\n${line}\n`)
  chmodSync(file, 0o755)
  process.env['PATH'] = `${folder}:${before ?? ''}`
  return () => (existsSync(asked) ? readFileSync(asked, 'utf8').trim().split('\n') : [])
}

describe('a task that asks to be begun again', () => {
  it('names itself, not its array, and asks a controller that is busy once more', async () => {
    const once = join(folder, 'once')
    const asked = scontrol(
      `[ -e '${once}' ] || { touch '${once}'; echo 'Unable to contact slurm controller' >&2; exit 1; }`,
    )
    await slurm.requeue(PLACE)
    expect(asked()).toEqual(['requeue 7_3', 'requeue 7_3'])
  })

  it('is content where that was done already, and tells what Slurm forbids', async () => {
    scontrol(`echo 'Job is pending execution for job 7_3' >&2; exit 1`)
    await slurm.requeue(PLACE)
    const asked = scontrol(`echo 'Requested operation is presently disabled for job 7_3' >&2; exit 1`)
    await expect(slurm.requeue(PLACE)).rejects.toThrow(/does not begin 7_3 again: .*presently disabled/)
    expect(asked()).toHaveLength(2)
    scontrol('kill -TERM $$; sleep 9')
    await expect(slurm.requeue(PLACE)).rejects.toThrow('scontrol was ended by SIGTERM.')
  })

  it('lives through a warning that comes before it listens', () => {
    const profile = parseCluster({ name: 'c', folder })
    const lines = (): readonly string[] => ['kill -USR1 $$', 'echo it lives']
    const job = { profile, title: 't', tasks: 1, minutes: 1, logs: folder, lines, after: null }
    expect(execFileSync('bash', { input: slurm.script(job), encoding: 'utf8' })).toBe('it lives\n')
  })
})

describe('the process of the runs', () => {
  /** A task whose process does what a line of JavaScript says; `turn` counts from 1. */
  async function task(line: string, asUser: () => void = () => undefined) {
    const root = join(folder, 'spool')
    mkdirSync(root, { recursive: true })
    const paths = makeSpool(root)
    const entry = join(folder, 'entry.mjs')
    const turns = join(folder, 'turns')
    writeFileSync(
      entry,
      `import { appendFileSync, readFileSync } from 'node:fs'
appendFileSync('${turns}', 'x')
const turn = readFileSync('${turns}', 'utf8').length
const stopped = (code) => process.on('message', () => process.exit(code))
process.send({ run: 5 }, () => { ${line} })`,
    )
    const said: string[] = []
    const ended = supervise({
      ...{ root, task: 3, scheduler: slurm, entry, words: [], say: (text: string) => void said.push(text) },
      environment: { ...process.env, ...PLACE },
    })
    asUser()
    const code = await ended
    const result = existsSync(paths.result(5)) ? readFileSync(paths.result(5), 'utf8') : null
    return { code, said: said.join('\n'), turns: readFileSync(turns, 'utf8').length, result }
  }

  it('that ends over what nobody caught is begun again, and the other runs go on', async () => {
    const once = await task(`process.exit(turn === 1 ? 1 : ${TASK_EXIT.done})`)
    expect(once).toMatchObject({ code: 0, turns: 2, result: null })
    expect(once.said).toContain('the process of run 5 died (exit code 1)')
  })

  it('that has failed runs, or says why it cannot work, is not', async () => {
    expect(await task(`process.exit(${TASK_EXIT.failed})`)).toMatchObject({ code: 1, turns: 1, result: null })
    expect(await task(`process.exit(${TASK_EXIT.refused})`)).toMatchObject({ code: 1, turns: 2 })
  })

  it('stops at the warning and is begun again, whatever comes after the warning', async () => {
    const asked = scontrol('exit 0')
    const warn = (): void => {
      process.emit('SIGUSR1')
      process.emit('SIGTERM')
      process.emit('SIGUSR1')
    }
    const end = await task(`stopped(${TASK_EXIT.stopped})`, warn)
    expect([end.code, asked()]).toEqual([TASK_EXIT.stopped, ['requeue 7_3']])
    expect(end.said).toMatch(/SIGUSR1: stopping at a checkpoint[^]*begun again later/)
    // A process that a signal for all of them reached before it listened.
    const early = await task(`process.kill(process.pid, 'SIGTERM')`, () => process.emit('SIGUSR1'))
    expect([early.code, asked()]).toEqual([TASK_EXIT.stopped, ['requeue 7_3', 'requeue 7_3']])
  })

  it('that is told to stop without a warning is not begun again', async () => {
    const asked = scontrol('exit 0')
    const end = await task(`stopped(${TASK_EXIT.stopped})`, () => process.emit('SIGTERM'))
    expect([end.code, asked()]).toEqual([TASK_EXIT.stopped, []])
  })
})
