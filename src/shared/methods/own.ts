/** What a user's own method says of itself, read into a descriptor like those of the built-in ones. */
import { z } from 'zod'
import { BenchError } from '../contract/errors.ts'
import { ownName } from '../spec/own.ts'
import type { MethodDescriptor, MethodKind, MethodSetting } from './types.ts'

z.config({ jitless: true })

/** What the engine computes for a method that asks for it, by the word it asks with. */
export const OWN_NEEDS = {
  scheme: [],
  distribution: ['weights', 'gradients', 'snip', 'grasp', 'synflow'],
  dynamic: ['gradients'],
} as const satisfies Readonly<Record<MethodKind, readonly string[]>>
export type OwnNeed = (typeof OWN_NEEDS)[MethodKind][number]

/** What a method may say of its masks. */
export const OWN_TRAITS = {
  scheme: ['ownsMask', 'ownsPositions', 'keepsEndsDense'],
  distribution: ['ownsDensity'],
  dynamic: ['changesDensity'],
} as const satisfies Readonly<Record<MethodKind, readonly string[]>>
export type OwnTrait = (typeof OWN_TRAITS)[MethodKind][number]

/** The function that a kind of method defines. */
export const OWN_FUNCTIONS = { scheme: 'kernel', distribution: 'distribute', dynamic: 'update' } as const

export interface OwnAbout {
  /** What the file says, as it says it: what is stored, and read again. */
  readonly said: object
  /** Its name begins with `own:`. */
  readonly descriptor: MethodDescriptor
  readonly needs: readonly OwnNeed[]
  readonly traits: readonly OwnTrait[]
  /** Part by which the nonzeros may differ from those asked for (at least one entry is allowed). */
  readonly tolerance: number
}

export const DEFAULT_TOLERANCE = 0.02

const textSchema = z.string().max(2000)
const settingTexts = { title: textSchema.optional(), help: textSchema.optional() }
const bounds = { min: z.number().optional(), max: z.number().optional() }

const settingSchema = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('number'), default: z.number(), ...bounds, ...settingTexts }),
  z.strictObject({ type: z.literal('integer'), default: z.number().int(), ...bounds, ...settingTexts }),
  z.strictObject({ type: z.literal('boolean'), default: z.boolean(), ...settingTexts }),
  z.strictObject({
    type: z.literal('choice'),
    choices: z.array(z.string().min(1).max(60)).min(1).max(50),
    default: z.string(),
    ...settingTexts,
  }),
  z.strictObject({ type: z.literal('text'), default: z.string().max(4096), ...settingTexts }),
])

const aboutSchema = z.strictObject({
  kind: z.enum(['scheme', 'distribution', 'dynamic']),
  name: z
    .string('a name is missing (NAME in Python, name in JavaScript)')
    .regex(/^[a-z0-9][a-z0-9-]{0,39}$/, 'lower-case letters, digits and hyphens, 1 to 40 of them'),
  title: z.string().min(1).max(60).optional(),
  help: textSchema.nullish(),
  settings: z
    .record(
      z
        .string()
        .regex(/^[A-Za-z][A-Za-z0-9_]{0,39}$/, 'a setting’s name: a letter, then letters, digits and _'),
      settingSchema,
    )
    .default({}),
  traits: z.array(z.string()).default([]),
  needs: z.array(z.string()).default([]),
  tolerance: z.number().min(0).max(1).default(DEFAULT_TOLERANCE),
})
type About = z.output<typeof aboutSchema>
type WrittenSetting = z.output<typeof settingSchema>

/** `first-sentence` of a text: what stands before the first full stop or empty line. */
function firstSentence(text: string): string {
  const [paragraph] = text.trim().split(/\n\s*\n/)
  const line = paragraph.replaceAll(/\s+/g, ' ')
  const stop = line.search(/[.!?](\s|$)/)
  return stop < 0 ? line : line.slice(0, stop + 1)
}

/** `my-scheme` → `My scheme`. */
const titleOf = (name: string): string => name[0].toUpperCase() + name.slice(1).replaceAll('-', ' ')

