/** Labs of other computers, reached over ssh. */
import { z } from 'zod'

z.config({ jitless: true })

export const REMOTE_NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/
/** This computer's own lab, where a lab is named. */
export const HERE = 'here'
/** Where set-up puts the program on another computer, below its user's folder. */
export const PROGRAM_FOLDER = '.local/share/givens-bench/program'

const line = z
  .string()
  .min(1)
  .max(4096)
  .regex(/^[^\n\r\0]*$/, 'one line')

export const remoteSchema = z.strictObject({
  name: z
    .string()
    .regex(REMOTE_NAME, 'letters, digits, dots, dashes and underscores, at most 63')
    .refine((name) => name !== HERE, { message: `“${HERE}” is this computer` }),
  /** `user@host`, or a name of ~/.ssh/config. */
  host: line.regex(/^[^-\s][^\s]*$/, 'user@host, or a name of ~/.ssh/config'),
  port: z.number().int().min(1).max(65_535).optional(),
  /** The lab's home there; its user's own when left out. */
  home: line.optional(),
  /** Where the program is there; what does not begin with `/` lies below the user's folder. */
  program: line.default(PROGRAM_FOLDER),
  /** How its command line is called there, in place of the program's folder: `module load node && …`. */
  command: line.optional(),
  /** Options for ssh, as after its `-o`. */
  options: z.array(line).max(50).readonly().default([]),
})
export type Remote = z.output<typeof remoteSchema>

/** What the window's program for ssh's questions says when one was declined, by which that end is known. */
export const DECLINED = 'Givens Bench: the question was not answered.'

/**
 * What is asked in the window's own dialog. By ssh, while it connects: a secret, whether something is right,
 * or a word that it only says; by the shell: a path on the lab's computer, where no native dialog leads.
 */
export interface SshQuestion {
  readonly id: string
  readonly kind: 'secret' | 'confirm' | 'notice' | 'path'
  /** ssh's own words, or the shell's. */
  readonly text: string
  /** The lab that is dialed. */
  readonly lab: string
}

/** Labs that were named, and hosts of ~/.ssh/config that could be. */
export interface RemoteList {
  readonly labs: readonly Remote[]
  readonly hosts: readonly string[]
}
export type RemoteInput = z.input<typeof remoteSchema>
