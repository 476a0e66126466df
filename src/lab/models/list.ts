/** The own models of a home. */
import { BenchError } from '../../shared/contract/errors.ts'
import type { OwnModelRow } from '../../shared/contract/own-models.ts'
import { countParameters, parametersOf } from '../../shared/graph/parameters.ts'
import { inputVocabulary } from '../../shared/graph/shapes.ts'
import { hashOfModel } from '../../shared/models/complete.ts'
import { checkModel } from '../../shared/models/expand.ts'
import { knownModel } from '../../shared/models/known.ts'
import { dataLike } from '../../shared/spec/data-shapes.ts'
import { ownName, ownNameOf } from '../../shared/spec/own.ts'
import { countUses, findNamed, listNamed } from '../store/own.ts'
import type { OwnNamed } from '../store/own.ts'
import type { Connection } from '../store/open.ts'
import { modelNames } from './names.ts'
import { readStored } from '../store/stored-text.ts'

/** What is kept of a model beside its content. */
export interface ModelAbout {
  readonly title: string
  readonly description: string
  readonly source: string
  readonly weights: string | null
  readonly notes: readonly string[]
}

/** Runs whose specification names a model by this name, of whatever content. */
function countNamed(database: Connection, name: string): number {
  const count = database
    .prepare<[string], number>(`SELECT COUNT(*) FROM runs WHERE json_extract(spec, '$.model.name') = ?`)
    .pluck()
    .get(name)
  return count ?? 0
}

export const aboutOf = ({ about }: OwnNamed): ModelAbout => readStored<ModelAbout>(about, 'a model')

function toRow(database: Connection, named: OwnNamed): OwnModelRow {
  const { hash, addedAt } = named
  const name = ownName(named.name)
  const definition = knownModel(hash, name)
  const { input, classes, settings } = definition
  const graph = checkModel(definition, name)
  const { parameters, maskable } = countParameters(parametersOf(graph))
  const runs = countUses(database, hash)
  return {
    name,
    hash,
    ...aboutOf(named),
    addedAt,
    input,
    classes,
    settings,
    data: dataLike(input, classes, inputVocabulary(graph) !== null),
    layers: graph.nodes.length - 1,
    parameters,
    maskable,
    runs,
    formerRuns: Math.max(0, countNamed(database, name) - runs),
  }
}

/** All own models, by name. */
export function listModels(database: Connection): OwnModelRow[] {
  modelNames(database)
  return listNamed(database, 'model').map((named) => toRow(database, named))
}

/** One own model, its name with or without `own:`. Throws BenchError('not-found') with the known names. */
export function modelRow(database: Connection, name: string): OwnModelRow {
  return toRow(database, namedModel(database, name))
}

/** What a name stands for. Throws BenchError('not-found') with the known names. */
export function namedModel(database: Connection, name: string): OwnNamed {
  hashOfModel(ownName(name), modelNames(database))
  const named = findNamed(database, 'model', ownNameOf(name))
  if (!named) throw new BenchError('not-found', `There is no model ${ownName(name)}.`, 'model.name')
  return named
}
