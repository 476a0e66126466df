// Examples kept as bytes → the input's image of lanes.
import { rowAt } from './image'

/**
 * Lane l < count of `to` shows example images[l] of the bytes [example][height][width][channels] at `pixels`,
 * each byte as table[channel][byte]; 0 beyond. Where there are tables of crops, its row y is row
 * rows[rowCrops[l]][y] and its column x column columns[columnCrops[l]][x] of the example. `bases` and `lines`
 * hold an address a lane meanwhile.
 */
export function placeLanes(
  to: usize, pixels: usize, images: usize, table: usize, count: i32, height: i32, width: i32, channels: i32,
  lanes: i32, rows: usize, columns: usize, rowCrops: usize, columnCrops: usize, bases: usize, lines: usize,
): void {
  const size = height * width * channels
  const line = width * channels
  for (let lane = 0; lane < count; lane++) {
    store<usize>(bases + (lane << 2), pixels + load<i32>(images + (lane << 2)) * size)
  }
  for (let y = 0; y < height; y++) {
    for (let lane = 0; lane < count; lane++) {
      const row = rows ? load<i32>(rows + ((load<i32>(rowCrops + (lane << 2)) * height + y) << 2)) : y
      store<usize>(lines + (lane << 2), load<usize>(bases + (lane << 2)) + row * line)
    }
    for (let x = 0; x < width; x++) {
      for (let c = 0; c < channels; c++) {
        const out = rowAt(to, c, y) + ((x * lanes) << 2)
        const values = table + (c << 10)
        const offset = x * channels + c
        if (columns) {
          for (let lane = 0; lane < count; lane++) {
            const column = load<i32>(columns + ((load<i32>(columnCrops + (lane << 2)) * width + x) << 2))
            const byte = <i32>load<u8>(load<usize>(lines + (lane << 2)) + column * channels + c)
            store<f32>(out + (lane << 2), load<f32>(values + (byte << 2)))
          }
        } else {
          for (let lane = 0; lane < count; lane++) {
            const byte = <i32>load<u8>(load<usize>(lines + (lane << 2)) + offset)
            store<f32>(out + (lane << 2), load<f32>(values + (byte << 2)))
          }
        }
        for (let lane = count; lane < lanes; lane++) store<f32>(out + (lane << 2), 0)
      }
    }
  }
}
