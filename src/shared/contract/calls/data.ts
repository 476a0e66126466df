/** Calls on data sets, and on TensorFlow for an installed program. */
import { z } from 'zod'
import { DATA_NAMES } from '../../spec/schema.ts'
import type { DataCheck, DataEntry, DataSamples, OwnDataEntry } from '../data.ts'
import type { TensorFlowState } from '../tensorflow.ts'
import { changes, gives, reads, settles, takes } from './call.ts'
import { file, nothing } from './fields.ts'

const name = z.enum(DATA_NAMES)
const path = z.string().max(4096)
const label = z.string().max(200).default('')
const shown = z.strictObject({
  name,
  path: path.default(''),
  label,
  perClass: z.number().int().min(1).max(20).default(8),
  classes: z.number().int().min(1).max(100).default(20),
})

export const dataCalls = {
  'data/list': reads(nothing, gives<readonly DataEntry[]>()),
  /**
   * Fetches a set that a registry carries; returns when it is there. Progress comes as events. Who asks
   * again waits for the same download.
   */
  'data/get': settles(z.strictObject({ name }), gives<DataEntry>()),
  /** Ends a download; nothing is left of it. */
  'data/cancel': settles(z.strictObject({ name }), gives<DataEntry>()),
  /** Reads a set, in the store or in a folder, and compares it with the original. */
  'data/check': reads(z.strictObject({ name, path: path.default(''), label }), gives<DataCheck>()),
  /** The first `perClass` training images of each of the first `classes` classes. */
  'data/samples': reads(shown, gives<DataSamples>()),
  /** Lets a folder of the user's stand for a set in all runs that name none; null takes that back. */
  'data/link': settles(z.strictObject({ name, path: path.min(1).nullable() }), gives<DataEntry>()),
  /** The user's own files and folders that the bench remembers. */
  'data/own': reads(nothing, gives<readonly OwnDataEntry[]>()),
  /** Remembers a file or folder of the lab's computer; not for the page, which reads what its user chose. */
  'data/add': takes(z.strictObject({ path: path.min(1), label }), gives<OwnDataEntry>()),
  /** Another column of labels for a remembered file. */
  'data/relabel': settles(z.strictObject({ path: path.min(1), label }), gives<OwnDataEntry>()),
  /** Forgets it; the file stays. */
  'data/forget': settles(z.strictObject({ path: path.min(1) }), gives<readonly OwnDataEntry[]>()),
} as const

const wanted = z.strictObject({ variant: z.enum(['cpu', 'cuda']).default('cpu'), path: file.optional() })

export const tensorFlowCalls = {
  'tensorflow/state': reads(nothing, gives<TensorFlowState>()),
  /** Fetches it, or takes a wheel (`path`) that was brought along; answers when it is there. */
  'tensorflow/install': changes(wanted, gives<TensorFlowState>(), { path: 'taken' }),
  /** Stops the fetch; what came is kept for the next one. */
  'tensorflow/cancel': settles(nothing, gives<TensorFlowState>()),
} as const
