/** Values as JSON and ports carry them, changed: other types, other sizes, names that mean something. */
import type { Stream } from '../../src/engine/rng.ts'

/** What programs stumble over. */
const STRANGE: readonly unknown[] = [
  null,
  true,
  0,
  -1,
  0.5,
  1e308,
  -0,
  NaN,
  Infinity,
  2 ** 53,
  '',
  ' ',
  '0',
  'own:x',
  '../../../etc/passwd',
  '\u0000',
  '\u001b[2J',
  '\ud800',
  '__proto__',
  'constructor',
  '%s%n',
  '=1+1',
  "'; DROP TABLE runs; --",
  'ä漢🦄'.repeat(50),
  'x'.repeat(100_000),
  [],
  {},
  [[]],
  { length: 1e9 },
]

/** Arrays and objects this deep, and lists this long. */
const DEPTH = 2000
const LONG = 50_000

function deep(): unknown {
  let value: unknown = 1
  for (let level = 0; level < DEPTH; level++) value = level % 2 ? [value] : { set: value }
  return value
}

export function strange(stream: Stream): unknown {
  const choice = stream.integer(STRANGE.length + 2)
  if (choice === STRANGE.length) return deep()
  if (choice === STRANGE.length + 1) return new Array(LONG).fill(stream.integer(3))
  return STRANGE[choice]
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** A copy in which a random place holds something else, is missing, is there twice, or is new. */
export function mutateValue(value: unknown, stream: Stream): unknown {
  // The deeper, the rarer a stop: most changes hit the leaves.
  if (stream.integer(6) === 0) return strange(stream)
  if (Array.isArray(value) && value.length > 0) {
    const place = stream.integer(value.length)
    const copy: unknown[] = [...value]
    switch (stream.integer(5)) {
      case 0:
        copy.splice(place, 1)
        break
      case 1:
        copy.splice(place, 0, copy[place])
        break
      default:
        copy[place] = mutateValue(copy[place], stream)
    }
    return copy
  }
  if (isRecord(value) && Object.keys(value).length > 0) {
    const keys = Object.keys(value)
    const key = keys[stream.integer(keys.length)]
    const copy: Record<string, unknown> = { ...value }
    switch (stream.integer(8)) {
      case 0:
        delete copy[key]
        break
      case 1:
        copy[String(strange(stream)).slice(0, 40)] = copy[key]
        break
      default:
        copy[key] = mutateValue(copy[key], stream)
    }
    return copy
  }
  if (typeof value === 'number' && stream.integer(2) === 0)
    return [value + 1, -value, value * 1e6, value + 0.5][stream.integer(4)]
  return strange(stream)
}
