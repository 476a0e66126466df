/**
 * What a scheduler of a cluster must be able to do. Another one is one more file beside slurm.ts and a line
 * in index.ts; nothing else knows a scheduler's commands, words or variables.
 */
import type { ClusterProfile } from '../../../shared/cluster/profile.ts'

export interface JobScript {
  readonly profile: ClusterProfile
  readonly title: string
  /** Tasks are numbered from 0. */
  readonly tasks: number
  /** Minutes of a task; 0: the partition's own limit. */
  readonly minutes: number
  /** Where output goes: a folder. */
  readonly logs: string
  /** Lines that end in the program; `TASK` is where the number of the task belongs. */
  readonly lines: (task: string) => readonly string[]
  /** An array that must be over before this one begins; null for none. */
  readonly after: string | null
}

/** Whether a task waits, works, or is over, in this program's words. */
export type TaskPhase = 'waiting' | 'working' | 'cancelled' | 'ended'

export interface TaskState {
  readonly phase: TaskPhase
  /** The scheduler's own word. */
  readonly state: string
  readonly reason: string | null
  readonly node: string | null
  /** Whether it waits until somebody lets it go. */
  readonly held: boolean
}

/** What a task can know of itself. */
export interface TaskPlace {
  readonly job: string | null
  readonly node: string | null
  /** Processors that were given; null where the scheduler does not say. */
  readonly cpus: number | null
  readonly devices: string | null
}

export interface Scheduler {
  readonly name: string
  /** Most tasks of an array. @throws BenchError `unavailable` where the scheduler does not answer. */
  mostTasks(): Promise<number>
  script(script: JobScript): string
  /** Array of an already written script, as options, to show. */
  arrayOf(script: JobScript): string
  /** What it would say to a script. @throws BenchError `bad-input` with its words where it would refuse. */
  test(file: string): Promise<string>
  /** Submits; the number of the array. @throws BenchError with its words. */
  submit(file: string): Promise<string>
  /**
   * States of the tasks of arrays, by array and number of the task; a task that it does not know any more is
   * left out. @throws BenchError `unavailable` where it does not answer: then nothing is known.
   */
  states(jobs: readonly string[]): Promise<Map<string, Map<number, TaskState>>>
  /** Ends tasks of an array; those that are over are passed over. */
  cancel(job: string, tasks: readonly number[]): Promise<void>
  /**
   * How tasks ended that `states` leaves out, from the site's accounts; nothing where there are none.
   */
  past(job: string): Promise<Map<number, TaskState>>
  /** The command that lets held tasks go, for their user. */
  letGo(names: readonly string[]): string
  /** Name of a task as the scheduler shows it. */
  taskName(job: string, task: number): string
  /** File name of a task's output in the folder of logs. */
  logName(job: string, task: number): string
  /** In a task: what it knows of itself. */
  place(environment: NodeJS.ProcessEnv): TaskPlace
  /** In a task: asks that it be begun again. @throws BenchError where that is not allowed. */
  requeue(environment: NodeJS.ProcessEnv): Promise<void>
}
