/**
 * Data as Parquet, in the form of the Hugging Face hub: a column of images (a struct with their bytes, or
 * bytes alone) and a column of labels; or a table of numbers and a label. One file, or shards for each split.
 */
import { basename } from 'node:path'
import { BenchError } from '../../../shared/contract/errors.ts'
import { lookAtImage } from '../decode.ts'
import { hashFile } from '../fingerprints.ts'
import { sha256 } from '../files.ts'
import { withinMemory } from '../../interchange/limits.ts'
import { classesOf, encoded } from './labels.ts'
import type { RawLabels } from './labels.ts'
import { countsOf, knownPack, PackWriter } from './pack.ts'
import type { ImagePack, PackedSplit } from './pack.ts'
import { openParquet } from './parquet-file.ts'
import type { ColumnKind, ParquetFile } from './parquet-file.ts'
import { holdOutTest } from './split.ts'
import { heldOutNote, isLabelName, tableContent } from './table.ts'
import type { Column, Table } from './table.ts'
import { SPLITS } from './split.ts'
import type { Findings, NumbersContent, PackedContent } from './types.ts'
import type { Split } from './split.ts'

type Shards = ReadonlyMap<Split, readonly ParquetFile[]>
export type OnProgress = (fraction: number) => void

const MOST_BAD = 50

function hashOf(files: ReadonlyMap<Split, readonly string[]>): string {
  const parts = SPLITS.map((split) => [split, ...(files.get(split) ?? []).map(hashFile)].join(' '))
  return sha256(new TextEncoder().encode(parts.join('\n')))
}

/** Reads files by split. What is wrong goes to the findings; null when they are not usable. */
export async function readParquetData(
  files: ReadonlyMap<Split, readonly string[]>,
  label: string,
  findings: Findings,
  onProgress: OnProgress = () => undefined,
): Promise<NumbersContent | PackedContent | null> {
  const opened: ParquetFile[] = []
  const shards = new Map<Split, ParquetFile[]>()
  try {
    for (const [split, paths] of files) {
      for (const path of paths) {
        const file = await openParquet(path)
        opened.push(file)
        shards.set(split, [...(shards.get(split) ?? []), file])
      }
    }
    const first = shards.get('train')?.[0]
    if (!first || !sameColumns(first, opened, findings)) return null
    const images = [...first.columns].filter(([, kind]) => kind === 'image').map(([name]) => name)
    const raw = [...first.columns].filter(([name, kind]) => kind === 'bytes' && /^(image|img)/i.test(name))
    const image = images[0] ?? raw[0]?.[0]
    if (images.length > 1) findings.note(`${images.length} columns of images; “${image}” is read`)
    const hash = hashOf(files)
    return image === undefined
      ? await asTable(shards, first, label, hash, findings)
      : await asImages(shards, first, image, label, hash, findings, onProgress)
  } finally {
    for (const file of opened) await file.close()
  }
}

function sameColumns(first: ParquetFile, all: readonly ParquetFile[], findings: Findings): boolean {
  const text = ({ columns }: ParquetFile): string =>
    [...columns].map(([name, kind]) => `${name} (${kind})`).join(', ')
  const other = all.find((file) => text(file) !== text(first))
  if (!other) return true
  findings.problem(
    `${basename(other.path)} has the columns ${text(other)}; ${basename(first.path)} has ${text(first)}`,
  )
  return false
}

function labelOf(columns: ReadonlyMap<string, ColumnKind>, asked: string, findings: Findings): string | null {
  const able = [...columns].filter(([, kind]) => kind === 'integer' || kind === 'text').map(([name]) => name)
  if (asked !== '') {
    if (able.includes(asked)) return asked
    findings.problem(
      `data.label: “${asked}” is no column of whole numbers or texts; such are ${able.join(', ') || 'none'}`,
    )
    return null
  }
  const usual = able.filter((name) => isLabelName(name) || name === 'fine_label')
  const numbers = able.filter((name) => columns.get(name) === 'integer')
  const found = usual.length === 1 ? usual[0] : numbers.length === 1 ? numbers[0] : null
  if (found === null) {
    findings.problem(
      `which column is the label? Set data.label to one of ` +
        (able.join(', ') || '(there is none of whole numbers)'),
    )
  }
  return found
}

const texts = new TextDecoder()
const textOf = (value: unknown): string =>
  value instanceof Uint8Array
    ? texts.decode(value)
    : value === null || value === undefined
      ? ''
      : String(value)
const numberOf = (value: unknown): number =>
  value === null || value === undefined ? NaN : typeof value === 'bigint' ? Number(value) : Number(value)

/** A column over all shards of a split. */
async function columnOf(files: readonly ParquetFile[], name: string, kind: ColumnKind): Promise<Column> {
  const parts: unknown[] = []
  for (const file of files) {
    for (let group = 0; group < file.groups.length; group++)
      for (const row of await file.read(group, [name])) parts.push(row[name])
  }
  return kind === 'text' || kind === 'bytes' ? parts.map(textOf) : Float64Array.from(parts, numberOf)
}

