/**
 * What a family of networks is when the user names nothing but the family. Fields that are left out take these values
 * before the schema's own defaults (which are those of the MLP) do.
 */
import { MODEL_NAMES } from './schema.ts'
import type { RunSpec } from './schema.ts'

export type FamilyDefaults = Pick<RunSpec['model'], 'depth' | 'width' | 'activation'>

export const FAMILY_DEFAULTS = {
  mlp: { depth: 6, width: 100, activation: 'tanh' },
  cnn: { depth: 32, width: 128, activation: 'tanh' },
  resnet: { depth: 20, width: 16, activation: 'relu' },
  vgg: { depth: 16, width: 64, activation: 'relu' },
  'efficientnet-b0': { depth: 16, width: 32, activation: 'swish' },
  'resnet-50': { depth: 50, width: 64, activation: 'relu' },
  'deit-tiny': { depth: 12, width: 192, activation: 'gelu' },
  'deit-small': { depth: 12, width: 384, activation: 'gelu' },
} as const satisfies Record<(typeof MODEL_NAMES)[number], FamilyDefaults>

/** The defaults of a family, or null for a name that is none. */
export function familyDefaults(name: unknown): FamilyDefaults | null {
  const known = MODEL_NAMES.find((each) => each === name)
  return known ? FAMILY_DEFAULTS[known] : null
}
