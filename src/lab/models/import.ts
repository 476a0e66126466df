/** Own models brought in from a file, exported to one, and removed. */
import { readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { BenchError } from '../../shared/contract/errors.ts'
import { checkNesting } from '../../shared/contract/nesting.ts'
import type { OwnModelImport, OwnModelRemoval } from '../../shared/contract/own-models.ts'
import { importOnnx, refuseDevice } from '../../engine/index.ts'
import type { ModelState } from '../../engine/index.ts'
import type { LayerGraph } from '../../shared/graph/types.ts'
import { modelFromGraph } from '../../shared/models/from-graph.ts'
import { contentHash, modelContent, modelFile } from '../../shared/models/content.ts'
import { checkModel } from '../../shared/models/expand.ts'
import { addKnownModels, knownModel } from '../../shared/models/known.ts'
import { parseModel } from '../../shared/models/parse.ts'
import type { ModelDefinition } from '../../shared/models/types.ts'
import { OWN_NAME, OWN_NAME_TEXT, ownName, ownNameOf } from '../../shared/spec/own.ts'
import type { LabContext } from '../context.ts'
import { writeBytes } from '../export/writer.ts'
import { countUses, dropName, dropUnused, giveName, keepContent } from '../store/own.ts'
import { explain } from '../store/failures.ts'
import { keepWeights, sweepWeights } from './weights.ts'
import { aboutOf, modelRow, namedModel } from './list.ts'
import type { ModelAbout } from './list.ts'

/** Larger files are no hand-written models; a graph of 100 000 layers takes some 20 MB. */
const MOST_BYTES = 64 * 2 ** 20

interface ReadModel {
  readonly definition: ModelDefinition
  readonly weights: { readonly graph: LayerGraph; readonly state: ModelState } | null
  readonly about: Omit<ModelAbout, 'source' | 'weights'>
}

function readBytes(file: string): Uint8Array {
  refuseDevice(file)
  try {
    return readFileSync(file)
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT')
      throw new BenchError('not-found', `There is no file ${file}.`, file)
    throw explain(error, file)
  }
}

function readJson(file: string, bytes: Uint8Array): ReadModel {
  if (bytes.length > MOST_BYTES)
    throw new BenchError('bad-file', `${file} has more than 64 MB; a model file holds no weights.`, file)
  let input: unknown
  try {
    input = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch (error) {
    throw new BenchError(
      'bad-file',
      `${basename(file)} is no JSON: ${error instanceof Error ? error.message : String(error)}.`,
      file,
      { cause: error },
    )
  }
  checkNesting(input)
  const { definition, text } = parseModel(input)
  return { definition, about: { ...text, notes: [] }, weights: null }
}

/** What exporters call every graph. */
const NAMELESS: ReadonlySet<string> = new Set(['main_graph', 'torch_jit', 'torch-jit-export', 'imported'])

function readOnnx(file: string, bytes: Uint8Array): ReadModel {
  try {
    const { graph, parameters, notes } = importOnnx(bytes)
    const masks = new Map<string, Uint8Array>()
    return {
      definition: modelFromGraph(graph),
      about: { title: NAMELESS.has(graph.name) ? '' : graph.name, description: '', notes },
      weights: { graph, state: { parameters, masks } },
    }
  } catch (error) {
    if (!(error instanceof BenchError)) throw error
    throw new BenchError(error.code, `${basename(file)}: ${error.message}`, error.where, { cause: error })
  }
}

/** JSON begins with a brace or white space; no ONNX file does. */
const isJson = (bytes: Uint8Array): boolean => [0x7b, 0x20, 0x0a, 0x0d, 0x09, 0xef, 0x5b].includes(bytes[0])

/** `ResNet 18 (small).json` → `ResNet-18-small`. */
function nameOfFile(file: string): string {
  return basename(file)
    .replace(/\.(json|onnx)$/i, '')
    .replace(/[^A-Za-z0-9._-]+/g, '-')
    .replace(/^[^A-Za-z0-9]+|-+$/g, '')
    .slice(0, 64)
}

function nameFor(file: string, given: string | undefined): string {
  const name = ownNameOf(given ?? nameOfFile(file))
  if (OWN_NAME.test(name)) return name
  throw new BenchError(
    'bad-input',
    `“${name}” is no name for a model; names are ${OWN_NAME_TEXT}. Give one with --name.`,
    'name',
  )
}

/**
 * Brings a model in under a name, by default that of its file. A name that stands for another model stands
 * for this one from now on; runs keep the content that they were made with. Throws BenchError: `not-found`,
 * `bad-file` naming the layer, `bad-input` for a name that is none.
 */
export function importModel(
  context: LabContext,
  { file, name: given }: { readonly file: string; readonly name?: string },
): OwnModelImport {
  const bytes = readBytes(file)
  const name = nameFor(file, given)
  const { definition, about, weights } = isJson(bytes) ? readJson(file, bytes) : readOnnx(file, bytes)
  checkModel(definition, name)
  const content = modelContent(definition)
  const hash = contentHash(content)
  addKnownModels([content])
  const { database } = context
  const now = context.now().toISOString()
  const kept = weights && keepWeights(context.paths.models, weights.graph, weights.state)
  const full: ModelAbout = { ...about, source: basename(file), weights: kept }
  const before = database
    .transaction(() => {
      keepContent(database, 'model', hash, content, now)
      const earlier = giveName(database, 'model', { name, hash, about: JSON.stringify(full), addedAt: now })
      if (earlier !== null && earlier !== hash) dropUnused(database, earlier)
      return earlier
    })
    .immediate()
  sweepWeights(database, context.paths.models)
  context.emitter.emit('models/changed', { name: ownName(name) })
  return {
    model: modelRow(database, name),
    before: before === null ? 'nothing' : before === hash ? 'the same' : 'another',
  }
}

/** Takes a name away; runs keep their model. Throws BenchError('not-found') with the known names. */
export function removeModel(context: LabContext, name: string): OwnModelRemoval {
  const { database } = context
  const named = namedModel(database, name)
  const runs = countUses(database, named.hash)
  database
    .transaction(() => {
      dropName(database, 'model', named.name)
      dropUnused(database, named.hash)
    })
    .immediate()
  sweepWeights(database, context.paths.models)
  context.emitter.emit('models/changed', { name: ownName(named.name) })
  return { name: ownName(named.name), runs }
}

/** Writes a model as a file that can be imported elsewhere. */
export function exportModel(
  context: LabContext,
  { name, file }: { readonly name: string; readonly file: string },
): { file: string; bytes: number } {
  const named = namedModel(context.database, name)
  const { title, description } = aboutOf(named)
  const text = modelFile(knownModel(named.hash, ownName(named.name)), { title, description })
  return { file, bytes: writeBytes(file, new TextEncoder().encode(text)) }
}
