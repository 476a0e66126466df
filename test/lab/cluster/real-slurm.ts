/**
 * A Slurm of one machine in a folder of its own: munged, slurmctld and slurmd with their own key, socket,
 * ports and state, ended by their pid files. It needs root and Debian's packages; where they are not there
 * they are fetched once, and without them the tests say what they skip.
 */
import { execFileSync, spawnSync } from 'node:child_process'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { createServer } from 'node:net'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { randomBytes } from 'node:crypto'

const PROGRAMS = ['munged', 'slurmctld', 'slurmd', 'sbatch', 'squeue', 'scontrol', 'scancel']
const PACKAGES = ['slurmctld', 'slurmd', 'slurm-client', 'munge']
const PATH = `${process.env['PATH'] ?? ''}:/usr/sbin:/usr/local/sbin`

const has = (program: string): boolean =>
  PATH.split(':').some((folder) => folder !== '' && existsSync(join(folder, program)))

/** Why there is no Slurm to test with; null where there is. */
export function whyNoSlurm(): string | null {
  if (process.platform !== 'linux') return 'Slurm runs on Linux'
  if (process.getuid?.() !== 0) return 'its daemons need root'
  if (PROGRAMS.every(has)) return null
  if (!has('apt-get') || process.env['GIVENS_APT'] === 'no')
    return 'slurmctld, slurmd and munge are not installed'
  const quiet = { stdio: 'ignore', env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } } as const
  spawnSync('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...PACKAGES], quiet)
  return PROGRAMS.every(has) ? null : 'slurmctld, slurmd and munge could not be installed'
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.on('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0))
    })
  })
}

export interface RealSlurm {
  readonly folder: string
  /** Runs one of its programs; what it wrote. */
  run(program: string, ...words: string[]): string
  /** Ends the controller, and begins it again with the state that it kept. */
  restartController(): Promise<void>
  stop(): void
}

/** Processes of a submission's task: the one that Slurm began, or, with `--alone`, that of its runs. */
export function processesOf(folder: string, task: number, ...more: readonly '--alone'[]): number[] {
  const wanted = ['cluster', 'task', folder, String(task), ...more, '']
  return readdirSync('/proc').flatMap((name) => {
    const file = `/proc/${name}/cmdline`
    try {
      const words = /^\d+$/.test(name) ? readFileSync(file, 'utf8').split('\0') : []
      return words.slice(-wanted.length).join('\0') === wanted.join('\0') ? [Number(name)] : []
    } catch {
      return [] // It ended meanwhile.
    }
  })
}

const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

async function until(what: string, holds: () => boolean): Promise<void> {
  const deadline = Date.now() + 20_000
  while (!holds()) {
    if (Date.now() > deadline) throw new Error(`Slurm: ${what} does not come`)
    await wait(100)
  }
}

function configuration(folder: string, ports: readonly number[], arraySize: number): string {
  const host = hostname().split('.')[0]
  const [controller, node] = ports
  return [
    'ClusterName=givens',
    `SlurmctldHost=${host}(127.0.0.1)`,
    'SlurmUser=root',
    `SlurmctldPort=${controller}`,
    `SlurmdPort=${node}`,
    'AuthType=auth/munge',
    // A task that is begun again waits for its old credential to run out; Slurm takes no less than 6 s, and
    // where it is given less it says so in its log, and waits for two minutes.
    `AuthInfo=socket=${folder}/munge.socket,cred_expire=6`,
    'CredType=cred/munge',
    `StateSaveLocation=${folder}/state`,
    `SlurmdSpoolDir=${folder}/spool`,
    `SlurmctldPidFile=${folder}/slurmctld.pid`,
    `SlurmdPidFile=${folder}/slurmd.pid`,
    `SlurmctldLogFile=${folder}/slurmctld.log`,
    `SlurmdLogFile=${folder}/slurmd.log`,
    'ProctrackType=proctrack/linuxproc',
    'TaskPlugin=task/none',
    'SelectType=select/cons_tres',
    'SelectTypeParameters=CR_Core',
    'SchedulerParameters=batch_sched_delay=0,sched_min_interval=100000,sched_interval=1,bf_interval=1',
    'ReturnToService=2',
    'MpiDefault=none',
    'KillWait=5',
    `MaxArraySize=${arraySize + 1}`,
    'SlurmdParameters=config_overrides',
    `NodeName=${host} NodeAddr=127.0.0.1 CPUs=4 RealMemory=2000 State=UNKNOWN`,
    'PartitionName=main Nodes=ALL Default=YES MaxTime=60 State=UP',
    '',
  ].join('\n')
}

/** Begins a Slurm of one node with four processors, arrays of at most `arraySize` tasks. */
export async function startSlurm(arraySize = 10): Promise<RealSlurm> {
  const folder = mkdtempSync(join(tmpdir(), 'givens-slurm-'))
  chmodSync(folder, 0o755)
  for (const name of ['state', 'spool']) mkdirSync(join(folder, name))
  const conf = join(folder, 'slurm.conf')
  writeFileSync(conf, configuration(folder, [await freePort(), await freePort()], arraySize))
  writeFileSync(join(folder, 'munge.key'), randomBytes(128), { mode: 0o600 })
  const env = { ...process.env, PATH, SLURM_CONF: conf }
  const run = (program: string, ...words: string[]): string =>
    execFileSync(program, words, {
      env,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: 30_000,
    })
  const end = (pidFile: string): void => {
    const file = join(folder, pidFile)
    if (!existsSync(file)) return
    const pid = Number(readFileSync(file, 'utf8').trim())
    if (pid > 1 && existsSync(`/proc/${pid}`)) process.kill(pid, 'SIGTERM')
  }
  const munge = ['key-file', 'socket', 'pid-file', 'log-file', 'seed-file'].map(
    (name) => `--${name}=${join(folder, `munge.${name.replace('-file', '')}`)}`,
  )
  run('munged', '--force', ...munge)
  run('slurmctld')
  run('slurmd')
  const isUp = (): boolean => {
    try {
      return run('sinfo', '--noheader', '--format=%T').includes('idle')
    } catch {
      return false // Not there yet.
    }
  }
  await until('the node', isUp)
  return {
    folder,
    run,
    restartController: async () => {
      const pid = readFileSync(join(folder, 'slurmctld.pid'), 'utf8').trim()
      end('slurmctld.pid')
      await until('the end of the controller', () => !existsSync(`/proc/${pid}`))
      run('slurmctld')
    },
    stop: () => {
      try {
        run('scancel', '--full', '--user=root')
      } catch {
        // The controller may be gone; its jobs are ended below with their daemon.
      }
      for (const file of ['slurmctld.pid', 'slurmd.pid', 'munge.pid']) end(file)
      rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 })
    },
  }
}
