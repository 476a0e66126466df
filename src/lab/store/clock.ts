/** Times that were stored, against a clock that may have been set since, forwards or back. */

/**
 * Whether something was done less than `span` milliseconds ago. What stands in the future was noted while the
 * clock was wrong, and counts as done long ago: else it would not be done again until that time comes.
 */
export function isWithin(done: number, span: number, now: Date): boolean {
  const since = now.getTime() - done
  return since >= 0 && since < span
}
