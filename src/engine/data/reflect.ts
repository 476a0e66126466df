/**
 * Index into a line of `size` after reflection without repeating the border (numpy's and PyTorch's
 * `reflect`).
 */
export function reflect(index: number, size: number): number {
  if (size === 1) return 0
  const period = 2 * size - 2
  const folded = ((index % period) + period) % period
  return folded < size ? folded : period - folded
}
