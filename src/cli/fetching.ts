/** A download on the terminal: how far it is, and Ctrl-C. */
import type { DataProgress } from '../shared/contract/data.ts'
import { BenchError } from '../shared/contract/errors.ts'
import { formatBytes } from '../shared/format/number.ts'
import { CLEAR_LINE, EXIT } from './io.ts'
import type { Session } from './session.ts'

const LIVE_MS = 100
const PLAIN_MS = 5000

/**
 * Does the work with its progress shown. Returns null when it was interrupted: then `stopped` was told and
 * the exit code is set. Other errors are the caller's.
 */
export async function fetching<T>(
  session: Session,
  stopped: string,
  work: (progress: (now: DataProgress) => void, signal: AbortSignal) => Promise<T>,
): Promise<T | null> {
  const { io } = session
  const clear = io.live ? CLEAR_LINE : ''
  let shownAt = 0
  const show = ({ received, total, what }: DataProgress): void => {
    const now = performance.now()
    if (now - shownAt < (io.live ? LIVE_MS : PLAIN_MS)) return
    shownAt = now
    const text = `${what}: ${formatBytes(received)} of ${formatBytes(total)}`
    io.err(io.live ? `${clear}${text}` : `${text}\n`)
  }
  const abort = new AbortController()
  const stop = io.onInterrupt(() => abort.abort(new BenchError('cancelled', stopped)))
  try {
    const done = await work(show, abort.signal)
    io.err(clear)
    return done
  } catch (error) {
    if (!abort.signal.aborted) throw error
    session.exitCode = EXIT.interrupted
    io.err(`${clear}${stopped}\n`)
    return null
  } finally {
    stop()
  }
}
