/** The queue as a whole. */
import { queueOf } from '../context.ts'
import { countedState } from '../run/counted-state.ts'
import { listWaiting, orderQueue } from '../store/queue-order.ts'
import { waitingTimes } from '../run/waiting.ts'
import type { Handlers } from './types.ts'

export const queueHandlers: Handlers<'queue/state' | 'queue/set' | 'queue/list' | 'queue/order'> = {
  'queue/state': (context) => context.queue?.state() ?? countedState(context.database),
  'queue/list': (context) =>
    context.queue?.waiting() ?? waitingTimes(context.database, listWaiting(context.database), []),
  'queue/order': (context, input) => {
    const queue = queueOf(context)
    orderQueue(context.database, input)
    return queue.reordered()
  },
  'queue/set': (context, input) => queueOf(context).set(input),
}
