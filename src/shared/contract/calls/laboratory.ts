/** Calls of the Initialization lab and the Theory page. */
import { z } from 'zod'
import {
  drawExportSchema,
  drawSchema,
  timesSchema,
  timingSchema,
  weightsSchema,
} from '../../laboratory/requests.ts'
import type { Drawing, PatternFile, TimingProgress } from '../../laboratory/types.ts'
import { measureSchema } from '../../theory/requests.ts'
import type { NetworkMeasurement } from '../../theory/requests.ts'
import { gives, reads, settles, writes } from './call.ts'
import { file, job } from './fields.ts'

/** A file of a pattern is small: 4096 × 4096 positions are some megabytes. */
const MOST_PATTERN_BYTES = 32 * 1024 * 1024

const named = { job: job.optional() }
const pattern = z.strictObject({
  name: z.string().min(1).max(255),
  base64: z.string().max(MOST_PATTERN_BYTES * 2),
})

export const laboratoryCalls = {
  /** Draws one matrix or kernel; `job` names it for `jobs/progress` and `jobs/cancel`. */
  'laboratory/draw': reads(z.strictObject({ draw: drawSchema, ...named }), gives<Drawing>()),
  /** The pattern that a file holds, as settings keep it: .npz, .png, or rows of 0 and 1. */
  'laboratory/pattern': reads(pattern, gives<PatternFile>()),
  /** Measures case after case; each point is told as the event `laboratory/timing` when it is there. */
  'laboratory/timing': reads(
    z.strictObject({ timing: timingSchema, ...named }),
    gives<readonly TimingProgress[]>(),
  ),
  /** Draws networks and measures their Jacobians' spectra; `job` as for a drawing. */
  'theory/measure': reads(z.strictObject({ network: measureSchema, ...named }), gives<NetworkMeasurement>()),
  /** Stops a drawing, a measurement or a check of a method; whoever waits hears `cancelled`. */
  'jobs/cancel': settles(z.strictObject({ job }), gives<{ readonly cancelled: boolean }>()),
  'laboratory/export': writes(
    drawExportSchema.extend({ file }),
    gives<{ readonly file: string; readonly bytes: number }>(),
    { file: 'written' },
  ),
  /** Writes measured times as CSV. */
  'laboratory/export-times': writes(
    timesSchema.extend({ file }),
    gives<{ readonly file: string; readonly rows: number; readonly bytes: number }>(),
    { file: 'written' },
  ),
  /** Writes the stored weights and masks of a run. */
  'weights/write': writes(
    weightsSchema.extend({ file }),
    gives<{ readonly file: string; readonly arrays: number; readonly bytes: number }>(),
    { file: 'written' },
  ),
} as const
