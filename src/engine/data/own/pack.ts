/**
 * Encoded images taken out of Parquet once, so that any of them can be read in any order: one file of all
 * their bytes and an index, in the bench's store under the hash of what they came from.
 */
import { closeSync, existsSync, mkdtempSync, openSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { writeFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { makeFolder } from '../make-folder.ts'
import { BenchError } from '../../../shared/contract/errors.ts'
import { dataStore } from '../files.ts'
import { SPLITS } from './split.ts'
import type { Split } from './split.ts'

export interface PackedSplit {
  readonly starts: readonly number[]
  readonly lengths: readonly number[]
}

export interface ImagePack {
  /** All images, one after the other. */
  readonly file: string
  readonly splits: Readonly<Record<Split, PackedSplit>>
  /** [height, width] where all images have one size. */
  readonly size: readonly [number, number] | null
  /** Whether all images are gray. */
  readonly gray: boolean
}

const INDEX = 'index.json'
const IMAGES = 'images.bin'
/** Raised when the form of an index changes. */
const VERSION = 1

const folderOf = (hash: string): string => join(dataStore(), 'unpacked', hash)

/** The pack of data that were unpacked before; null where there is none. */
export function knownPack(hash: string): ImagePack | null {
  const index = join(folderOf(hash), INDEX)
  if (!existsSync(index)) return null
  const { version, ...pack } = JSON.parse(readFileSync(index, 'utf8')) as ImagePack & { version: number }
  return version === VERSION ? { ...pack, file: join(folderOf(hash), IMAGES) } : null
}

export class PackWriter {
  readonly #hash: string
  readonly #folder: string
  readonly #handle: number
  readonly #splits: Record<Split, { starts: number[]; lengths: number[] }>
  #at = 0
  #size: readonly [number, number] | null | undefined = undefined
  #gray = true

  constructor(hash: string) {
    const parent = join(dataStore(), 'unpacked')
    makeFolder(parent)
    this.#hash = hash
    this.#folder = mkdtempSync(join(parent, '.new-'))
    this.#handle = openSync(join(this.#folder, IMAGES), 'w')
    const empty = (): { starts: number[]; lengths: number[] } => ({ starts: [], lengths: [] })
    this.#splits = { train: empty(), validation: empty(), test: empty() }
  }

  /** Writes an image and returns where it lies. */
  write(bytes: Uint8Array): number {
    const start = this.#at
    try {
      for (let done = 0; done < bytes.length;)
        done += writeSync(this.#handle, bytes, done, bytes.length - done, start + done)
    } catch (cause) {
      if (!(cause instanceof Error && 'code' in cause && cause.code === 'ENOSPC')) throw cause
      throw new BenchError(
        'disk-full',
        `${dataStore()} is full: images are unpacked there once, so that they can be read in any order. ` +
          'Make room, or let GIVENS_DATA name a folder that has some.',
        dataStore(),
        { cause },
      )
    }
    this.#at += bytes.length
    return start
  }

  add(split: Split, start: number, length: number, size: readonly [number, number], gray: boolean): void {
    this.#gray &&= gray
    this.#splits[split].starts.push(start)
    this.#splits[split].lengths.push(length)
    if (this.#size === undefined) this.#size = size
    else if (this.#size && (this.#size[0] !== size[0] || this.#size[1] !== size[1])) this.#size = null
  }

  /** Puts the pack in its place, whole. */
  finish(): ImagePack {
    closeSync(this.#handle)
    const target = folderOf(this.#hash)
    const index = { version: VERSION, splits: this.#splits, size: this.#size ?? null, gray: this.#gray }
    writeFileSync(join(this.#folder, INDEX), JSON.stringify(index))
    try {
      renameSync(this.#folder, target)
    } catch (error) {
      // Somebody else unpacked the same data meanwhile, or an older form lies there.
      if (knownPack(this.#hash) === null) {
        rmSync(target, { recursive: true, force: true })
        renameSync(this.#folder, target)
      } else this.discard()
      if (!existsSync(join(target, INDEX))) throw error
    }
    return { file: join(target, IMAGES), splits: this.#splits, size: this.#size ?? null, gray: this.#gray }
  }

  /** Leaves nothing behind. */
  discard(): void {
    rmSync(this.#folder, { recursive: true, force: true })
  }

  /** Ends writing without a pack. */
  abandon(): void {
    closeSync(this.#handle)
    this.discard()
  }
}

/** Examples of all splits. */
export const countsOf = (pack: ImagePack): Record<Split, number> => {
  const [train, validation, test] = SPLITS.map((split) => pack.splits[split].starts.length)
  return { train, validation, test }
}
