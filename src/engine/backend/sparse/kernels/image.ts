// Images of lanes: addresses of planes (channels) and rows, between which halos may lie.

/**
 * An image in memory: where its first place lies, and how many bytes apart channels and rows are. On a tape
 * three words.
 */
// @ts-expect-error: decorator
@inline
export function rowAt(image: usize, channel: i32, y: i32): usize {
  return load<i32>(image) + channel * load<i32>(image, 4) + y * load<i32>(image, 8)
}
