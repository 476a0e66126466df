/**
 * Times of the initialization schemes against plain NumPy (bench/peers/eoi_numpy.py), as in the EOI paper's
 * Figure 5.
 */
import { execFile } from 'node:child_process'
import { performance } from 'node:perf_hooks'
import { promisify } from 'node:util'
import {
  approximateIsometry,
  eoiMatrix,
  haarOrthogonal,
  kernelShape,
  openTensorFlow,
  qr,
  randomMask,
  saoMatrix,
  Stream,
} from '../src/engine/index.ts'
import { median } from './types.ts'
import type { BenchOptions, BenchRow, Work } from './types.ts'

const run = promisify(execFile)

export interface InitializationCase {
  readonly scheme: 'eoi' | 'qr' | 'sao' | 'ai'
  /** Side of the square matrix. */
  readonly size: number
  readonly density: number
  /** Matrices made in each repetition. */
  readonly count: number
  /** Gradient steps of AI. */
  readonly steps?: number
  /** False where plain NumPy would take many minutes. */
  readonly peer: boolean
}

/** Makes one matrix of a case. */
async function make(given: InitializationCase, stream: Stream): Promise<void> {
  const { size, density } = given
  switch (given.scheme) {
    case 'eoi':
      eoiMatrix({ rows: size, cols: size, density, stream })
      return
    case 'qr':
      qr(
        Float64Array.from({ length: size * size }, () => stream.normal()),
        size,
        size,
      )
      return
    case 'sao':
      saoMatrix({
        rows: size,
        cols: size,
        degree: Math.round(density * size),
        gain: 1,
        rectifier: false,
        stream,
        where: 'bench',
      })
      return
    case 'ai': {
      const mask = randomMask(size * size, Math.round(density * size * size), stream)
      const layer = {
        name: 'bench',
        shape: kernelShape([size, size], false, 'bench'),
        values: haarOrthogonal(size, size, stream),
        mask,
      }
      await approximateIsometry({
        layers: [layer],
        steps: given.steps ?? 1000,
        rate: 0.1,
        gain: 1,
        backend: openTensorFlow(),
      })
    }
  }
}

export async function ourTimes(
  given: InitializationCase,
  { repeat }: Pick<BenchOptions, 'repeat'>,
): Promise<number[]> {
  const times: number[] = []
  for (let round = -1; round < repeat; round++) {
    const started = performance.now()
    for (let k = 0; k < given.count; k++) await make(given, Stream.root(1).split('bench', round + 1, k))
    if (round >= 0) times.push(performance.now() - started)
  }
  return times
}

/** NumPy's times, or null where python3 has no numpy. At most three repetitions: it is slow, and steady. */
export async function peerTimes(
  given: InitializationCase,
  repeat: number,
): Promise<{ version: string; times_ms: number[] } | null> {
  if (
    !(await run('python3', ['-c', 'import numpy']).then(
      () => true,
      () => false,
    ))
  )
    return null
  const script = new URL('./peers/eoi_numpy.py', import.meta.url).pathname
  const { stdout } = await run('python3', [
    script,
    given.scheme,
    `${given.size}`,
    '--density',
    `${given.density}`,
    '--count',
    `${given.count}`,
    '--steps',
    `${given.steps ?? 1000}`,
    '--repeat',
    `${Math.min(repeat, 3)}`,
  ])
  return JSON.parse(stdout) as { version: string; times_ms: number[] }
}

/** A work of one row. */
export function initializationWork(name: string, given: InitializationCase): Work {
  return {
    name,
    async measure(options): Promise<readonly BenchRow[]> {
      const ours = median(await ourTimes(given, options))
      const peer = given.peer ? await peerTimes(given, options.repeat) : null
      const theirs = peer ? median(peer.times_ms) : null
      return [
        {
          work: name,
          backend: given.scheme === 'ai' ? 'tensorflow' : 'host',
          ours_ms: ours,
          peer: peer ? `numpy ${peer.version}` : '',
          peer_ms: theirs,
          ratio: theirs === null ? null : ours / theirs,
          first_step_ms: null,
          memory_mb: null,
        },
      ]
    },
  }
}
