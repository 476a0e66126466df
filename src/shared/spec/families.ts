/**
 * What a family of networks is when the user names nothing but the family. Fields that are left out take
 * these values before the schema's own defaults (which are those of the MLP) do.
 */
import { MODEL_NAMES } from './schema.ts'
import type { RunSpec } from './schema.ts'

export type FamilyDefaults = Partial<Pick<RunSpec['model'], 'depth' | 'width' | 'activation'>>

/** Fields that only some families read. */
export const SOME_READ = ['depth', 'width', 'variant', 'stochasticDepth', 'heads', 'tied'] as const

/** Only what a family uses: resnet, for one, has no width but a width multiplier. */
export const FAMILY_DEFAULTS = {
  mlp: { depth: 6, width: 100, activation: 'tanh' },
  cnn: { depth: 32, width: 128, activation: 'tanh' },
  resnet: { depth: 20, activation: 'relu' },
  vgg: { depth: 16, activation: 'relu' },
  'efficientnet-b0': { activation: 'swish' },
  'resnet-50': { activation: 'relu' },
  'deit-tiny': { activation: 'gelu' },
  'deit-small': { activation: 'gelu' },
  gpt: { depth: 4, width: 128, activation: 'gelu' },
} as const satisfies Record<(typeof MODEL_NAMES)[number], FamilyDefaults>

/** The defaults of a family, or null for a name that is none. */
export function familyDefaults(name: unknown): FamilyDefaults | null {
  const known = MODEL_NAMES.find((each) => each === name)
  return known ? FAMILY_DEFAULTS[known] : null
}

/** Of the fields that only some families read, those that each one does. */
export const FAMILY_FIELDS: Readonly<
  Record<(typeof MODEL_NAMES)[number], readonly (typeof SOME_READ)[number][]>
> = {
  mlp: ['depth', 'width'],
  cnn: ['depth', 'width', 'variant'],
  resnet: ['depth', 'variant', 'stochasticDepth'],
  vgg: ['depth', 'variant'],
  'efficientnet-b0': ['stochasticDepth'],
  'resnet-50': ['stochasticDepth'],
  'deit-tiny': ['stochasticDepth'],
  'deit-small': ['stochasticDepth'],
  gpt: ['depth', 'width', 'heads', 'tied'],
}
