/** The share bundle as data: a zip of JSON and CSV with a manifest of version and hashes. */
import { createHash } from 'node:crypto'
import { strFromU8, strToU8, unzipSync, Zip, ZipDeflate } from 'fflate'
import { z } from 'zod'
import { BenchError } from '../../shared/contract/errors.ts'
import { OWN_LANGUAGES } from '../../shared/contract/methods.ts'

z.config({ jitless: true })

export const FORMAT = 'givens-bundle'
/** Rises when an older program could not read it; a bundle says the least version that reads it. */
export const VERSION = 2
/** Since version 2: runs of what users brought along, with its contents. */
const PLAIN = 1
/** Of deflate: curves of thousands of runs would take minutes at 9, for some per cent. */
const LEVEL = 6
/** Letters that are encoded at once. */
const PIECE = 1 << 20
/** More than this unpacked is refused before it is unpacked. */
const MOST_BYTES = 2e9

const manifestSchema = z.object({
  format: z.literal(FORMAT),
  version: z.number().int().min(1),
  program: z.string(),
  createdAt: z.string(),
  files: z.record(z.string(), z.object({ bytes: z.number(), sha256: z.string() })),
})

const operatorSchema = z.object({
  map: z.tuple([z.number(), z.number()]),
  stride: z.number(),
  padding: z.string(),
  residual: z.number().nullable(),
  singularMean: z.number().nullable(),
  singularMax: z.number().nullable(),
  singularMin: z.number().nullable(),
  frequencies: z.number(),
  allFrequencies: z.number(),
})

const text = z.string().nullable()
const count = z.number().int().min(0)
export const runSchema = z.object({
  identity: z.string(),
  group: z.string(),
  spec: z.unknown(),
  backend: z.string(),
  status: z.enum(['finished', 'diverged', 'failed', 'cancelled']),
  labels: z.record(z.string(), z.string()),
  backendUsed: text,
  device: text,
  createdAt: z.string(),
  startedAt: text,
  finishedAt: text,
  step: count,
  totalSteps: count.nullable(),
  seconds: z.number(),
  error: text,
  divergedAt: count.nullable(),
  environment: z.record(z.string(), z.string()),
  tags: z.array(z.string()),
  note: z.string(),
  layers: z.array(
    z.object({
      name: z.string(),
      shape: z.array(z.number()),
      maskable: z.boolean(),
      entries: z.number(),
      nonzeros: z.number(),
      densityAsked: z.number(),
      density: z.number(),
      residual: z.number().nullable(),
      singularMean: z.number().nullable(),
      singularMax: z.number().nullable(),
      singularMin: z.number().nullable(),
      operator: operatorSchema.optional(),
      notes: z.array(z.string()),
    }),
  ),
  events: z.array(
    z.object({
      at: z.string(),
      step: count.nullable(),
      level: z.enum(['info', 'warning', 'error']),
      message: z.string(),
    }),
  ),
})
export type BundleRun = z.output<typeof runSchema>

/** A method's content; `about` is what its file says of itself, read again by whoever imports it. */
export const bundledMethodSchema = z.object({
  sha256: z.string().length(64),
  name: z.string().max(80),
  language: z.enum(OWN_LANGUAGES),
  file: z.string().min(1).max(255),
  text: z.string().max(2_000_000),
  about: z.unknown(),
})
export type BundledMethod = z.output<typeof bundledMethodSchema>
/** What users brought along and the runs name by its hash. */
const ownSchema = z.object({
  kind: z.enum(['model']),
  hash: z.string(),
  content: z.string(),
  /** What it was called where the bundle was made; null where no name stands for it any more. */
  name: z.string().nullable(),
  about: z.string(),
})
export type BundleOwn = z.output<typeof ownSchema>

export const contentSchema = z.object({
  study: z.unknown(),
  runs: z.array(runSchema),
  own: z.array(ownSchema).default([]),
  methods: z.array(bundledMethodSchema).max(1000).default([]),
})

/** Files by name, without the manifest: whole, or in pieces that are made as they are asked for. */
export type BundleFiles = Readonly<Record<string, string | Uint8Array | Iterable<string>>>

/**
 * A bundle as it was read: its texts as bytes, since a string cannot be as long as the curves of thousands of
 * runs, and weights by the hash of their content.
 */
export interface Unpacked {
  readonly texts: Readonly<Record<string, Uint8Array>>
  readonly weights: ReadonlyMap<string, Uint8Array>
}

const WEIGHTS = /^weights\/([0-9a-f]{64})\.safetensors$/

