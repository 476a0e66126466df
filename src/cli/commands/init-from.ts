import { arraysOf, inspectArrays, readWeightsBytes } from '../../engine/index.ts'
import type { InspectedKernel } from '../../engine/index.ts'
import { writePieces } from '../../lab/export/writer.ts'
import { frequenciesText, operatorName } from '../../shared/format/operator.ts'
import { textTable } from '../../shared/format/text-table.ts'
import { shapeText } from '../../shared/graph/shapes.ts'
import type { Session } from '../session.ts'

export interface FromOptions {
  readonly from: string
  readonly gain: number
  readonly pytorch?: boolean
  readonly depthwise?: boolean
  readonly map: number
  readonly stride: number
  readonly csv?: string
  readonly json?: boolean
}

/** `init --from FILE`: what every kernel of a file is like, by the same report as a drawing's. */
export function inspect(session: Session, options: FromOptions): void {
  const { from, gain, pytorch, depthwise = false, csv, map, stride } = options
  const arrays = arraysOf(from, readWeightsBytes(from))
  const kernels = inspectArrays(arrays, {
    gain,
    depthwise,
    map,
    stride,
    naming: pytorch ? 'pytorch' : undefined,
  })
  if (csv !== undefined) writePieces(csv, spectraCsv(kernels))
  const result = {
    file: from,
    arrays: arrays.map(({ name, shape }) => ({ name, shape })),
    kernels: kernels.map(({ report, singular }) => ({ ...report, singular: singular && [...singular] })),
  }
  session.print(options.json, result, () => table(kernels))
}

function table(kernels: readonly InspectedKernel[]): string {
  const number = (value: number | null): string => (value === null ? '–' : value.toPrecision(6))
  const exponent = (value: number | null): string => (value === null ? '–' : value.toExponential(2))
  const operators = kernels.some(({ report }) => report.operator)
  return textTable(
    [
      ...['Kernel', 'Shape', 'Density', 'Residual', 'σ mean', 'σ max', 'σ min'],
      ...(operators ? ['Flattened residual', 'Operator'] : []),
    ],
    kernels.map(({ report }) => {
      const { operator } = report
      const judged = operator ?? report
      return [
        ...[report.name, shapeText(report.shape), report.density.toFixed(4), exponent(judged.residual)],
        ...[judged.singularMean, judged.singularMax, judged.singularMin].map(number),
        ...(operators
          ? [
              operator ? exponent(report.residual) : '',
              operator ? [operatorName(operator), frequenciesText(operator)].filter(Boolean).join(', ') : '',
            ]
          : []),
      ]
    }),
    new Set([2, 3, 4, 5, 6, 7]),
  )
}

/** A row for each singular value: kernel, place from 0 in falling order, value. */
function* spectraCsv(kernels: readonly InspectedKernel[]): Generator<string> {
  yield 'kernel,index,singular value\n'
  for (const { report, singular } of kernels)
    for (const [index, value] of (singular ?? []).entries()) yield `${report.name},${index},${value}\n`
}
