import { describe, expect, it } from 'vitest'
import type { MetricPoint } from '../../../src/shared/contract/run.ts'
import { parseSpec } from '../../../src/shared/spec/parse.ts'
import { ALL_POINTS } from '../../../src/shared/contract/calls/runs.ts'
import { readSeries } from '../../../src/lab/store/curves.ts'
import { pathsOf } from '../../../src/lab/store/home.ts'
import { rewind, writePoints } from '../../../src/lab/store/metrics.ts'
import { openReader, openStore } from '../../../src/lab/store/open.ts'
import type { Connection } from '../../../src/lab/store/open.ts'
import { addRun } from '../../../src/lab/store/runs.ts'
import { temporaryFolder } from '../support.ts'

const NOW = '2026-01-01T00:00:00.000Z'

function random(seed: number): () => number {
  let state = seed
  return () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 2 ** 32
}

/** A rough curve with irregular steps, and holes of every kind where asked. */
function curve(count: number, seed: number, holes: number): MetricPoint[] {
  const uniform = random(seed)
  let step = 0
  return Array.from({ length: count }, () => {
    step += 1 + Math.floor(3 * uniform())
    const hole = uniform() < holes ? [NaN, Infinity, -Infinity][Math.floor(3 * uniform())] : null
    const value =
      hole ?? Math.sin(step / 900) + (uniform() < 0.001 ? 20 * (uniform() - 0.5) : 0.1 * uniform())
    return { step, epoch: step / 100, wall: step / 7, phase: 'train', name: 'loss', value }
  })
}

function home(): { database: Connection; run: number; paths: ReturnType<typeof pathsOf> } {
  const paths = pathsOf(temporaryFolder())
  const database = openStore(paths)
  const run = addRun(database, { identity: 'i', group: 'g', spec: parseSpec({}), backend: 'auto' }, NOW)
  return { database, run, paths }
}

function write(
  database: Connection,
  run: number,
  points: readonly MetricPoint[],
  batch = points.length,
): void {
  for (let from = 0; from < points.length; from += batch)
    database.transaction(() => writePoints(database, run, points.slice(from, from + batch)))()
}

const chunks = (database: Connection) =>
  database
    .prepare('SELECT series, chunk, low_step, high_step, hex(nodes) FROM curve_chunks ORDER BY 1, 2')
    .all()

/** What holds of any drawing of a curve: real points, few enough, with its ends and extremes. */
function check(database: Connection, run: number, points: readonly MetricPoint[], pixels: number): void {
  const part = points
  const series = readSeries(database, run, 'train', 'loss', ALL_POINTS, { pixels })
  expect(series.total).toBe(part.length)
  expect(series.steps.length).toBeLessThanOrEqual(2 * pixels)
  const byStep = new Map(part.map((point) => [point.step, point]))
  series.steps.forEach((step, index) => {
    expect(series.values[index]).toBe(byStep.get(step)?.value)
    expect(series.epochs[index]).toBe(byStep.get(step)?.epoch)
  })
  expect(series.steps).toEqual([...new Set(series.steps)].sort((a, b) => a - b))
  expect([series.steps[0], series.steps.at(-1)]).toEqual([part[0].step, part.at(-1)?.step])
  // Between any two points drawn, nothing that is left out stands above or below the drawing by more than
  // the stretch it belongs to shows: the extremes of the whole and of every tenth of it are drawn.
  for (let tenth = 0; tenth < 10; tenth++) {
    const own = part.slice(
      Math.floor((tenth * part.length) / 10),
      Math.floor(((tenth + 1) * part.length) / 10),
    )
    const finite = own.map(({ value }) => value).filter(Number.isFinite)
    const drawn = series.values.filter(
      (value, index) =>
        Number.isFinite(value) &&
        series.steps[index] >= own[0].step &&
        series.steps[index] <= own[own.length - 1].step,
    )
    expect(Math.max(...drawn)).toBeLessThanOrEqual(Math.max(...finite))
    expect(Math.max(...drawn, ...edges(series, own, 1))).toBeGreaterThanOrEqual(Math.max(...finite))
    expect(Math.min(...drawn, ...edges(series, own, -1))).toBeLessThanOrEqual(Math.min(...finite))
  }
}

