/** Fields that the inputs of several calls have. */
import { z } from 'zod'

z.config({ jitless: true })

export const nothing = z.strictObject({})
export const id = z.number().int().min(1)
export const ids = z.array(id).max(100_000).readonly()
export const study = z.string().min(1).max(64)
/** A file or folder, as its caller names it. */
export const file = z.string().min(1).max(4096)
/** A name for `jobs/progress` and `jobs/cancel`. */
export const job = z.string().min(1).max(64)
export const metric = z.string().regex(/^[a-z]+\.[a-z0-9-]+$/, 'a phase and a name, such as test.accuracy')
export const at = z.enum(['last', 'best', 'best-validation'])
