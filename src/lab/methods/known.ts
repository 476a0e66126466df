/** All methods that a lab must know: those that can be chosen, and those that only runs have. */
import { countUses, listContents, listMethods } from '../store/methods.ts'
import type { MethodContent } from '../store/methods.ts'
import type { Connection } from '../store/open.ts'

export interface KnownMethod extends MethodContent {
  /** The file that it was added from. */
  readonly path: string | null
  /** False for one that was removed, and is known because runs were made with it. */
  readonly offered: boolean
}

/** One of each name: the content that it stands for, else the latest that a run has. */
export function knownMethods(database: Connection): KnownMethod[] {
  const known = new Map<string, KnownMethod>(
    listMethods(database).map((method) => [method.name, { ...method, offered: true }]),
  )
  const used = countUses(database)
  for (const content of listContents(database)) {
    if (known.has(content.name) || !used.has(content.sha256)) continue
    known.set(content.name, { ...content, path: null, offered: false })
  }
  return [...known.values()]
}
