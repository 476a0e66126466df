/** Keeps an eye on clusters while a lab works: spools every few seconds, schedulers more rarely. */
import { BenchError } from '../../shared/contract/errors.ts'
import type { LabContext } from '../context.ts'
import { clustersWithReserved, openSubmissions } from '../store/cluster.ts'
import { collectClusters } from './collect.ts'

const SPOOL_MS = 4000
/** A controller serves the whole cluster: one question in so long. */
const ASK_MS = 15_000

/** Begins to watch; the function returned ends that, and waits for what is going on. */
export function watchClusters(context: LabContext, onError: (error: unknown) => void): () => Promise<void> {
  let over = false
  let timer: NodeJS.Timeout | null = null
  let askedAt = -Infinity
  let told = ''
  let going: Promise<void> = Promise.resolve()
  const isIdle = (): boolean =>
    openSubmissions(context.database).length === 0 && clustersWithReserved(context.database).length === 0
  const look = async (): Promise<void> => {
    if (isIdle()) return
    const ask = performance.now() - askedAt >= ASK_MS
    if (ask) askedAt = performance.now()
    try {
      const { troubles, finished, failed } = await collectClusters(context, { ask })
      const text = troubles.join(' ')
      // The same trouble is told once, and again when it has been over.
      if (text !== '' && text !== told) onError(new BenchError('unavailable', text, 'cluster'))
      told = text
      if (finished + failed > 0) context.emitter.emit('cluster/changed', {})
    } catch (error) {
      onError(error)
    }
  }
  const next = (): void => {
    if (over) return
    timer = setTimeout(() => {
      going = look().finally(next)
    }, SPOOL_MS)
    timer.unref()
  }
  next()
  return async () => {
    over = true
    if (timer) clearTimeout(timer)
    await going
  }
}