/** Values drawn just outside a stretch, whose bucket reaches into it. */
function edges(
  series: { steps: readonly number[]; values: readonly number[] },
  own: readonly MetricPoint[],
  sign: number,
) {
  const [low, high] = [own[0].step, own[own.length - 1].step]
  const width = (high - low) / 10
  const near = series.values.filter(
    (value, index) =>
      Number.isFinite(value) && series.steps[index] > low - width && series.steps[index] < high + width,
  )
  return near.length === 0 ? [sign * -Infinity] : near
}

describe('long curves', () => {
  it('are drawn with few points, exact extremes, ends and gaps', () => {
    for (const [seed, holes] of [
      [1, 0],
      [2, 0.002],
      [3, 0.3],
    ]) {
      const { database, run } = home()
      const points = curve(30_000, seed, holes)
      write(database, run, points)
      for (const pixels of [60, 300, 1000]) check(database, run, points, pixels)
      const gaps = readSeries(database, run, 'train', 'loss', ALL_POINTS, { pixels: 300 }).values.filter(
        (value) => !Number.isFinite(value),
      )
      const expected = points.filter(({ value }) => !Number.isFinite(value)).length
      expect(gaps.length > 0).toBe(expected > 0)
      database.close()
    }
  })

  it('hold the extremes of every stretch: brute force over the raw points', () => {
    const { database, run } = home()
    const points = curve(16 * 1024, 5, 0)
    write(database, run, points)
    // 512 stretches of 32 points, each two nodes: the drawing is known exactly.
    const series = readSeries(database, run, 'train', 'loss', 2 * 512 + 2)
    const expected = new Set([points[0].step, points[points.length - 1].step])
    for (let from = 0; from < points.length; from += 32) {
      const own = points.slice(from, from + 32)
      expected.add(own.reduce((a, b) => (b.value < a.value ? b : a)).step)
      expected.add(own.reduce((a, b) => (b.value > a.value ? b : a)).step)
    }
    expect(series.steps).toEqual([...expected].sort((a, b) => a - b))
  })

  it('a zoom answers its own points: all of them where they are few', () => {
    const { database, run } = home()
    const points = curve(20_000, 7, 0.001)
    write(database, run, points)
    const [from, to] = [points[7000].step, points[7900].step]
    const near = readSeries(database, run, 'train', 'loss', ALL_POINTS, { pixels: 500, from, to })
    expect(near.steps).toEqual(points.slice(7000, 7901).map(({ step }) => step))
    const wide = readSeries(database, run, 'train', 'loss', ALL_POINTS, {
      pixels: 500,
      from: points[1500].step,
      to: points[18_000].step,
    })
    expect(wide.total).toBe(16_501)
    expect([wide.steps[0], wide.steps.at(-1)]).toEqual([points[1500].step, points[18_000].step])
    expect(wide.steps.length).toBeLessThanOrEqual(1000)
  })

  it('seal alike while recording, when read later, and after a rewind; a reader draws the same', () => {
    const points = curve(9000, 11, 0.001)
    const [recorded, later, rewound] = [home(), home(), home()]
    write(recorded.database, recorded.run, points, 37)
    write(later.database, later.run, points)
    later.database.exec('DELETE FROM curve_chunks')
    const reader = openReader(later.paths)
    if (!reader) throw new Error('no database')
    const read = (database: Connection, run: number) =>
      readSeries(database, run, 'train', 'loss', ALL_POINTS, { pixels: 200 })
    // Without chunks to read and without the right to make them.
    const drawn = read(reader, later.run)
    reader.close()
    const sealed = read(later.database, later.run)
    expect(drawn.total).toBe(9000)
    expect([drawn.steps[0], drawn.steps.at(-1)]).toEqual([sealed.steps[0], sealed.steps.at(-1)])
    expect([
      Math.min(...drawn.values.filter(Number.isFinite)),
      Math.max(...drawn.values.filter(Number.isFinite)),
    ]).toEqual([
      Math.min(...sealed.values.filter(Number.isFinite)),
      Math.max(...sealed.values.filter(Number.isFinite)),
    ])
    expect(chunks(later.database)).toEqual(chunks(recorded.database))
    expect(chunks(recorded.database)).toHaveLength(8)
    // Other points after the middle, rewound to it, then the same again.
    const middle = points[5000].step
    const wrong = points.map((point) => (point.step > middle ? { ...point, value: 99 } : point))
    write(rewound.database, rewound.run, wrong, 501)
    rewound.database.transaction(() => rewind(rewound.database, rewound.run, middle))()
    expect(chunks(rewound.database)).toHaveLength(4)
    write(rewound.database, rewound.run, points.slice(5001), 501)
    expect(chunks(rewound.database)).toEqual(chunks(recorded.database))
    // A point written again within a chunk is seen.
    write(rewound.database, rewound.run, [{ ...points[10], value: 1234 }])
    expect(Math.max(...read(rewound.database, rewound.run).values.filter(Number.isFinite))).toBe(1234)
  })
})

