/** A specification that names an own model, completed by what the name means here. */
import { BenchError } from '../contract/errors.ts'
import { isOwn, ownNameOf } from '../spec/own.ts'
import { suggestion } from '../spec/nearest.ts'
import { isRecord } from '../spec/paths.ts'
import { ownSettings } from './expand.ts'
import { knownModel } from './known.ts'

/** Names of own models, without `own:`, and the hashes of their contents. */
export type OwnModelNames = ReadonlyMap<string, string>

/** The content that a name means. Throws BenchError('not-found') that lists the known names. */
export function hashOfModel(name: string, names: OwnModelNames): string {
  const hash = names.get(ownNameOf(name))
  if (hash !== undefined) return hash
  const known = [...names.keys()].map((each) => `own:${each}`)
  throw new BenchError(
    'not-found',
    `There is no model “${name}”.${suggestion(name, known)} ` +
      (known.length > 0
        ? `Own models here: ${known.join(', ')}.`
        : 'This home has no own models; import one on the Model page or with lab model import.'),
    'model.name',
  )
}

/**
 * The input (whole or partial) with the content hash of its own model, and with the model's own settings
 * where they are left out. A hash that is there stays, so that a run keeps its model when the name means
 * another. Other models lose a hash that does not belong to them.
 */
export function completeOwnModel(
  input: Readonly<Record<string, unknown>>,
  names: OwnModelNames,
): Record<string, unknown> {
  const { model } = input
  if (!isRecord(model)) return { ...input }
  const { sha256, ...rest } = model
  if (!isOwn(model.name)) return sha256 === undefined ? { ...input } : { ...input, model: rest }
  const hash = typeof sha256 === 'string' && sha256 !== '' ? sha256 : hashOfModel(model.name, names)
  const given = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined))
  return {
    ...input,
    model: { ...ownSettings(knownModel(hash, model.name)), ...given, sha256: hash },
  }
}
