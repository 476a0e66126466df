/**
 * Charts of the time of a training step. Against density: 100 layers of 128, density 0.01 to 1. Against
 * depth: 8 to 1000 layers at density 0.125. Written to docs/results/speed-*.svg and .csv with the command.
 */
import { writeFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { lineFigure } from '../src/shared/figure/line-figure.ts'
import type { LineFigure } from '../src/shared/figure/line-figure.ts'
import { measureOurSteps, measureTorchSteps } from './processes.ts'
import { median } from './types.ts'
import type { BenchOptions } from './types.ts'

interface Chart {
  readonly points: readonly number[]
  readonly network: (point: number) => string
  readonly title: string
  readonly xLabel: string
}

const CHARTS: Readonly<Record<string, Chart>> = {
  density: {
    points: [0.01, 0.02, 0.05, 0.125, 0.25, 0.5, 1],
    network: (density) => `mlp-100@${density}`,
    title: 'A training step against density, 100 layers of 128',
    xLabel: 'Density (log scale)',
  },
  depth: {
    points: [8, 16, 32, 100, 320, 1000],
    network: (depth) => `mlp-${depth}@0.125`,
    title: 'A training step against depth, width 128, density 0.125',
    xLabel: 'Hidden layers (log scale)',
  },
}

interface Point {
  readonly series: string
  readonly x: number
  readonly ms: number
}

async function measure(chart: Chart, backends: readonly string[], repeat: number): Promise<Point[]> {
  const measured: Point[] = []
  for (const x of chart.points) {
    const network = chart.network(x)
    for (const backend of backends) {
      const { steps_ms } = await measureOurSteps(network, backend, repeat)
      measured.push({ series: backend, x, ms: median(steps_ms) })
    }
    // The peer computes with dense kernels: one density is all, and the faster thread count is reported.
    const threads = [...new Set([1, availableParallelism()])]
    const known = measured.find(({ series }) => series === 'PyTorch, dense kernels')
    if (known && chart === CHARTS['density']) {
      measured.push({ ...known, x })
      continue
    }
    const peers: number[] = []
    for (const count of threads) {
      const times = await measureTorchSteps(network, count, repeat)
      if (times) peers.push(median(times.steps_ms))
    }
    if (peers.length > 0) measured.push({ series: 'PyTorch, dense kernels', x, ms: Math.min(...peers) })
  }
  return measured
}

/** Measures a chart and writes it. `command` is what was typed, for the caption. */
export async function drawChart(
  which: string,
  command: string,
  { repeat, backends }: Pick<BenchOptions, 'repeat' | 'backends'>,
): Promise<void> {
  if (!Object.hasOwn(CHARTS, which))
    throw new Error(`--chart takes one of ${Object.keys(CHARTS).join(', ')}, not ${which}`)
  const chart = CHARTS[which]
  const measured = await measure(chart, backends, repeat)
  const names = [...new Set(measured.map(({ series }) => series))]
  const caption =
    `Batch 128, SGD, medians of ${repeat} steps, ${availableParallelism()} threads, ` +
    `PyTorch at its better thread count. Command: ${command}`
  const figure: LineFigure = {
    title: chart.title,
    xLabel: chart.xLabel,
    yLabel: 'Milliseconds a step (log scale)',
    xLog: true,
    yLog: true,
    caption,
    series: names.map((label) => ({
      label,
      points: measured.filter(({ series }) => series === label).map(({ x, ms }) => ({ x, y: ms })),
    })),
  }
  const file = (ending: string): URL => new URL(`../docs/results/speed-${which}.${ending}`, import.meta.url)
  const rows = measured.map(({ series, x, ms }) => `"${series}",${x},${ms.toFixed(3)}`)
  writeFileSync(file('csv'), `${[`# ${caption}`, `series,${which},milliseconds`, ...rows].join('\n')}\n`)
  writeFileSync(file('svg'), `${lineFigure(figure)}\n`)
  console.log(rows.join('\n'))
}
