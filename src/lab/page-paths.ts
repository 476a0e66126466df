/**
 * What the page may name on disk: data are read for it only where its user chose them through a dialog of the
 * shell or dropped them (which the shell tells the lab), or where runs or studies of this home named them
 * before. A page that was taken over can then read no files through the tables and errors of data.
 */
import { BenchError } from '../shared/contract/errors.ts'
import { isRecord } from '../shared/spec/paths.ts'

/** Methods of data whose input is a path itself. */
const OF_DATA = ['data/samples', 'data/check', 'data/link']

/** Paths of data that an input names, at any depth: `data.path`, also inside `data`. */
function namedPaths(method: string, input: unknown): string[] {
  const paths: string[] = []
  const look = (value: unknown, key: string): void => {
    if (Array.isArray(value)) for (const each of value) look(each, key)
    else if (isRecord(value)) {
      for (const [name, each] of Object.entries(value)) look(each, key === 'data' ? `data.${name}` : name)
    } else if (typeof value === 'string' && key === 'data.path') paths.push(value)
  }
  look(input, '')
  if (OF_DATA.includes(method) && isRecord(input) && typeof input.path === 'string') paths.push(input.path)
  return paths.filter((path) => path !== '')
}

/** Throws BenchError('bad-input') where a request of the page names data that its user did not choose. */
export function checkPagePaths(method: string, input: unknown, known: (path: string) => boolean): void {
  const foreign = namedPaths(method, input).find((path) => !known(path))
  if (foreign === undefined) return
  throw new BenchError(
    'bad-input',
    `${foreign} was not chosen in this window. Choose it with the buttons beside the field, or ` +
      `drop it onto the ` +
      'Data page.',
    'data.path',
  )
}
