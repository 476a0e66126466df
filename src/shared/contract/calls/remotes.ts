/** Calls on labs of other computers: asked of the lab of this one, by its shell alone. */
import { z } from 'zod'
import type { BundleImport } from '../bundle.ts'
import type { DoctorItem } from '../info.ts'
import { remoteSchema } from '../remotes.ts'
import type { RemoteList } from '../remotes.ts'
import { gives, reaches } from './call.ts'
import { file, nothing } from './fields.ts'

const name = z.string().min(1).max(63)

export const remoteCalls = {
  'remotes/list': reaches(nothing, gives<RemoteList>()),
  'remotes/add': reaches(remoteSchema, gives<RemoteList>()),
  'remotes/remove': reaches(z.strictObject({ name }), gives<RemoteList>()),
  /** Whether it can be reached, and what is missing there. */
  'remotes/check': reaches(z.strictObject({ name }), gives<readonly DoctorItem[]>()),
  /** Copies the program there and sets it up; what it says is told as the event `remotes/told`. */
  'remotes/setup': reaches(z.strictObject({ name }), gives<readonly DoctorItem[]>()),
  /** Brings a bundle of this computer in there. */
  'remotes/send': reaches(z.strictObject({ name, bundle: file }), gives<BundleImport>()),
} as const
