/** The queue as a whole. */
import { z } from 'zod'
import { queueOf } from '../context.ts'
import { MOST_CONCURRENT } from '../queue.ts'
import { countByStatus } from '../store/runs.ts'
import { nothing, parseInput } from './types.ts'
import type { Handlers } from './types.ts'

const setSchema = z.strictObject({
  paused: z.boolean().optional(),
  concurrency: z.number().int().min(1).max(MOST_CONCURRENT).optional(),
})

export const queueHandlers: Handlers<'queue/state' | 'queue/set'> = {
  'queue/state': (context, input) => {
    parseInput(nothing, input)
    if (context.queue) return context.queue.state()
    const counts = countByStatus(context.database)
    const of = (status: Parameters<typeof counts.get>[0]): number => counts.get(status) ?? 0
    return {
      paused: false,
      running: of('running'),
      queued: of('queued') + of('interrupted'),
      finished: of('finished') + of('diverged'),
      failed: of('failed'),
      fraction: null,
      secondsLeft: null,
      concurrency: 1,
    }
  },
  'queue/set': (context, input) => queueOf(context).set(parseInput(setSchema, input)),
}