function settingOf(name: string, written: WrittenSetting, fail: (message: string) => never): MethodSetting {
  const texts = { title: written.title ?? titleOf(name.replaceAll('_', ' ')), help: written.help ?? '' }
  if (written.type === 'choice') {
    if (!written.choices.includes(written.default))
      fail(`the default of ${name}, “${written.default}”, is none of ${written.choices.join(', ')}`)
    return { type: 'choice', choices: written.choices, default: written.default, ...texts }
  }
  if (written.type === 'boolean') return { type: 'boolean', default: written.default, ...texts }
  if (written.type === 'text') return { type: 'text', default: written.default, ...texts }
  const { min, max } = written
  if ((min !== undefined && written.default < min) || (max !== undefined && written.default > max))
    fail(`the default of ${name}, ${written.default}, is not between its min and max`)
  return {
    type: written.type,
    default: written.default,
    ...(min === undefined ? {} : { minimum: min }),
    ...(max === undefined ? {} : { maximum: max }),
    ...texts,
  }
}

/** The words of a list that are allowed. */
function known<T extends string>(
  what: string,
  kind: MethodKind,
  words: readonly string[],
  allowed: readonly T[],
  fail: (message: string) => never,
): T[] {
  return words.map((word) => {
    const found = allowed.find((each) => each === word)
    if (found !== undefined) return found
    const may = allowed.length === 0 ? 'nothing' : allowed.join(', ')
    return fail(`${what} holds “${word}”; a ${kind} may name ${may}`)
  })
}

function descriptorOf(
  about: About,
  settings: Readonly<Record<string, MethodSetting>>,
  needs: readonly OwnNeed[],
  traits: readonly OwnTrait[],
): MethodDescriptor {
  const described = {
    name: ownName(about.name),
    title: about.title ?? titleOf(about.name),
    help: firstSentence(about.help ?? '') || `A ${about.kind} of your own.`,
    settings,
  }
  const has = (trait: OwnTrait): Record<string, true> | object =>
    traits.includes(trait) ? { [trait]: true } : {}
  const asks = (...words: OwnNeed[]): boolean => words.some((word) => needs.includes(word))
  switch (about.kind) {
    case 'scheme':
      return {
        ...described,
        kind: 'scheme',
        traits: { ...has('ownsMask'), ...has('ownsPositions'), ...has('keepsEndsDense') },
      }
    case 'distribution': {
      const scores = asks('gradients', 'snip', 'grasp')
        ? 'data'
        : asks('synflow')
          ? 'flow'
          : asks('weights')
            ? 'values'
            : 'nothing'
      return {
        ...described,
        kind: 'distribution',
        traits: { scores, ...(asks('grasp') ? { batches: 'balanced' } : {}) },
      }
    }
    case 'dynamic':
      return {
        ...described,
        kind: 'dynamic',
        traits: {
          ...(asks('gradients') ? { denseGradients: true } : {}),
          ...has('changesDensity'),
        },
      }
  }
}

/**
 * What a method's file says of itself. Throws BenchError('bad-method') with what is wrong and allowed;
 * `file` is its name in messages.
 */
export function readAbout(said: unknown, file: string): OwnAbout {
  const fail = (message: string): never => {
    throw new BenchError('bad-method', `${file}: ${message}.`, file)
  }
  const result = aboutSchema.safeParse(said)
  if (!result.success) {
    const [issue] = result.error.issues
    return fail(`${issue.path.join('.') || 'the method'}: ${issue.message}`)
  }
  const about = result.data
  const settings = Object.fromEntries(
    Object.entries(about.settings).map(([name, written]) => [name, settingOf(name, written, fail)]),
  )
  const needs = known<OwnNeed>('needs', about.kind, about.needs, OWN_NEEDS[about.kind], fail)
  const traits = known<OwnTrait>('traits', about.kind, about.traits, OWN_TRAITS[about.kind], fail)
  return {
    said: about,
    descriptor: descriptorOf(about, settings, needs, traits),
    needs,
    traits,
    tolerance: about.tolerance,
  }
}