async function asTable(
  shards: Shards,
  first: ParquetFile,
  label: string,
  hash: string,
  findings: Findings,
): Promise<NumbersContent | null> {
  const used = [...first.columns].filter(([name, kind]) => kind !== 'other' || name === label)
  const left = [...first.columns].filter(([, kind]) => kind === 'other').map(([name]) => name)
  if (left.length > 0)
    findings.problem(`columns of lists, structures or dates are not read: ${left.join(', ')}`)
  if (findings.problems.length > 0) return null
  const tables = new Map<Split, Table>()
  for (const [split, files] of shards) {
    const rows = files.reduce((sum, file) => sum + file.rows, 0)
    withinMemory(rows * used.length * 8, files[0].path, 'its numbers')
    const columns = new Map<string, Column>()
    for (const [name, kind] of used) columns.set(name, await columnOf(files, name, kind))
    tables.set(split, { file: files[0].path, columns, rows, place: (row) => `row ${row}` })
  }
  const names = label === '' ? [...first.classNames.values()] : [first.classNames.get(label)]
  return tableContent(
    'Parquet',
    tables,
    label,
    hash,
    findings,
    names.length === 1 ? (names[0] ?? null) : null,
  )
}

async function asImages(
  shards: Shards,
  first: ParquetFile,
  image: string,
  asked: string,
  hash: string,
  findings: Findings,
  onProgress: OnProgress,
): Promise<PackedContent | null> {
  const label = labelOf(first.columns, asked, findings)
  if (label === null) return null
  const kind = first.columns.get(label) ?? 'integer'
  const raw = new Map<Split, RawLabels>()
  for (const [split, files] of shards) raw.set(split, await columnOf(files, label, kind))
  const place = (row: number): string => `row ${row}`
  const what = `label “${label}”`
  const given = first.classNames.get(label) ?? null
  const classes = classesOf(raw.get('train') ?? [], what, place, given)
  if ('problem' in classes) findings.problem(classes.problem)
  else {
    const labels: Record<Split, Uint16Array> = { train: NONE, validation: NONE, test: NONE }
    for (const [split, column] of raw) {
      const codes = encoded(column, classes, `${split}, ${what}`, place)
      if ('problem' in codes) findings.problem(codes.problem)
      else labels[split] = codes
    }
    const pack =
      knownPack(`${hash}-${columnTag(image)}`) ?? (await unpack(shards, image, hash, findings, onProgress))
    if (pack && findings.problems.length === 0) {
      for (const split of SPLITS) {
        if (countsOf(pack)[split] !== labels[split].length)
          findings.problem(`${split}: ${countsOf(pack)[split]} images, ${labels[split].length} labels`)
      }
      if (findings.problems.length > 0) return null
      const common = { kind: 'packed' as const, form: 'Parquet', classNames: classes.names, hash }
      if (shards.has('test')) return { ...common, notes: findings.notes, pack, labels }
      const rows = holdOutTest(labels.train.length)
      findings.note(heldOutNote(rows.test.length))
      return { ...common, notes: findings.notes, ...heldOut(pack, labels, rows) }
    }
  }
  return null
}

const NONE = new Uint16Array(0)
const columnTag = (name: string): string => sha256(new TextEncoder().encode(name)).slice(0, 8)

function heldOut(
  pack: ImagePack,
  labels: Record<Split, Uint16Array>,
  { train, test }: { train: Int32Array; test: Int32Array },
): Pick<PackedContent, 'pack' | 'labels'> {
  const { starts, lengths } = pack.splits.train
  const part = (rows: Int32Array): PackedSplit => ({
    starts: Array.from(rows, (row) => starts[row]),
    lengths: Array.from(rows, (row) => lengths[row]),
  })
  const of = (rows: Int32Array): Uint16Array => Uint16Array.from(rows, (row) => labels.train[row])
  return {
    pack: { ...pack, splits: { ...pack.splits, train: part(train), test: part(test) } },
    labels: { ...labels, train: of(train), test: of(test) },
  }
}

function bytesOf(value: unknown): Uint8Array | null {
  if (value instanceof Uint8Array) return value
  const bytes = typeof value === 'object' && value !== null && 'bytes' in value ? value.bytes : null
  return bytes instanceof Uint8Array ? bytes : null
}

/** Takes all images out, a row group at a time. */
async function unpack(
  shards: Shards,
  image: string,
  hash: string,
  findings: Findings,
  onProgress: OnProgress,
): Promise<ImagePack | null> {
  const total = [...shards.values()].flat().reduce((sum, file) => sum + file.rows, 0)
  const writer = new PackWriter(`${hash}-${columnTag(image)}`)
  let done = 0
  let bad = 0
  try {
    for (const [split, files] of shards) {
      for (const file of files) {
        for (const [group, { start }] of file.groups.entries()) {
          // Equal images of a group share their bytes, which are written once.
          const written = new Map<Uint8Array, number>()
          for (const [k, row] of (await file.read(group, [image])).entries()) {
            const name = `${basename(file.path)}, row ${start + k}`
            const bytes = bytesOf(row[image])
            done++
            try {
              if (!bytes) {
                throw new BenchError(
                  'bad-data',
                  `${name}: the image has no bytes (a path alone, or nothing); save the data ` +
                    `set with its images`,
                )
              }
              const { width, height, gray } = lookAtImage(bytes, name)
              const at = written.get(bytes) ?? writer.write(bytes)
              written.set(bytes, at)
              writer.add(split, at, bytes.length, [height, width], gray)
            } catch (error) {
              if (error instanceof BenchError && error.code !== 'bad-data') throw error
              const text =
                error instanceof BenchError ? error.message : `${name}: cannot be decoded (${String(error)})`
              if (bad++ < MOST_BAD) findings.problem(text)
            }
          }
          onProgress(done / Math.max(1, total))
        }
      }
    }
  } catch (error) {
    writer.abandon()
    throw error
  }
  if (bad > MOST_BAD) findings.problem(`${bad} images in all cannot be read`)
  if (bad === 0) return writer.finish()
  writer.abandon()
  return null
}
