/**
 * Whether the pages of a database hold together, asked before anything is written to it: a write into a
 * damaged tree spreads the damage. SQLite's `quick_check` reads every page (some 200 MB a second).
 */
import Database from 'better-sqlite3'
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { z } from 'zod'
import { isWithin } from './clock.ts'
import { damaged, explain } from './failures.ts'

/** Up to this size the look costs less than half a second, and is taken whenever a lab opens. */
const ALWAYS_BYTES = 64e6
/** A larger one that nothing has touched since the last look is looked at again after this time. */
const AGAIN_MS = 24 * 3600e3

const lookSchema = z.object({ bytes: z.number(), changed: z.number(), at: z.number() })
type Look = z.output<typeof lookSchema>

const fileOfLook = (database: string): string => `${database}.checked.json`

function lastLook(database: string): Look | null {
  try {
    return lookSchema.parse(JSON.parse(readFileSync(fileOfLook(database), 'utf8')))
  } catch {
    return null // Absent or unreadable: looked at again.
  }
}

/**
 * Looks at a closed database.
 * @throws BenchError `damaged` with SQLite's first finding.
 */
export function checkPages(file: string): void {
  let found: string
  let database: Database.Database | undefined
  try {
    database = new Database(file, { readonly: true })
    found = database.pragma('quick_check(1)', { simple: true }) as string
  } catch (error) {
    throw explain(error, file)
  } finally {
    database?.close()
  }
  if (found !== 'ok') throw damaged(file, found.replaceAll(/\s+/g, ' ').replaceAll('*** ', ''))
}

/**
 * Looks at the database before it is opened for writing, unless it is large and was sound lately, untouched
 * since.
 * @throws BenchError `damaged`.
 */
export function checkBeforeWriting(file: string, now: Date): void {
  if (!existsSync(file)) return
  const { size: bytes, mtimeMs: changed } = statSync(file)
  const last = lastLook(file)
  const untouched = last !== null && last.bytes === bytes && last.changed === changed
  if (bytes > ALWAYS_BYTES && untouched && isWithin(last.at, AGAIN_MS, now)) return
  checkPages(file)
}

/** To be called when a sound database was closed: the next lab need not look at once. */
export function rememberSound(file: string, now: Date): void {
  if (!existsSync(file)) return
  const { size: bytes, mtimeMs: changed } = statSync(file)
  if (bytes <= ALWAYS_BYTES) return
  const look: Look = { bytes, changed, at: now.getTime() }
  try {
    writeFileSync(fileOfLook(file), JSON.stringify(look))
  } catch (error) {
    // A full disk: the next lab looks again.
    if (!(error instanceof Error && 'code' in error)) throw error
  }
}
