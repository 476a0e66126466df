/** Streams: named, repeatable, and the same numbers in every release. */
import { expect, it } from 'vitest'
import { Stream } from '../../src/engine/rng.ts'

it('gives one stream a name, and another name another stream', () => {
  const numbers = (stream: Stream): number[] => Array.from({ length: 8 }, () => stream.integer(1000))
  expect(numbers(Stream.root(3).split('mask', 1))).toEqual(numbers(Stream.root(3).split('mask', 1)))
  expect(numbers(Stream.root(3).split('mask', 2))).not.toEqual(numbers(Stream.root(3).split('mask', 1)))
})

it('draws the integers that runs were made of', () => {
  const stream = Stream.root(5).split('pinned')
  const bounds = [1, 2, 3, 127, 128, 1000, 2 ** 20 + 7, 2 ** 30 + 1, 2 ** 31 - 1, 2 ** 31]
  const drawn = bounds.flatMap((bound) => [1, 2, 3].map(() => stream.integer(bound)))
  expect(drawn).toEqual([
    0, 0, 0, 1, 0, 0, 0, 1, 2, 0, 75, 65, 92, 34, 105, 923, 980, 474, 1027607, 5006, 1005182, 944322707,
    558076155, 884104509, 685874198, 476792982, 1241852323, 735970696, 1046187158, 1970841854,
  ])
})
