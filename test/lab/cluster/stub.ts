/** A scheduler that is a few shell scripts: it keeps what it is given, and says what the test wrote down. */
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach } from 'vitest'
import type { Lab } from '../../../src/lab/lab.ts'
import { schedulerOf } from '../../../src/lab/cluster/schedulers/index.ts'
import { Task } from '../../../src/lab/cluster/task/task.ts'
import type { TaskEnd } from '../../../src/lab/cluster/task/task.ts'
import { FAKE_WORKER, temporaryFolder } from '../support.ts'

const before = process.env['PATH']
afterEach(() => {
  process.env['PATH'] = before
})

const SCRIPTS = {
  sbatch: `case "$1" in
  --test-only)
    if grep -q partition=nowhere "$2"; then
      echo 'sbatch: error: invalid partition specified: nowhere' >&2; exit 1; fi
    echo 'sbatch: Job 9 to start at 2026-01-01T00:00:00 using 1 processors' >&2 ;;
  *)
    [ ! -e STUB/refuse ] || { echo 'sbatch: error: Access/permission denied' >&2; exit 1; }
    number=$(($(cat STUB/count) + 1)); echo $number > STUB/count
    cp "$2" STUB/job-$number.sh; echo $number ;;
  esac`,
  squeue: `if [ -e STUB/down ]; then
    echo 'slurm_load_jobs error: Unable to contact slurm controller' >&2; exit 1; fi
  cat STUB/states`,
  scontrol: `echo "MaxArraySize            = $(cat STUB/most)"`,
  scancel: `echo "$@" >> STUB/cancelled`,
}

export class Stub {
  readonly folder: string
  readonly spool: string

  /** Puts its programs first on the path of this process. @param most tasks of an array */
  constructor(most = 1000) {
    this.folder = join(temporaryFolder(), 'stub')
    this.spool = join(temporaryFolder(), 'spool')
    const programs = join(this.folder, 'bin')
    mkdirSync(programs, { recursive: true })
    this.write('count', '0')
    this.write('states', '')
    this.write('most', String(most + 1))
    for (const [name, text] of Object.entries(SCRIPTS)) {
      writeFileSync(join(programs, name), `#!/bin/sh\n${text.replaceAll('STUB', this.folder)}\n`)
      chmodSync(join(programs, name), 0o755)
    }
    process.env['PATH'] = `${programs}:${before ?? ''}`
  }

  write(name: string, text: string): void {
    writeFileSync(join(this.folder, name), text)
  }

  read(name: string): string {
    const file = join(this.folder, name)
    return existsSync(file) ? readFileSync(file, 'utf8') : ''
  }

  /** What squeue says: `1_0 RUNNING`, `1_2 PENDING Resources`, a line each. */
  says(...lines: string[]): void {
    const rows = lines.map((line) => {
      const [task, state, reason = 'None'] = line.split(' ')
      return `${task.replace('_', '|')}|${state}|${state === 'PENDING' ? '' : 'node7'}|${reason}`
    })
    this.write('states', `${rows.join('\n')}\n`)
  }

  /** The scripts that were submitted. */
  get scripts(): string[] {
    return readdirSync(this.folder)
      .filter((name) => name.startsWith('job-'))
      .toSorted((a, b) => Number(a.slice(4, -3)) - Number(b.slice(4, -3)))
      .map((name) => this.read(name))
  }

  async cluster(lab: Lab, more: Record<string, unknown> = {}): Promise<void> {
    await lab.call('cluster/save', { cluster: { name: 'stub', folder: this.spool, ...more } })
  }

  /** Folders of submissions, oldest first. */
  get submissions(): string[] {
    return readdirSync(this.spool)
      .filter((name) => existsSync(join(this.spool, name, 'submission.json')))
      .toSorted()
      .map((name) => join(this.spool, name))
  }
}

/** A task as the scheduler would begin it, in this process. */
export function taskOf(root: string, task: number, job = '1'): Task {
  const environment = {
    SLURM_ARRAY_JOB_ID: job,
    SLURM_ARRAY_TASK_ID: String(task),
    SLURMD_NODENAME: 'node7',
    SLURM_CPUS_PER_TASK: '3',
  }
  return new Task({
    ...{ root, task, workerUrl: FAKE_WORKER, environment: { program: 'test' }, now: () => new Date() },
    place: schedulerOf({ scheduler: 'slurm' }).place(environment),
    onRun: () => undefined,
    say: () => undefined,
  })
}

/** Works on a task to its end. */
export const work = (root: string, task: number, job?: string): Promise<TaskEnd> =>
  taskOf(root, task, job).work()
