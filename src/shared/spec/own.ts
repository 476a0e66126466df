/** Names of what a user brings along: `own:NAME`. */
import { z } from 'zod'

const PREFIX = 'own:'
/** What may stand behind `own:`. */
export const OWN_NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/
export const OWN_NAME_TEXT = 'up to 64 letters, digits, dots, dashes and underscores'

export type OwnName = `own:${string}`

export const isOwn = (name: unknown): name is OwnName => typeof name === 'string' && name.startsWith(PREFIX)

/** `own:net` → `net`; a name without `own:` as it is. */
export const ownNameOf = (name: string): string => (isOwn(name) ? name.slice(PREFIX.length) : name)

/** `net` → `own:net`. */
export const ownName = (name: string): OwnName => (isOwn(name) ? name : `${PREFIX}${name}`)

/** One of the names of the bench, or `own:NAME`: something that a user brought along. */
export const namedOrOwn = <const T extends readonly string[]>(names: T) =>
  z.union([z.enum(names), z.templateLiteral(['own:', z.string().regex(OWN_NAME)])])
