/** The queue as a whole. */
import { z } from 'zod'
import { PRIORITIES } from '../../shared/contract/queue.ts'
import { queueOf } from '../context.ts'
import { countedState } from '../run/counted-state.ts'
import { MOST_CONCURRENT } from '../run/queue.ts'
import { listWaiting, orderQueue } from '../store/queue-order.ts'
import { waitingTimes } from '../run/waiting.ts'
import { idSchema, idsSchema, nothing, parseInput } from './types.ts'
import type { Handlers } from './types.ts'

const setSchema = z.strictObject({
  paused: z.boolean().optional(),
  concurrency: z.number().int().min(1).max(MOST_CONCURRENT).optional(),
})

const orderSchema = z.union([
  z.strictObject({ ids: idsSchema, to: z.enum(['front', 'back']) }),
  z.strictObject({ ids: idsSchema, before: idSchema }),
  z.strictObject({ ids: idsSchema, priority: z.enum(PRIORITIES) }),
])

export const queueHandlers: Handlers<'queue/state' | 'queue/set' | 'queue/list' | 'queue/order'> = {
  'queue/state': (context, input) => {
    parseInput(nothing, input)
    return context.queue?.state() ?? countedState(context.database)
  },
  'queue/list': (context, input) => {
    parseInput(nothing, input)
    return context.queue?.waiting() ?? waitingTimes(context.database, listWaiting(context.database), [])
  },
  'queue/order': (context, input) => {
    const queue = queueOf(context)
    orderQueue(context.database, parseInput(orderSchema, input))
    return queue.reordered()
  },
  'queue/set': (context, input) => queueOf(context).set(parseInput(setSchema, input)),
}
