/** The command line that writes what the window shows. */
import type { FigureRequest } from '../../shared/contract/lab.ts'
import type { FigureLook } from '../../shared/figure/look.ts'

/** A word as a POSIX shell takes it for one. */
export function quoted(word: string): string {
  return /^[\w./:=,@%+-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`
}

/** `… export …` for a figure with its look; `command` is what stands before the words. */
export function exportCommand(
  command: string,
  request: FigureRequest,
  look: FigureLook,
  file: string,
): string {
  const { study, runs, only = {}, groupBy, byBackend, facet, figure, metric, at, band, axis } = request
  const { xLog, yLog, hide = [], smoothing, members, reference, targets = [], fields = [] } = request
  const option = (name: string, value: string | number | undefined) =>
    value === undefined ? [] : [`--${name}`, String(value)]
  const flag = (name: string, on: boolean | undefined) => (on ? [`--${name}`] : [])
  const many = (name: string, values: readonly string[]) =>
    values.length === 0 ? [] : [`--${name}`, ...values]
  const words = [
    'export',
    ...option('study', study),
    ...option('runs', runs?.join(',')),
    ...option('what', 'figure'),
    ...option('figure', figure),
    ...option('metric', metric),
    ...option('at', at),
    ...option('band', band),
    ...option('axis', axis),
    ...option('facet', facet),
    ...many(
      'only',
      Object.entries(only).map(([key, values]) => `${key}=${values.join(',')}`),
    ),
    ...many('group-by', groupBy ?? []),
    ...flag('by-backend', byBackend),
    ...many('fields', fields),
    ...option('reference', reference),
    ...targets.flatMap(({ label, value }) => option('target', `${label}=${value}`)),
    ...option('smoothing', smoothing),
    ...flag('members', members),
    ...flag('x-log', xLog),
    ...flag('y-log', yLog),
    ...many('hide', hide),
    ...(Object.keys(look).length > 0 ? ['--look', JSON.stringify(look)] : []),
    ...option('format', file.split('.').at(-1)),
    ...option('out', file),
  ]
  return `${command} ${words.map(quoted).join(' ')}`
}
