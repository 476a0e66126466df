/**
 * Images in class folders: the form of ImageNet (`train/<class>/…`, `val/<class>/…`) and of Tiny ImageNet.
 * Links are followed; each file counts once, with the label of the folder it lies in.
 */
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, realpathSync, statSync } from 'node:fs'
import type { Stats } from 'node:fs'
import { join } from 'node:path'
import { BenchError } from '../../shared/contract/errors.ts'
import { isOurs } from './own/find.ts'

export interface ImageFiles {
  readonly files: readonly string[]
  readonly labels: Uint16Array
}

export interface ClassFolders {
  readonly root: string
  readonly train: ImageFiles
  readonly test: ImageFiles
  readonly classNames: readonly string[]
  /** SHA-256 over names and sizes: the hash that earlier versions recorded with a run. */
  readonly listHash: string
  /** What a user should know of what was found. */
  readonly notes: readonly string[]
}

const IMAGE = /\.(jpe?g|png|webp|bmp|tiff?)$/i
const GIF = /\.gif$/i
const TEST_FOLDERS = ['val', 'valid', 'validation', 'test'] as const
const MOST_NAMED = 10

const bad = (message: string): BenchError => new BenchError('bad-data', message, 'data.path')
const listed = (names: readonly string[]): string =>
  names.slice(0, MOST_NAMED).join(', ') +
  (names.length > MOST_NAMED ? ` and ${names.length - MOST_NAMED} more` : '')

interface FoundImage {
  readonly path: string
  /** Where it really lies. */
  readonly real: string
  readonly linked: boolean
}

interface Listing {
  readonly images: FoundImage[]
  gifs: number
  gone: string[]
}

/** What a path leads to; undefined for a link to nothing or in a circle. @throws BenchError where closed */
function leadsTo(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false })
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : ''
    if (code === 'ELOOP') return undefined
    if (code === 'EACCES' || code === 'EPERM') throw bad(`${path} cannot be read: this user has no right to`)
    throw error
  }
}

/** All images below a folder, hidden entries left out; a link to a folder above is not followed again. */
function imagesBelow(folder: string): Listing {
  const listing: Listing = { images: [], gifs: 0, gone: [] }
  const walk = (at: string, above: readonly string[], linked: boolean): void => {
    const real = realpathSync(at)
    if (above.some((each) => each === real || each.startsWith(`${real}/`) || each.startsWith(`${real}\\`)))
      return
    for (const entry of readdirSync(at, { withFileTypes: true })) {
      if (!isOurs(entry.name)) continue
      const path = join(at, entry.name)
      const found = entry.isSymbolicLink() ? leadsTo(path) : entry
      if (!found) listing.gone.push(path)
      else if (found.isDirectory()) walk(path, [...above, real], linked || entry.isSymbolicLink())
      else if (found.isFile() && GIF.test(entry.name)) listing.gifs++
      else if (found.isFile() && IMAGE.test(entry.name)) {
        const far = linked || entry.isSymbolicLink()
        listing.images.push({ path, real: far ? realpathSync(path) : join(real, entry.name), linked: far })
      }
    }
  }
  walk(folder, [], false)
  listing.images.sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0))
  return listing
}

/** Class folders of a split, links to folders among them. */
function classesIn(folder: string): string[] {
  return readdirSync(folder)
    .filter((name) => isOurs(name) && leadsTo(join(folder, name))?.isDirectory())
    .sort()
}

/** Images by class. A file that is met twice counts where it lies, not where a link leads to it. */
function byClass(folder: string, classNames: readonly string[], notes: string[]): ImageFiles {
  const lists = classNames.map((name) =>
    existsSync(join(folder, name)) ? imagesBelow(join(folder, name)) : { images: [], gifs: 0, gone: [] },
  )
  const owner = new Map<string, { label: number; path: string }>()
  for (const far of [false, true]) {
    for (const [label, { images }] of lists.entries()) {
      for (const { path, real, linked } of images) {
        if (linked === far && !owner.has(real)) owner.set(real, { label, path })
      }
    }
  }
  const files: string[] = []
  const labels: number[] = []
  let twice = 0
  for (const [label, { images }] of lists.entries()) {
    for (const { path, real, linked } of images) {
      const own = owner.get(real)
      if (own?.path === path) {
        files.push(path)
        labels.push(label)
      } else if (own && own.label !== label && linked && realIsOutside(real, folder)) {
        throw bad(
          `${path} and ${own.path} are links to one file under two classes (${classNames[label]} and ` +
            `${classNames[own.label]}); an image has one label`,
        )
      } else twice++
    }
  }
  const gifs = lists.reduce((sum, list) => sum + list.gifs, 0)
  const gone = lists.flatMap((list) => list.gone)
  if (twice > 0) notes.push(`${folder}: ${twice} links to images that are counted already`)
  if (gifs > 0) notes.push(`${folder}: ${gifs} GIF left out, which are not read; save them as PNG`)
  if (gone.length > 0) notes.push(`links that lead nowhere: ${listed(gone)}`)
  return { files, labels: Uint16Array.from(labels) }
}

