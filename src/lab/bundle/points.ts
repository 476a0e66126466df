/** Curves of a bundle: lines of metrics.csv, read in stretches, since there may be millions. */
import Papa from 'papaparse'
import { z } from 'zod'
import type { MetricPoint } from '../../shared/contract/run.ts'
import { broken } from './format.ts'

/** Columns of metrics.csv; `run` counts from 0 in the order of bundle.json. */
export const METRICS_HEADER = ['run', 'phase', 'metric', 'step', 'epoch', 'wall_s', 'value']

const PHASES = z.enum(['train', 'validation', 'test', 'initialization'])
const STRETCH = 1 << 20

/** Points of one run that follow each other in the file. */
export interface Stretch {
  readonly run: number
  readonly points: readonly MetricPoint[]
}

/**
 * The points in stretches of one run each, none longer than some ten thousand.
 * @param runs how many there are
 * @throws BenchError `bad-file` at the first line that is no point of one of them
 */
export function* readPoints(
  csv: Uint8Array,
  runs: number,
  file: string,
  stretch = STRETCH,
): Generator<Stretch> {
  let line = 0
  let run = -1
  let points: MetricPoint[] = []
  for (const rows of linesOf(csv, stretch)) {
    for (const row of rows) {
      line += 1
      if (line === 1) {
        if (row.join() !== METRICS_HEADER.join()) throw broken(file, 'metrics.csv has another header')
        continue
      }
      const [of, point] = pointOf(row, runs) ?? []
      if (of === undefined || point === undefined)
        throw broken(file, `line ${line} of metrics.csv is no point`)
      if (of !== run && points.length > 0) {
        yield { run, points }
        points = []
      }
      run = of
      points.push(point)
    }
    if (points.length > 0) yield { run, points }
    points = []
  }
  if (line === 0) throw broken(file, 'metrics.csv has another header')
}

/** Rows of whole lines, one stretch of bytes after the other. */
function* linesOf(csv: Uint8Array, stretch: number): Generator<string[][]> {
  const decoder = new TextDecoder()
  let rest = ''
  for (let at = 0; at < csv.length; at += stretch) {
    const text = rest + decoder.decode(csv.subarray(at, at + stretch), { stream: true })
    const end = text.lastIndexOf('\n') + 1
    rest = text.slice(end)
    if (end > 0) yield Papa.parse<string[]>(text.slice(0, end).trimEnd()).data
  }
  rest += decoder.decode()
  if (rest !== '') yield Papa.parse<string[]>(rest).data
}

const isStep = (value: number): boolean => Number.isSafeInteger(value) && value >= 0

function pointOf(row: readonly string[], runs: number): [number, MetricPoint] | null {
  const [run, phase, name, step, epoch, wall, value] = row
  const known = PHASES.safeParse(phase)
  const numbers = [step, epoch, wall].map(Number)
  // NaN is a value only where it is spelled.
  const isValue = value !== undefined && value !== '' && (value === 'NaN' || !Number.isNaN(Number(value)))
  const place = Number(run)
  if (run === '' || !isStep(place) || place >= runs || !known.success || !name || !isValue) return null
  if (!numbers.every(Number.isFinite) || !isStep(numbers[0])) return null
  return [
    place,
    { step: numbers[0], epoch: numbers[1], wall: numbers[2], phase: known.data, name, value: Number(value) },
  ]
}
