/** Results of presets that train nothing: times, parameter counts, kernel pictures. */
import { drawKernel, openBackend, timeInitializations } from '../engine/index.ts'
import { initializationTime } from '../shared/figure/initialization-time.ts'
import type { InitializationTime } from '../shared/figure/initialization-time.ts'
import { kernelPicture } from '../shared/figure/kernel-picture.ts'
import { lineFigure } from '../shared/figure/line-figure.ts'
import type { CellTable } from '../shared/format/cells.ts'
import type { CsvValue } from '../shared/format/csv.ts'
import { formatPercent } from '../shared/format/number.ts'
import { drawSchema, timingSchema } from '../shared/laboratory/requests.ts'
import { timedTitle } from '../shared/laboratory/timed-title.ts'
import type { Study } from '../shared/spec/study-schema.ts'
import { drawingsOf, modelsOf, timingsOf } from '../shared/studies/untrained.ts'
import type { LabDoor } from '../lab/lab.ts'
import type { Io } from './io.ts'

export interface UntrainedResult {
  /** Cells as people read them. */
  readonly table: CellTable
  /** The same numbers, exact. */
  readonly header: readonly string[]
  readonly rows: readonly (readonly CsvValue[])[]
  /** SVG documents by name; one without a name where there is just one. */
  readonly figures: readonly { readonly name: string; readonly svg: string }[]
}

export interface UntrainedOptions {
  readonly io: Io
  readonly lab: LabDoor
  readonly backend: string
}

/** Figure 5. */
export async function makeTimes(study: Study, { io, backend }: UntrainedOptions): Promise<UntrainedResult> {
  const times: (InitializationTime & { seed: number; reached: number; note: string | null })[] = []
  const requests = timingsOf(study).map((request) => timingSchema.parse({ ...request, backend }))
  for (const request of requests) {
    const tools = { now: () => performance.now(), backend: () => openBackend(backend) }
    for await (const { done, total, point, problem } of timeInitializations(request, tools)) {
      if (problem !== null) io.err(`[${done}/${total}] ${problem}\n`)
      if (!point) continue
      const { size, density, reached, seconds, note } = point
      const scheme = timedTitle(point)
      times.push({ scheme, size, density, seconds, seed: request.seed, reached, note })
      io.err(`[${done}/${total}] ${scheme} ${size} at density ${density}: ${ms(seconds)} ms\n`)
    }
  }
  const repeats = requests[0].repeats
  const caption =
    `${study.title}. ${study.seeds.length} ${study.seeds.length === 1 ? 'seed' : 'seeds'}, ` +
    (repeats === 1 ? 'one measurement each.' : `the median of ${repeats} measurements.`)
  return {
    table: {
      header: ['Scheme', 'Size', 'Density', 'Reached', 'Milliseconds', 'Note'],
      rows: times.map(({ scheme, size, density, reached, seconds, note }) => [
        ...[scheme, String(size), String(density), reached.toFixed(4), ms(seconds), note ?? ''],
      ]),
      caption,
      right: new Set([1, 2, 3, 4]),
    },
    header: ['scheme', 'size', 'density', 'reached', 'seed', 'repeats', 'seconds', 'note'],
    rows: times.map((each) => [
      ...[each.scheme, each.size, each.density, each.reached, each.seed, repeats, each.seconds, each.note],
    ]),
    figures: [{ name: '', svg: lineFigure(initializationTime(times)) }],
  }
}

/** Three digits, never as a power of ten. */
const ms = (seconds: number) => String(Number((1000 * seconds).toPrecision(3)))

/** Appendix A. */
export async function makeCounts(study: Study, { lab }: UntrainedOptions): Promise<UntrainedResult> {
  const models = []
  for (const { label, request } of modelsOf(study))
    models.push({ label, shown: await lab.call('model/show', request) })
  return {
    table: {
      header: ['Model', 'In kernels', 'Parameters', 'Maskable', 'Kept', 'Density', 'Operations', 'Sparse'],
      rows: models.map(({ label, shown }) => [
        ...[label, String(shown.kernels), grouped(shown.parameters), grouped(shown.maskable)],
        ...[grouped(shown.kept), formatPercent(shown.density, 2)],
        ...[grouped(shown.operations), grouped(shown.sparseOperations)],
      ]),
      caption:
        `${study.title}. Kept: parameters that are left with the masks, biases and norms included. ` +
        'Operations: of one example’s forward pass, dense and at the densities.',
      right: new Set([1, 2, 3, 4, 5, 6, 7]),
    },
    header: [
      ...['model', 'kernel_entries', 'parameters', 'maskable', 'kept', 'density'],
      ...['operations', 'sparse_operations'],
    ],
    rows: models.map(({ label, shown }) => [
      ...[label, shown.kernels, shown.parameters, shown.maskable, shown.kept, shown.density],
      ...[shown.operations, shown.sparseOperations],
    ]),
    figures: [],
  }
}

const grouped = (count: number) => String(Math.round(count)).replace(/\B(?=(\d{3})+$)/g, ' ')

/** Appendix F. */
export async function makeKernels(study: Study, { backend }: UntrainedOptions): Promise<UntrainedResult> {
  const drawn = []
  for (const { label, draw } of drawingsOf(study)) {
    const request = drawSchema.parse({ ...draw, backend })
    const { kernel } = await drawKernel(request, { now: () => performance.now(), backend: openBackend })
    const mask = kernel.mask ?? new Uint8Array(kernel.values.length).fill(1)
    const counts = { kept: 0, nonzeros: 0, central: 0 }
    const [height, width, rows, columns] = request.shape
    const centre = Math.floor((height * width) / 2) * rows * columns
    kernel.values.forEach((value, at) => {
      if (mask[at]) counts.kept++
      if (value !== 0) counts.nonzeros++
      if (value !== 0 && at >= centre && at < centre + rows * columns) counts.central++
    })
    const title = `${label}: ${request.shape.join(' × ')} at density ${request.density}`
    const svg = kernelPicture({ title, shape: request.shape, values: kernel.values, mask })
    drawn.push({ label, ...counts, entries: kernel.values.length, svg })
  }
  return {
    table: {
      header: ['Form', 'Entries', 'Unmasked', 'Nonzeros', 'In the centre'],
      rows: drawn.map((each) => [
        each.label,
        ...[each.entries, each.kept, each.nonzeros, each.central].map(String),
      ]),
      caption: `${study.title}. Unmasked entries outside the centre start at zero.`,
      right: new Set([1, 2, 3, 4]),
    },
    header: ['form', 'entries', 'unmasked', 'nonzeros', 'nonzeros_in_centre'],
    rows: drawn.map((each) => [each.label, each.entries, each.kept, each.nonzeros, each.central]),
    figures: drawn.map(({ label, svg }) => ({ name: label.toLowerCase().replaceAll(' ', '-'), svg })),
  }
}