const realIsOutside = (real: string, folder: string): boolean => !real.startsWith(realpathSync(folder))

/** Tiny ImageNet's validation set: one folder of images, and a table of file name and class. */
function byTable(folder: string, classNames: readonly string[]): ImageFiles {
  const known = new Map(classNames.map((name, label) => [name, label]))
  const files: string[] = []
  const labels: number[] = []
  for (const [row, line] of readFileSync(join(folder, 'val_annotations.txt'), 'utf8').split('\n').entries()) {
    const [file, name] = line.split('\t')
    if (!file) continue
    const label = known.get(name)
    if (label === undefined) {
      throw bad(
        `${folder}/val_annotations.txt, line ${row + 1}: class ${name} is none of the ` +
          `${classNames.length} of the training folder`,
      )
    }
    files.push(join(folder, 'images', file))
    labels.push(label)
  }
  return { files, labels: Uint16Array.from(labels) }
}

/** Refuses test images of classes that are not trained. */
function checkClasses(folder: string, classNames: readonly string[]): void {
  const unknown = classesIn(folder).filter((name) => !classNames.includes(name))
  const held = unknown.map((name) => [name, imagesBelow(join(folder, name)).images.length] as const)
  const full = held.filter(([, count]) => count > 0)
  if (full.length === 0) return
  const near = full.flatMap(([name]) =>
    classNames
      .filter((each) => each.toLowerCase() === name.toLowerCase())
      .map((each) => `${name} is ${each}?`),
  )
  throw bad(
    `${folder}: ${listed(full.map(([name, count]) => `${name} (${count} images)`))} ` +
      `${full.length === 1 ? 'is no class' : 'are no classes'} of the training folder ` +
      `(${listed(classNames)})` +
      (near.length > 0 ? `. Upper and lower case count: ${listed(near)}` : ''),
  )
}

/**
 * Lists a folder of class folders. Throws BenchError('bad-data') that says which folder is missing and what
 * is expected.
 */
export function listClassFolders(root: string): ClassFolders {
  const trainFolder = join(root, 'train')
  if (!existsSync(trainFolder)) {
    throw bad(
      `${root}: expected a folder \`train\` with one folder of images per class, ` +
        `and one of ${TEST_FOLDERS.map((name) => `\`${name}\``).join(', ')} of that form; ` +
        '`train` is not there',
    )
  }
  const classNames = classesIn(trainFolder)
  if (classNames.length < 2)
    throw bad(`${trainFolder}: expected at least 2 class folders, found ${classNames.length}`)
  const there = TEST_FOLDERS.filter((name) => existsSync(join(root, name)))
  if (there.length === 0) throw bad(`${root}: no folder ${TEST_FOLDERS.join(', ')} to test on`)
  const notes: string[] = []
  if (there.length > 1) notes.push(`tested on \`${there[0]}\`; not read: ${there.slice(1).join(', ')}`)
  const testFolder = join(root, there[0])
  const train = byClass(trainFolder, classNames, notes)
  const table = existsSync(join(testFolder, 'val_annotations.txt'))
  if (!table) checkClasses(testFolder, classNames)
  const test = table ? byTable(testFolder, classNames) : byClass(testFolder, classNames, notes)
  for (const [folder, { files, labels }] of [
    [trainFolder, train],
    [testFolder, test],
  ] as const) {
    if (files.length === 0)
      throw bad(`${folder}: no images (jpg, png, webp, bmp, tiff) in class folders${toldIn(notes)}`)
    const present = new Set(labels)
    const empty = classNames.filter((_, label) => !present.has(label))
    if (empty.length > 0) notes.push(`${folder}: no images of ${listed(empty)}`)
  }
  const hash = createHash('sha256')
  for (const file of [...train.files, ...test.files]) {
    const found = statSync(file, { throwIfNoEntry: false })
    if (!found) throw bad(`${file}: listed, but not there`)
    hash.update(`${file.slice(root.length)} ${found.size}\n`)
  }
  return { root, train, test, classNames, listHash: hash.digest('hex'), notes }
}

const toldIn = (notes: readonly string[]): string => (notes.length > 0 ? `; ${notes.join('; ')}` : '')
