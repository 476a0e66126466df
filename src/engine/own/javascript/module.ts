/**
 * A method's text as a module of this thread, without a file: `givens-bench` gives the define functions, and
 * nothing else that is not Node's own can be imported, since a method is one file.
 */
import { registerHooks, stripTypeScriptTypes } from 'node:module'
import type { OwnFile } from '../types.ts'

const SCHEME = 'own-method:'
const HELPERS = 'givens-bench'
/** What `import … from 'givens-bench'` gives: each function says what its argument is. */
const HELPERS_TEXT = ['scheme', 'distribution', 'dynamic']
  .map((kind) => {
    const name = `define${kind[0].toUpperCase()}${kind.slice(1)}`
    return `export const ${name} = (method) => ({ ...method, kind: '${kind}' })`
  })
  .join('\n')

/** Address of the module, which stands in the stacks of its errors. */
const addressOf = (file: string): string => `${SCHEME}${encodeURIComponent(file)}`

/** An error in the text itself, with its line where that is known. */
export class TextError extends Error {
  readonly line: number | null
  constructor(message: string, line: number | null) {
    super(message)
    this.line = line
  }
}

/** The text without its types. Throws TextError with the line, which begins the stack of Node's error. */
function stripped(text: string): string {
  try {
    return stripTypeScriptTypes(text)
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    const line = Number.parseInt(/^[^\n]*:(\d+)\n/.exec(error.stack ?? '')?.[1] ?? '', 10)
    throw new TextError(`SyntaxError: ${error.message}`, Number.isNaN(line) ? null : line)
  }
}

/** Throws for JavaScript that V8 cannot parse, with the line, which V8 does not tell of a module's text. */
function refuse(text: string, { message }: SyntaxError): never {
  stripped(text)
  throw new TextError(`SyntaxError: ${message} (TypeScript? Its file’s name ends in .ts)`, null)
}

/** Imports the text and gives what it exports by default. To be called once in a thread. */
export async function importText(file: OwnFile): Promise<unknown> {
  const address = addressOf(file.file)
  const texts = new Map([
    [address, file.language === 'typescript' ? stripped(file.text) : file.text],
    [`${SCHEME}${HELPERS}`, HELPERS_TEXT],
  ])
  registerHooks({
    resolve(specifier, context, next) {
      if (specifier === address) return { url: address, shortCircuit: true }
      if (context.parentURL !== address) return next(specifier, context)
      if (specifier === HELPERS) return { url: `${SCHEME}${HELPERS}`, shortCircuit: true }
      if (specifier.startsWith('node:')) return next(specifier, context)
      throw new Error(
        `it imports “${specifier}”. A method is one file: it may import from “${HELPERS}” and Node’s own ` +
          'modules (node:…)',
      )
    },
    load(url, context, next) {
      const source = texts.get(url)
      return source === undefined ? next(url, context) : { format: 'module', source, shortCircuit: true }
    },
  })
  try {
    const module = (await import(address)) as { readonly default?: unknown }
    return module.default
  } catch (error) {
    if (error instanceof SyntaxError && lineOf(error, file.file) === null) refuse(file.text, error)
    throw error
  }
}

/** The line of the method's file that a stack names first; null where it names none. */
export function lineOf(error: unknown, file: string): number | null {
  if (error instanceof TextError) return error.line
  const stack = error instanceof Error ? (error.stack ?? '') : ''
  const at = stack.indexOf(`${addressOf(file)}:`)
  if (at < 0) return null
  const line = Number.parseInt(stack.slice(at + addressOf(file).length + 1), 10)
  return Number.isNaN(line) ? null : line
}
