/** The methods of a lab: listed with their state, added, allowed, taken away. */
import { BenchError } from '../../shared/contract/errors.ts'
import type { MethodRow } from '../../shared/contract/methods.ts'
import type { OwnAbout } from '../../shared/methods/own.ts'
import { suggestion } from '../../shared/spec/nearest.ts'
import type { LabContext } from '../context.ts'
import { countUses, findContent, keepContent, nameMethod, unnameMethod } from '../store/methods.ts'
import type { MethodContent } from '../store/methods.ts'
import { fileState } from './file.ts'
import type { ReadMethodFile } from './file.ts'
import { knownMethods } from './known.ts'
import type { KnownMethod } from './known.ts'

function stateOf(context: LabContext, method: KnownMethod): MethodRow['state'] {
  if (!method.offered) return 'removed'
  if (!context.computer.isTrusted(method.sha256)) return 'untrusted'
  const onDisk = method.path === null ? 'same' : fileState(method.path, method.sha256)
  return onDisk === 'same' ? 'ready' : onDisk
}

export function methodRows(context: LabContext): MethodRow[] {
  const uses = countUses(context.database)
  return knownMethods(context.database).map((method) => {
    const { name, language, file, path, sha256, origin, addedAt, about } = method
    return {
      name,
      language,
      file,
      path,
      sha256,
      origin,
      addedAt,
      descriptor: about.descriptor,
      state: stateOf(context, method),
      runs: uses.get(sha256) ?? 0,
    }
  })
}

/** `my-scheme` or `own:my-scheme` → `own:my-scheme`. */
const fullName = (name: string): string => (name.startsWith('own:') ? name : `own:${name}`)

/** A method by its name. Throws BenchError('not-found') with those that there are. */
function methodOf(context: LabContext, name: string): KnownMethod {
  const all = knownMethods(context.database)
  const full = fullName(name)
  const found = all.find((each) => each.name === full)
  if (found) return found
  const names = all.map((each) => each.name)
  throw new BenchError(
    'not-found',
    `There is no method ${full}.${suggestion(full, names)} ` +
      (names.length === 0 ? 'None was added yet: lab methods add FILE.' : `There are: ${names.join(', ')}.`),
    'name',
  )
}

/** A content by a method's name, or by (the beginning of) its hash. */
export function contentOf(context: LabContext, nameOrHash: string): MethodContent {
  const exact = /^[0-9a-f]{12,64}$/.test(nameOrHash) ? findContent(context.database, nameOrHash) : undefined
  return exact ?? methodOf(context, nameOrHash)
}

/** Keeps a file's content under the name that it says; the user who added it trusts it. */
export function addMethod(context: LabContext, read: ReadMethodFile, about: OwnAbout): MethodRow {
  const { database, computer } = context
  const { name } = about.descriptor
  const addedAt = context.now().toISOString()
  const { sha256, language, file, text, path } = read
  computer.trust(sha256, name, addedAt)
  database
    .transaction(() => {
      keepContent(database, { sha256, name, language, file, text, about, origin: 'file', addedAt })
      nameMethod(database, name, sha256, path, addedAt)
    })
    .immediate()
  return tellChange(context, name)
}

/**
 * Allows a content whose text the user has seen. Throws BenchError('conflict') where the name stands for
 * another content by now.
 */
export function trustMethod(context: LabContext, nameOrHash: string, sha256: string): MethodRow | null {
  const content = contentOf(context, nameOrHash)
  if (content.sha256 !== sha256) {
    throw new BenchError(
      'conflict',
      `${content.name} is another content (${content.sha256.slice(0, 12)}) than the one that was shown ` +
        `(${sha256.slice(0, 12)}). Look at it again.`,
      'sha256',
    )
  }
  context.computer.trust(sha256, content.name, context.now().toISOString())
  context.methodsChanged()
  return methodRows(context).find((row) => row.sha256 === sha256) ?? null
}

/** Takes the name away; runs keep the content that they were made with. */
export function removeMethod(context: LabContext, name: string): { name: string; runs: number } {
  const method = methodOf(context, name)
  const runs = countUses(context.database).get(method.sha256) ?? 0
  unnameMethod(context.database, method.name)
  context.methodsChanged()
  return { name: method.name, runs }
}

function tellChange(context: LabContext, name: string): MethodRow {
  context.methodsChanged()
  const row = methodRows(context).find((each) => each.name === name)
  if (!row) throw new Error(`methods: ${name} was not stored`)
  return row
}
