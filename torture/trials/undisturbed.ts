/** A study run to its end without a disturbance: what every disturbed one must equal. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { Stream } from '../../src/engine/index.ts'
import { pathsOf } from '../../src/lab/store/home.ts'
import { callBench, defectIn } from '../command-line.ts'
import type { CallOptions, Ended } from '../command-line.ts'
import { differences } from '../same-results.ts'
import type { Turn } from '../types.ts'
import { writeStudy } from '../inputs/study.ts'

export interface Undisturbed {
  /** The study's file. */
  readonly study: string
  /** The home that holds its results. */
  readonly home: string
}

/** Epochs, of 20 steps: of a run that takes a second or so, of one that is over at once, of a long one. */
export const EPOCHS = { usual: 80, few: 2, many: 400 } as const

const known = new Map<string, Promise<Undisturbed>>()
let folder: string | null = null

/** A folder of all turns, removed when the torture ends. */
function sharedFolder(): string {
  if (folder !== null) return folder
  const made = mkdtempSync(join(tmpdir(), 'givens-undisturbed-'))
  process.on('exit', () => rmSync(made, { recursive: true, force: true }))
  return (folder = made)
}

async function run(backend: string, epochs: number): Promise<Undisturbed> {
  const at = join(sharedFolder(), `${backend}-${epochs}`)
  const study = writeStudy(at, Stream.root(1), epochs)
  const home = join(at, 'home')
  const { code, output } = await callBench(['study', 'run', study, '--backend', backend], { home })
  if (code !== 0) throw new Error(`undisturbed, the study ended with ${code}: ${output}`)
  return { study, home }
}

/** Runs a small study in a home of its own, once. @throws Error where that alone does not work */
export function runUndisturbed(backend: string, epochs: number): Promise<Undisturbed> {
  const key = `${backend} ${epochs}`
  const running = known.get(key) ?? run(backend, epochs)
  known.set(key, running)
  return running
}

/** The database of a home that nobody has open, with all that was written in the one file. */
export function settledDatabase(home: string): string {
  const file = pathsOf(home).database
  const database = new Database(file)
  database.pragma('wal_checkpoint(TRUNCATE)')
  database.close()
  return file
}

/** One call of a disturbed home; what it says must not be a defect, and it must not hang. */
export async function disturbed(turn: Turn, words: readonly string[], options: CallOptions): Promise<Ended> {
  const ended = await callBench(words, options)
  const defect = defectIn(ended.output)
  if (defect) turn.find(`${words.join(' ')}: ${defect}`)
  if (ended.hung) turn.find(`${words.join(' ')}: no end`)
  return ended
}

/** Brings a home to its end without further disturbance and holds it against the undisturbed one. */
export async function settle(
  turn: Turn,
  { study, home: undisturbed }: Undisturbed,
  home: string,
  backend: string,
): Promise<void> {
  const { code, output } = await disturbed(turn, ['study', 'run', study, '--backend', backend], { home })
  if (code !== 0) turn.find(`the study does not end well afterwards (${code}): ${output.slice(-600)}`)
  for (const difference of await differences(home, undisturbed)) turn.find(difference)
}