/** Where weights of a content stand in a bundle. */
export const weightsName = (hash: string): string => `weights/${hash}.safetensors`

/**
 * Appends the zip piece by piece, so that none of its files has to be there whole; the same files at the same
 * time give the same bytes.
 */
export function packBundle(
  files: BundleFiles,
  { program, now, hasOwn }: { readonly program: string; readonly now: Date; readonly hasOwn: boolean },
  append: (bytes: Uint8Array) => void,
): void {
  const zip = new Zip((error, bytes) => {
    if (error) throw error
    append(bytes)
  })
  const add = (name: string, pieces: Iterable<Uint8Array>): { bytes: number; sha256: string } => {
    const entry = new ZipDeflate(name, { level: LEVEL })
    entry.mtime = now
    zip.add(entry)
    const sum = createHash('sha256')
    let bytes = 0
    for (const piece of pieces) {
      sum.update(piece)
      bytes += piece.length
      entry.push(piece)
    }
    entry.push(new Uint8Array(0), true)
    return { bytes, sha256: sum.digest('hex') }
  }
  const written = Object.entries(files).map(
    ([name, content]) => [name, add(name, piecesOf(content))] as const,
  )
  const manifest = {
    format: FORMAT,
    version: hasOwn ? VERSION : PLAIN,
    program,
    createdAt: now.toISOString(),
    files: Object.fromEntries(written),
  }
  add('manifest.json', [strToU8(`${JSON.stringify(manifest, null, 2)}\n`)])
  zip.end()
}

function* piecesOf(content: string | Uint8Array | Iterable<string>): Generator<Uint8Array> {
  if (content instanceof Uint8Array) return yield content
  let collected = ''
  for (const piece of typeof content === 'string' ? [content] : content) {
    collected += piece
    if (collected.length < PIECE) continue
    yield strToU8(collected)
    collected = ''
  }
  if (collected !== '') yield strToU8(collected)
}

/**
 * Opens a bundle and checks it against its manifest. @throws BenchError `bad-file` for what is no bundle or
 * is damaged, `newer-database` for one of a newer program.
 */
export function unpackBundle(bytes: Uint8Array, file: string): Unpacked {
  const found = unzip(bytes, file)
  const manifest = manifestOf(found['manifest.json'], file)
  const texts: Record<string, Uint8Array> = {}
  const weights = new Map<string, Uint8Array>()
  for (const [name, expected] of Object.entries(manifest.files)) {
    const content = found[name]
    if (content === undefined) throw broken(file, `${name} is missing`)
    if (content.length !== expected.bytes || hash(content) !== expected.sha256)
      throw broken(file, `${name} is not what the manifest says`)
    const named = WEIGHTS.exec(name)?.[1]
    if (named === undefined) texts[name] = content
    else if (named === expected.sha256) weights.set(named, content)
    else throw broken(file, `${name} does not have the content that its name says`)
  }
  return { texts, weights }
}

function unzip(bytes: Uint8Array, file: string): Record<string, Uint8Array> {
  let sum = 0
  try {
    return unzipSync(bytes, {
      filter: ({ originalSize }) => {
        sum += originalSize
        if (sum > MOST_BYTES) throw broken(file, 'it holds more than 2 GB')
        return true
      },
    })
  } catch (error) {
    if (error instanceof BenchError) throw error
    throw new BenchError('bad-file', `${file} is no bundle of this program, or it is damaged.`, file, {
      cause: error,
    })
  }
}

function manifestOf(bytes: Uint8Array | undefined, file: string): z.output<typeof manifestSchema> {
  if (bytes === undefined) throw broken(file, 'it has no manifest')
  const content = parseJson(bytes, file)
  const version = z.object({ format: z.literal(FORMAT), version: z.number() }).safeParse(content)
  if (version.success && version.data.version > VERSION) {
    throw new BenchError(
      'newer-database',
      `${file} has bundle version ${version.data.version}; this program reads up to ` +
        `${VERSION}. Nothing was imported.`,
      file,
    )
  }
  const manifest = manifestSchema.safeParse(content)
  if (!manifest.success)
    throw broken(file, `its manifest is wrong at ${manifest.error.issues[0].path.join('.')}`)
  return manifest.data
}

/** JSON of a bundle. @throws BenchError `bad-file`. */
export function parseJson(content: Uint8Array, file: string): unknown {
  try {
    return JSON.parse(strFromU8(content))
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    throw broken(file, `it holds broken JSON (${error.message})`)
  }
}

export function broken(file: string, why: string): BenchError {
  return new BenchError('bad-file', `${file} cannot be imported: ${why}. Nothing was imported.`, file)
}

const hash = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')
