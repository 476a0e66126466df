/** Own methods of runs: their contents named in specifications, and handed to the threads that need them. */
import type { OwnContents } from '../../engine/index.ts'
import { BenchError } from '../../shared/contract/errors.ts'
import { isOwn } from '../../shared/spec/own.ts'
import { METHOD_FIELDS } from '../../shared/spec/method-fields.ts'
import type { RunSpec } from '../../shared/spec/schema.ts'
import { findContent, listMethods } from '../store/methods.ts'
import type { MethodContent } from '../store/methods.ts'
import type { Connection } from '../store/open.ts'
import type { Computer } from './computer.ts'

/** Where own methods are looked up. */
export interface MethodSources {
  readonly database: Connection
  readonly computer: Computer
}

type Binding = Pick<MethodSources, 'database'> & Partial<MethodSources>

export function untrusted({ name, sha256 }: MethodContent): BenchError {
  return new BenchError(
    'untrusted',
    `${name} came from somebody else and was not allowed to run on this computer yet. Look at its text and ` +
      `allow it on the Methods page, or with: lab methods trust ${name} (content ${sha256.slice(0, 12)}).`,
    name,
  )
}

function notHere(name: string, path: string): BenchError {
  return new BenchError(
    'not-found',
    `There is no method ${name} here any more; add it again: lab methods add FILE, or the Methods page. ` +
      `Its runs keep the text that they were made with: lab methods show ${name}.`,
    path,
  )
}

/**
 * Names the contents that a specification's own methods stand for now, where it names none yet. Refuses those
 * that may not run, where the computer is known; a run of one would fail.
 */
export function methodBinder({ database, computer }: Binding): (spec: RunSpec) => RunSpec {
  const contents = new Map(listMethods(database).map((method) => [method.name, method]))
  return (spec) => {
    let bound = spec
    for (const { section, path, named } of METHOD_FIELDS) {
      const name = named(spec)
      if (!isOwn(name) || spec[section].code !== '') continue
      const method = contents.get(name)
      if (!method) throw notHere(name, path)
      if (computer && !computer.isTrusted(method.sha256)) throw untrusted(method)
      bound = { ...bound, [section]: { ...bound[section], code: method.sha256 } }
    }
    return bound
  }
}

/**
 * What a thread needs to run a specification's own methods: those that it names by their content, else the
 * present ones. Throws BenchError `not-found` for a content that is not here, `untrusted` for one that was
 * not allowed on this computer: this is the one place where code of methods leaves the database to be run.
 */
export function methodsFor(sources: MethodSources, spec: RunSpec): OwnContents {
  const named = new Map(listMethods(sources.database).map((method) => [method.name, method]))
  const contents = METHOD_FIELDS.flatMap(({ section, path, named: nameIn }) => {
    const name = nameIn(spec)
    const { code } = spec[section]
    if (!isOwn(name)) return []
    const content = code === '' ? named.get(name) : findContent(sources.database, code)
    if (!content) {
      throw new BenchError(
        'not-found',
        code === ''
          ? `There is no method ${name} here; add it: lab methods add FILE.`
          : `The content of ${name} that this run was made with (${code.slice(0, 12)}) is not here.`,
        path,
      )
    }
    if (!sources.computer.isTrusted(content.sha256)) throw untrusted(content)
    return [content]
  })
  return {
    limits: sources.computer.settings(),
    methods: contents.map(({ sha256, about, file, language, text }) => ({
      sha256,
      about,
      file: { file, language, text },
    })),
  }
}