describe('a damaged summary of a curve', () => {
  const points = curve(9000, 13, 0.001)
  const draw = (database: Connection, run: number) =>
    readSeries(database, run, 'train', 'loss', ALL_POINTS, { pixels: 200 })
  const flip = "CAST(substr(nodes, 1, 16) || x'00000000000059C0' || substr(nodes, 25) AS BLOB)"
  it.each([
    ['a value', `UPDATE curve_chunks SET nodes = ${flip} WHERE chunk = 3`],
    ['its last step', 'UPDATE curve_chunks SET high_step = high_step + 999 WHERE chunk = 7'],
    ['its first step', 'UPDATE curve_chunks SET low_step = low_step - 5 WHERE chunk = 0'],
    ['its place', 'UPDATE curve_chunks SET chunk = 90 WHERE chunk = 4'],
    ['its length', 'UPDATE curve_chunks SET nodes = substr(nodes, 1, 72) WHERE chunk = 2'],
    ['that it is gone', 'DELETE FROM curve_chunks WHERE chunk = 5'],
    ['that it is gone, and its neighbours', 'DELETE FROM curve_chunks WHERE chunk BETWEEN 2 AND 6'],
    ['whose it is', 'UPDATE curve_chunks SET series = (SELECT MAX(id) FROM series) WHERE chunk = 1'],
    ['its digest', "UPDATE curve_chunks SET digest = x'' WHERE chunk = 6"],
  ])('is never drawn, and made again: %s', (_, damage) => {
    const { database, run, paths } = home()
    write(database, run, points)
    write(database, run, [{ ...points[0], name: 'other' }])
    const [sound, kept] = [draw(database, run), chunks(database)]
    expect(database.prepare(damage).run().changes).toBeGreaterThan(0)
    expect(chunks(database)).not.toEqual(damage.includes('digest') ? [] : kept)
    const reader = openReader(paths)
    if (!reader) throw new Error('no database')
    const read = draw(reader, run)
    reader.close()
    expect(read.total).toBe(points.length)
    const byStep = new Map(points.map(({ step, value }) => [step, value]))
    read.steps.forEach((step, at) => expect(read.values[at]).toBe(byStep.get(step)))
    const finite = ({ values }: { values: readonly number[] }) => values.filter(Number.isFinite)
    expect(Math.min(...finite(read))).toBe(Math.min(...finite(sound)))
    expect(Math.max(...finite(read))).toBe(Math.max(...finite(sound)))
    expect(draw(database, run)).toEqual(sound)
    if (!damage.includes('MAX(id)')) expect(chunks(database)).toEqual(kept)
    database.close()
  })
})
