/** Weights that came with own models: files of the home, named by the hash of their content. */
import { existsSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import {
  hashOf,
  makeFolder,
  readSafetensors,
  readWeightsBytes,
  stateFromArrays,
  stateToArrays,
  writeSafetensors,
} from '../../engine/index.ts'
import type { ModelState } from '../../engine/index.ts'
import { BenchError } from '../../shared/contract/errors.ts'
import { parametersOf } from '../../shared/graph/parameters.ts'
import type { LayerGraph } from '../../shared/graph/types.ts'
import { isOwn, ownName } from '../../shared/spec/own.ts'
import type { RunSpec } from '../../shared/spec/schema.ts'
import { schemeOf } from '../../shared/methods/registry.ts'
import { broken } from '../bundle/format.ts'
import { writeBytes } from '../export/writer.ts'
import { countUses, listNamed } from '../store/own.ts'
import type { OwnNamed } from '../store/own.ts'
import type { Connection } from '../store/open.ts'
import type { OwnWeights } from '../store/weights-files.ts'
import { aboutOf, namedModel } from './list.ts'

const fileOf = (folder: string, hash: string): string => join(folder, `${hash}.safetensors`)

/** Keeps the values of all parameters of a graph; their hash. */
export function keepWeights(folder: string, graph: LayerGraph, state: ModelState): string {
  const bytes = writeSafetensors(stateToArrays(parametersOf(graph), state))
  const hash = hashOf(bytes)
  makeFolder(folder, 0o700)
  if (!existsSync(fileOf(folder, hash))) writeBytes(fileOf(folder, hash), bytes)
  return hash
}

/** Removes the weights that neither a model nor a run names. */
export function sweepWeights(database: Connection, folder: string): void {
  if (!existsSync(folder)) return
  const kept = new Set(listNamed(database, 'model').flatMap((named) => aboutOf(named).weights ?? []))
  for (const name of readdirSync(folder)) {
    const hash = name.replace(/\.safetensors$/, '')
    if (!kept.has(hash) && countUses(database, hash) === 0) rmSync(join(folder, name), { force: true })
  }
}

/** The hash of the weights that a model came with. Throws BenchError('bad-file') where none did. */
export function weightsOf(named: OwnNamed): string {
  const { weights } = aboutOf(named)
  if (weights !== null) return weights
  throw new BenchError(
    'bad-file',
    `${ownName(named.name)} was imported without weights; only a model from an ONNX file has weights of ` +
      'its own.',
    'initialization.file.path',
  )
}

/** The weights of a model, for a graph. Throws BenchError('bad-file') where they are not of its shapes. */
export function stateOfModel(folder: string, named: OwnNamed, graph: LayerGraph): ModelState {
  const bytes = readWeightsBytes(fileOf(folder, weightsOf(named)))
  return stateFromArrays(parametersOf(graph), readSafetensors(bytes).arrays)
}

/** The hash of the weights of the model that a path `own:NAME` names. */
export function ownWeightsOf(database: Connection): OwnWeights {
  return (path) => weightsOf(namedModel(database, path))
}

/** A specification for a thread: the weights of an own model as the file that holds them. */
export function withWeightsPath(spec: RunSpec, folder: string): RunSpec {
  const { initialization } = spec
  const { file } = initialization
  if (!isOwn(file.path) || file.sha256 === '') return spec
  const path = fileOf(folder, file.sha256.toLowerCase())
  return { ...spec, initialization: { ...initialization, file: { ...file, path } } }
}

/** The weights of own models that some runs begin with, each once. */
export function bundledWeights(
  folder: string,
  specs: readonly RunSpec[],
): { readonly hash: string; readonly bytes: Uint8Array }[] {
  const hashes = new Set(
    specs.flatMap(({ initialization: { scheme, file } }) =>
      schemeOf(scheme).traits.readsValues && isOwn(file.path) ? [file.sha256.toLowerCase()] : [],
    ),
  )
  return [...hashes]
    .filter((hash) => hash !== '' && existsSync(fileOf(folder, hash)))
    .map((hash) => ({ hash, bytes: readWeightsBytes(fileOf(folder, hash)) }))
}

/** Throws BenchError('bad-file') where what came as weights is no file of weights. */
export function checkBundledWeights(weights: ReadonlyMap<string, Uint8Array>, file: string): void {
  for (const [hash, bytes] of weights) {
    try {
      readSafetensors(bytes)
    } catch (error) {
      if (!(error instanceof BenchError)) throw error
      throw broken(file, `the weights ${hash.slice(0, 12)} cannot be read: ${error.message}`)
    }
  }
}

/** Keeps the weights of a bundle, whose hashes were checked. */
export function keepBundledWeights(folder: string, weights: ReadonlyMap<string, Uint8Array>): void {
  if (weights.size > 0) makeFolder(folder, 0o700)
  for (const [hash, bytes] of weights)
    if (!existsSync(fileOf(folder, hash))) writeBytes(fileOf(folder, hash), bytes)
}
