/** Tasks with a name, which can be cancelled as long as they are under way. */
import { BenchError } from '../../shared/contract/errors.ts'
import type { LabContext } from '../context.ts'
import { runTask } from '../threads/task-thread.ts'

const labs = new WeakMap<LabContext, Map<string, AbortController>>()

function jobsOf(context: LabContext): Map<string, AbortController> {
  const jobs = labs.get(context) ?? new Map<string, AbortController>()
  labs.set(context, jobs)
  return jobs
}

/** Runs a task that `cancelJob` can stop; without a name it cannot be. */
export async function runJob(
  context: LabContext,
  name: string | undefined,
  task: string,
  input: unknown,
  onProgress: (job: string, value: unknown) => void,
): Promise<unknown> {
  if (name === undefined) return runTask(context.workerUrl, task, input)
  const jobs = jobsOf(context)
  if (jobs.has(name)) throw new BenchError('conflict', `A job named “${name}” is under way.`, 'job')
  const abort = new AbortController()
  jobs.set(name, abort)
  try {
    return await runTask(context.workerUrl, task, input, {
      signal: abort.signal,
      onProgress: (value) => onProgress(name, value),
    })
  } finally {
    jobs.delete(name)
  }
}

/** Stops a job; false where none of that name is under way. */
export function cancelJob(context: LabContext, name: string): boolean {
  const abort = jobsOf(context).get(name)
  abort?.abort()
  return abort !== undefined
}
