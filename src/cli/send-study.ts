/** A study sent to a cluster from the command line. */
import { BenchError } from '../shared/contract/errors.ts'
import type { LabInput } from '../shared/contract/lab.ts'
import type { ClusterSubmission } from '../shared/contract/cluster.ts'
import type { LabDoor } from '../lab/lab.ts'
import type { Session } from './session.ts'

export interface OnOptions {
  readonly on?: string
  readonly dryRun?: boolean
  readonly time?: number
  readonly perTask?: number
}

/** Refuses what only has a meaning on a cluster, or has none there. */
export function checkOn(
  { on, dryRun, time, perTask, out }: OnOptions & { readonly out: readonly string[] },
  made: boolean,
): void {
  const alone = [dryRun && '--dry-run', time && '--time', perTask && '--per-task'].find(Boolean)
  if (on === undefined && alone)
    throw new BenchError('bad-input', `${alone} is for a study sent to a cluster: --on NAME.`, String(alone))
  if (on !== undefined && made)
    throw new BenchError('impossible', 'This study trains nothing; it is made here, without --on.', '--on')
  if (on !== undefined && out.length > 0) {
    const text =
      '--out writes results, which a study that is sent has not yet: lab cluster collect, lab export.'
    throw new BenchError('bad-input', text, '--out')
  }
}

/** Sends, or tells what would be sent. */
export async function sendStudy(
  session: Session,
  lab: LabDoor,
  input: LabInput<'cluster/submit'>,
  json: boolean | undefined,
): Promise<void> {
  const sent = await lab.call('cluster/submit', input)
  session.print(json, sent, () => (input.dryRun ? dryText(sent) : sentText(sent)))
}

const limitText = ({ minutes, basis }: ClusterSubmission): string =>
  minutes > 0 ? `${minutes} min for a task: ${basis}.` : `Time of a task: ${basis}.`

function countText({ submitted, reused, tasks, arrays, waiting = 0 }: ClusterSubmission): string {
  const there = reused > 0 ? `; ${reused} are there already or on their way` : ''
  const more = waiting > 0 ? `; ${waiting} rows follow when their learning rates are known` : ''
  const several = arrays.length === 1 ? 'an array' : `${arrays.length} arrays`
  return `${submitted} runs in ${tasks} ${tasks === 1 ? 'task' : 'tasks'}, ${several}${there}${more}.`
}

function sentText(sent: ClusterSubmission): string {
  if (sent.submitted === 0) return `${sent.verdict} Nothing was sent.`
  return [
    `${sent.cluster}: ${countText(sent)}`,
    `Job ${sent.jobs.join(', ')}. ${limitText(sent)}`,
    `It goes on without this program. What it has come to: lab cluster collect ${sent.cluster}`,
  ].join('\n')
}

function dryText(sent: ClusterSubmission): string {
  if (sent.submitted === 0) return `${sent.verdict} Nothing would be sent.`
  const all = sent.arrays.map((array, index) => `${index + 1}. --array=${array}`)
  return [
    `Would send to ${sent.cluster}: ${countText(sent)}`,
    limitText(sent),
    `The scheduler says: ${sent.verdict}`,
    ...(all.length > 1 ? ['Arrays:', ...all] : []),
    '',
    sent.scripts[0].trimEnd(),
  ].join('\n')
}
