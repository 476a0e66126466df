/** A test job: what a cluster says to the profile, and what a node sees. */
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ClusterProfile } from '../../shared/cluster/profile.ts'
import type { ClusterCheck } from '../../shared/contract/cluster.ts'
import { BenchError } from '../../shared/contract/errors.ts'
import { formatBytes } from '../../shared/format/number.ts'
import type { LabContext } from '../context.ts'
import { explain } from '../store/failures.ts'
import { programCommand, quoted } from './program.ts'
import { dataStore } from './ready.ts'
import { schedulerOf } from './schedulers/index.ts'
import type { JobScript, TaskState } from './schedulers/types.ts'
import { checkFolder, makeSpool } from './spool.ts'
import { factsFile } from './task/look.ts'
import type { NodeFacts } from './task/look.ts'

/** Minutes that the test job asks for. */
const MINUTES = 5
const POLL_MS = 1000

type Item = ClusterCheck['items'][number]

/** Looks at everything, one after the other, until something is wrong. Never rejects for what it finds. */
export async function checkCluster(
  context: LabContext,
  profile: ClusterProfile,
  seconds: number,
): Promise<ClusterCheck> {
  const items: Item[] = []
  const good = (name: string, text: string): void => void items.push({ name, ok: true, text })
  try {
    await look(context, profile, seconds, items, good)
  } catch (thrown) {
    const error = explain(thrown, profile.folder)
    if (!(error instanceof BenchError)) throw error
    items.push({ name: error.where ?? 'cluster', ok: false, text: error.message })
  }
  return { cluster: profile.name, ok: items.every(({ ok }) => ok), items }
}

async function look(
  context: LabContext,
  profile: ClusterProfile,
  seconds: number,
  items: Item[],
  good: (name: string, text: string) => void,
): Promise<void> {
  const scheduler = schedulerOf(profile)
  const most = await scheduler.mostTasks()
  good('scheduler', `${scheduler.name} answers; an array may have ${most} tasks`)
  checkFolder(profile.folder)
  const root = join(profile.folder, `check-${process.pid}-${context.now().getTime()}`)
  const { logs } = makeSpool(root)
  try {
    good('folder', `${profile.folder} can be written here`)
    const script = scheduler.script(testScript(profile, root, logs))
    const file = join(root, 'job.sh')
    writeFileSync(file, script)
    good('job', (await scheduler.test(file)) || `${scheduler.name} takes the job`)
    const job = await scheduler.submit(file)
    const state = await waitFor(profile, job, seconds)
    items.push(...told(profile, root, job, state, context.version))
  } finally {
    rmSync(root, { recursive: true, force: true })
  }
}

function testScript(profile: ClusterProfile, root: string, logs: string): JobScript {
  const minutes = profile.time > 0 ? Math.min(profile.time, MINUTES) : MINUTES
  const command = programCommand(profile)
  return {
    ...{ profile, title: 'check', tasks: 1, minutes, logs, after: null },
    lines: () => [
      `hostname > ${quoted(join(root, 'node'))}`,
      ...profile.setUp,
      `export GIVENS_DATA=${quoted(dataStore())}`,
      `${command} cluster look ${quoted(root)} 2> ${quoted(join(root, 'error'))}`,
    ],
  }
}

/** Waits for a job of one task; its last state, null when it is forgotten already. */
async function waitFor(profile: ClusterProfile, job: string, seconds: number): Promise<TaskState | null> {
  const scheduler = schedulerOf(profile)
  const deadline = performance.now() + 1000 * seconds
  for (;;) {
    const state = (await scheduler.states([job])).get(job)?.get(0) ?? null
    if (state === null || state.phase === 'ended' || state.phase === 'cancelled') return state
    if (performance.now() > deadline) {
      await scheduler.cancel(job, [0])
      return state
    }
    await new Promise((resolve) => setTimeout(resolve, POLL_MS))
  }
}

function told(
  profile: ClusterProfile,
  root: string,
  job: string,
  state: TaskState | null,
  version: string,
): Item[] {
  const scheduler = schedulerOf(profile)
  const text = (file: string): string | null =>
    existsSync(join(root, file)) ? readFileSync(join(root, file), 'utf8').trim() : null
  if (state?.phase === 'waiting') {
    const why = state.reason === null ? '' : ` (${state.reason})`
    return [
      { name: 'run', ok: false, text: `job ${job} still waits: ${state.state}${why}; it was cancelled` },
    ]
  }
  const node = text('node')
  const how = state === null ? 'ended' : state.state
  const ran: Item = {
    name: 'run',
    ok: node !== null,
    text: `job ${job}: ${how}, on ${state?.node ?? node ?? '?'}`,
  }
  if (node === null) {
    const seen = `${profile.folder} was not seen from the node, or the job could not begin`
    return [ran, { name: 'shared folder', ok: false, text: seen }]
  }
  const items: Item[] = [
    ran,
    { name: 'shared folder', ok: true, text: `${profile.folder} is seen from ${node}` },
  ]
  const facts = text(factsFile('')) === null ? null : (JSON.parse(text(factsFile('')) ?? '') as NodeFacts)
  if (facts === null) {
    const output = text(join('logs', scheduler.logName(job, 0))) ?? ''
    const why = `${text('error') ?? ''}\n${output}`.trim().split('\n').slice(-3).join(' ')
    return [
      ...items,
      { name: 'program', ok: false, text: `it does not start on ${node}: ${why || 'no word of why'}` },
    ]
  }
  return [...items, ...factItems(profile, facts, version)]
}

function factItems(profile: ClusterProfile, facts: NodeFacts, version: string): Item[] {
  const same = facts.version === version
  const gpus = facts.gpus.length > 0 ? facts.gpus.join(', ') : 'none'
  const wantsGpu = profile.gres.includes('gpu')
  return [
    {
      name: 'program',
      ok: same,
      text: same
        ? `Givens Bench ${facts.version}`
        : `Givens Bench ${facts.version} there, ${version} here; bring the older one up to date`,
    },
    {
      name: 'processors',
      ok: facts.threads >= profile.cpus,
      text: `${facts.threads} for a task, ${facts.processor}`,
    },
    { name: 'memory', ok: true, text: `${formatBytes(facts.memory)} on the node` },
    {
      name: 'GPU',
      ok: !wantsGpu || facts.gpus.length > 0,
      text: facts.devices === null ? gpus : `${gpus}; devices given: ${facts.devices || 'none'}`,
    },
    {
      name: 'data',
      ok: facts.data,
      text: facts.data
        ? `${facts.store} is seen`
        : `${facts.store} is not there; name a shared one by GIVENS_DATA`,
    },
  ]
}
