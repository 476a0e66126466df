/**
 * `action` at once when it was quiet for `ms`, else once when the time is over. Returns the caller and its
 * end.
 */
export function throttled(action: () => void, ms: number): readonly [() => void, () => void] {
  let timer: ReturnType<typeof setTimeout> | null = null
  let last = -Infinity
  const run = (): void => {
    timer = null
    last = Date.now()
    action()
  }
  const call = (): void => {
    if (timer) return
    const wait = last + ms - Date.now()
    if (wait <= 0) run()
    else timer = setTimeout(run, wait)
  }
  const stop = (): void => {
    if (timer) clearTimeout(timer)
    timer = null
  }
  return [call, stop]
}
