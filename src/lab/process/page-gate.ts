/**
 * What the page may ask of the lab. Deny by default: methods by the table of rights, and of files and
 * folders only those that the user chose in a dialog, or that stand in the study of the same name already, or
 * among their own data.
 */
import { BenchError } from '../../shared/contract/errors.ts'
import { checkNesting } from '../../shared/contract/nesting.ts'
import { namedPaths } from '../../shared/contract/named-paths.ts'
import { rightsOf } from '../../shared/contract/calls/index.ts'
import type { LabContext } from '../context.ts'
import { listOwnData } from '../store/own-data.ts'
import { findStudy } from '../store/studies.ts'

/** The study that a request is about: `{ id }`, or `{ study: { id } }`. */
function idOf(input: unknown): string | null {
  if (typeof input !== 'object' || input === null) return null
  if ('study' in input) return idOf(input.study)
  return 'id' in input && typeof input.id === 'string' ? input.id : null
}

/**
 * Lets a request of the page pass.
 * @throws BenchError `bad-input` for a method that is not the page's, and for a path that nobody chose.
 */
export function checkPageRequest(context: LabContext, method: string, input: unknown): void {
  if (!rightsOf(method).page) {
    throw new BenchError('bad-input', `“${method}” is not for the page; export through the shell.`, 'method')
  }
  checkNesting(input)
  const named = namedPaths(input)
  if (named.length === 0) return
  const own = new Set(listOwnData(context.database).map(({ path }) => path))
  const unknown = named.filter((path) => !context.grants.has(path) && !own.has(path))
  if (unknown.length === 0) return
  const id = idOf(input)
  const stored = id === null ? [] : namedPaths(findStudy(context.database, id)?.study)
  const path = unknown.find((each) => !stored.includes(each))
  if (path === undefined) return
  throw new BenchError(
    'bad-input',
    `The window may only use files and folders that were chosen in a dialog, and “${path}” was not. ` +
      'Choose it with the button beside the field, or use the command line.',
    'path',
  )
}
