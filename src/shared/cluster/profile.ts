/** A cluster as its user describes it: where jobs go, what a task gets, which folder both sides see. */
import { z } from 'zod'
import { BenchError } from '../contract/errors.ts'

/** Words of a scheduler's options: nothing that a shell or a script would read as more than one. */
const word = (what: string) =>
  z
    .string()
    .max(200)
    .regex(/^[\w.@:+,=/-]*$/, `${what}: letters, digits and . _ - @ : + , = / only`)

const line = z
  .string()
  .max(4000)
  .refine((text) => !/[\r\n\0]/.test(text), 'one line each')

/** The longest time limit in minutes: a year. */
const MOST_MINUTES = 525_600

export const clusterNameSchema = z
  .string()
  .regex(/^[A-Za-z0-9][\w-]{0,39}$/, 'a name of up to 40 letters, digits, - and _')

export const clusterSchema = z.strictObject({
  name: clusterNameSchema,
  scheduler: z.enum(['slurm']).default('slurm'),
  partition: word('partition').default(''),
  account: word('account').default(''),
  qos: word('qos').default(''),
  /** Longest time limit of a task in minutes; 0: the partition’s own. */
  time: z.number().int().min(0).max(MOST_MINUTES).default(0),
  /** Processors of a task. */
  cpus: z.number().int().min(1).max(4096).default(1),
  /** Memory of a task in MB; 0: the partition’s own. */
  memory: z.number().int().min(0).max(100_000_000).default(0),
  /** Generic resources of a task, e.g. gpu:1. */
  gres: word('gres').default(''),
  /** Most tasks at once, 0: as many as the cluster gives. */
  atOnce: z.number().int().min(0).max(1_000_000).default(0),
  /** Runs of a task, one after the other; 0: by the estimate. */
  perTask: z.number().int().min(0).max(100_000).default(0),
  /** Lines of shell before a task, e.g. module load cuda. */
  setUp: z.array(line).max(100).default([]),
  /** Folder on the file system that login node and nodes share. */
  folder: line.refine((text) => text.startsWith('/'), 'a whole path, from / on'),
  /** The command that starts the bench’s command line on a node; empty: the program that submits. */
  program: line.default(''),
})

export type ClusterProfile = z.output<typeof clusterSchema>
export type ClusterInput = z.input<typeof clusterSchema>

/** Characters of a path that a scheduler would read as a pattern, or a script as its end. */
const UNFIT = /["\\$`%\r\n\0]/

/** Reads a profile. @throws BenchError `bad-input` naming the first wrong field. */
export function parseCluster(input: unknown): ClusterProfile {
  const result = clusterSchema.safeParse(input)
  if (!result.success) {
    const issue = result.error.issues[0]
    const where = issue.path.join('.') || 'cluster'
    throw new BenchError('bad-input', `${where}: ${issue.message}`, where)
  }
  const { folder } = result.data
  if (UNFIT.test(folder)) {
    throw new BenchError(
      'bad-input',
      `folder: ${folder} holds a letter that a job's script cannot: one of " \\ $ \` %`,
      'folder',
    )
  }
  return result.data
}
