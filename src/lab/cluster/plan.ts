/** How runs become tasks, tasks become arrays, and how long a task may take. */
import { formatDuration } from '../../shared/format/number.ts'

/** A task that is packed by the estimate has about so much to do: enough to be worth its waiting. */
const TASK_SECONDS = 900

/**
 * The limit proposed is so many times the estimate, and so many minutes more, for slower nodes and begins.
 */
const ALLOWANCE = { factor: 2, minutes: 10 } as const

export interface Expected {
  readonly run: number
  /** Seconds by measurement; null when none fits. */
  readonly seconds: number | null
}

/** Runs of each task. */
export function packRuns(runs: readonly Expected[], perTask: number): Expected[][] {
  const known = runs.flatMap(({ seconds }) => seconds ?? [])
  const mean = known.length > 0 ? known.reduce((sum, seconds) => sum + seconds, 0) / known.length : null
  const tasks: Expected[][] = []
  let task: Expected[] = []
  let filled = 0
  for (const run of runs) {
    const seconds = run.seconds ?? mean ?? TASK_SECONDS
    const full = perTask > 0 ? task.length >= perTask : filled + seconds > TASK_SECONDS
    if (task.length > 0 && full) {
      tasks.push(task)
      task = []
      filled = 0
    }
    task.push(run)
    filled += seconds
  }
  if (task.length > 0) tasks.push(task)
  return tasks
}

/** Tasks of each array: `first` and `count`. */
export function chunkTasks(tasks: number, most: number): { first: number; count: number }[] {
  const chunks: { first: number; count: number }[] = []
  for (let first = 0; first < tasks; first += most)
    chunks.push({ first, count: Math.min(most, tasks - first) })
  return chunks
}

/**
 * Minutes that a task may take. Asked for, else proposed from the estimate and at most the profile's.
 * @param most minutes of the profile; 0: what the partition allows
 */
export function timeLimit(
  tasks: readonly (readonly Expected[])[],
  most: number,
  asked?: number,
): { readonly minutes: number; readonly basis: string } {
  if (asked !== undefined) return { minutes: asked, basis: 'as asked for' }
  const all = tasks.flat()
  const known = all.filter(({ seconds }) => seconds !== null).length
  const usual = most > 0 ? 'that of the profile' : 'the partition’s own'
  if (known < all.length)
    return { minutes: most, basis: `${usual}: steps of these runs were not measured on this machine yet` }
  const longest = Math.max(
    0,
    ...tasks.map((task) => task.reduce((sum, { seconds }) => sum + (seconds ?? 0), 0)),
  )
  const proposed = Math.ceil((ALLOWANCE.factor * longest) / 60) + ALLOWANCE.minutes
  const words =
    `twice the ${formatDuration(longest)} that the longest task takes by steps measured on this machine, ` +
    `and ${ALLOWANCE.minutes} minutes`
  if (most > 0 && proposed > most)
    return {
      minutes: most,
      basis: `${usual}; ${words}, would be ${proposed}. It is begun again where it ends`,
    }
  return { minutes: proposed, basis: words }
}
