/** Own methods in bundles: their texts go with the runs that were made with them, and come in as texts. */
import { basename } from 'node:path'
import { readAbout } from '../../shared/methods/own.ts'
import { registerMethod } from '../../shared/methods/registry.ts'
import { METHOD_FIELDS } from '../../shared/spec/method-fields.ts'
import type { RunSpec } from '../../shared/spec/schema.ts'
import { contentHash } from '../methods/file.ts'
import { findContent, keepContent, listMethods, nameMethod } from '../store/methods.ts'
import type { MethodContent } from '../store/methods.ts'
import type { Connection } from '../store/open.ts'
import { broken } from './format.ts'
import type { BundledMethod } from './format.ts'

/** The contents that specifications name, each once. */
export function bundledMethods(database: Connection, specs: readonly RunSpec[]): BundledMethod[] {
  const hashes = new Set(specs.flatMap((spec) => METHOD_FIELDS.map(({ section }) => spec[section].code)))
  return [...hashes].flatMap((hash) => {
    const content = hash === '' ? undefined : findContent(database, hash)
    if (!content) return []
    const { sha256, name, language, file, text, about } = content
    return [{ sha256, name, language, file, text, about: about.said }]
  })
}

/**
 * The methods of a bundle, checked: the text has its hash, and says of itself what can be read. Nothing of
 * them is run. Throws BenchError('bad-file').
 */
export function readMethods(methods: readonly BundledMethod[], bundle: string, now: string): MethodContent[] {
  return methods.map(({ sha256, name, language, text, ...method }) => {
    if (contentHash(text) !== sha256) throw broken(bundle, `the text of ${name} is not what its hash says`)
    const file = basename(method.file)
    const about = readAbout(method.about, file)
    if (about.descriptor.name !== name) throw broken(bundle, `${name} calls itself ${about.descriptor.name}`)
    return { sha256, name, language, file, text, about, origin: 'bundle', addedAt: now }
  })
}

/** Keeps the contents; names that are not here yet stand for them, not allowed to run. */
export function keepMethods(database: Connection, methods: readonly MethodContent[], now: string): void {
  const named = new Set(listMethods(database).map(({ name }) => name))
  for (const method of methods) {
    keepContent(database, method)
    if (named.has(method.name)) continue
    named.add(method.name)
    nameMethod(database, method.name, method.sha256, null, now)
  }
}

/** Does something while the descriptors of a bundle's methods are known, as far as none of that name is. */
export function knowing<T>(
  methods: readonly MethodContent[],
  isKnown: (name: string) => boolean,
  work: () => T,
): T {
  const undo = methods
    .filter(({ name }) => !isKnown(name))
    .map(({ about }) => registerMethod(about.descriptor, { offered: false }))
  try {
    return work()
  } finally {
    for (const each of undo) each()
  }
}
