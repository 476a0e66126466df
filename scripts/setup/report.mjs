// What a person sees of set-up: one line per step, with size and time left. All of it goes to standard error,
// so that standard output stays clean for `--json`.

const REDRAW_MS = 200
const PLAIN_EVERY_MS = 5_000

const terminal = Boolean(process.stderr.isTTY)

/** Writes one plain line. */
export function say(line) {
  process.stderr.write(`${terminal ? '\r\u001b[K' : ''}${line}\n`)
}

/** Whole megabytes (10^6), as the registries count them. */
export function megabytes(bytes) {
  return `${Math.max(1, Math.round(bytes / 1e6))} MB`
}

/** `8 s`, `2 min 05 s`. */
export function duration(seconds) {
  const whole = Math.max(0, Math.round(seconds))
  if (whole < 60) return `${whole} s`
  return `${Math.floor(whole / 60)} min ${String(whole % 60).padStart(2, '0')} s`
}

function amountText(done, total, unit) {
  if (unit === '%') return ''
  if (unit === 'bytes') return `${megabytes(done)} of ${megabytes(total)}, `
  return `${Math.round(done)} of ${total} ${unit ?? ''}, `
}

/**
 * Starts a progress line.
 * @param {string} title what is going on, for example "Native engine: download"
 * @param {{total?: number, unit?: 'bytes' | string, expectedSeconds?: number}} [size]
 *   `total` in `unit`; a step without a size may give the seconds it usually takes instead
 * @returns `at(done, total?)` to move it, `end(text)` to close it with a result, `drop()` to take it away
 */
export function progress(title, size = {}) {
  const started = Date.now()
  let shown = 0
  let total = size.total
  const seconds = () => (Date.now() - started) / 1000

  const text = (done) => {
    const elapsed = seconds()
    if (!total) {
      const left = size.expectedSeconds ? size.expectedSeconds - elapsed : 0
      return left > 0 ? `${title}: about ${duration(left)} left` : `${title}: ${duration(elapsed)} so far`
    }
    const share = Math.min(1, done / total)
    const amount = amountText(done, total, size.unit)
    const left = share > 0.02 ? `, ${duration((elapsed * (1 - share)) / share)} left` : ''
    return `${title}: ${amount}${Math.floor(share * 100)} %${left}`
  }

  if (!terminal) say(size.unit === 'bytes' && total ? `${title} (${megabytes(total)})` : title)
  const at = (done, newTotal) => {
    if (newTotal) total = newTotal
    const now = Date.now()
    if (
      now - shown < (terminal ? REDRAW_MS : PLAIN_EVERY_MS) ||
      (!terminal && now - started < PLAIN_EVERY_MS)
    )
      return
    shown = now
    if (terminal) process.stderr.write(`\r\u001b[K${text(done)}`)
    else say(`  ${text(done)}`)
  }
  return {
    at,
    seconds,
    end: (result) => say(`${title}: ${result} (${duration(seconds())})`),
    drop: () => {
      if (terminal) process.stderr.write('\r\u001b[K')
    },
  }
}

/** Calls `look` now and then while `work` is under way: for children that tell nothing of their progress. */
export async function whileWatching(work, look, everyMs = 250) {
  const timer = setInterval(look, everyMs)
  try {
    return await work
  } finally {
    clearInterval(timer)
  }
}
