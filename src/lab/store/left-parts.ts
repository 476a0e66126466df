/**
 * What programs that were killed left half written: files are written as `NAME.PID.part` and get their name
 * when they are whole. A part goes where its process is no more; one without a process in its name is the
 * home's own, whose lock the caller holds.
 */
import { existsSync, readdirSync, rmSync, statSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'

/** The process that writes a part, and what stands before: `table.csv.812.part`. */
const OF_PROCESS = /^(.+)\.(\d+)(?:[.-][\w.]+)?\.part(?:-journal)?$/
const OF_HOME = /\.part(?:-journal)?$/

/** A program of another computer may write to the same place: what was touched just now stays. */
const QUIET_MS = 3000

function isGone(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return false
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'ESRCH'
  }
}

const isQuiet = (file: string): boolean =>
  Date.now() - (statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? Infinity) > QUIET_MS

/** Removes what killed programs left of this file; a folder that cannot be read or written stays as it is. */
export function clearPartsOf(target: string): void {
  clear(dirname(target), (name) => OF_PROCESS.exec(name)?.[1] === basename(target))
}

/** Removes what killed programs left in a folder of the home. The caller holds the home's lock. */
export function clearParts(folder: string): void {
  clear(folder, (name) => OF_HOME.test(name))
}

function clear(folder: string, isOurs: (name: string) => boolean): void {
  if (!existsSync(folder)) return
  try {
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      if (!entry.isFile() || !isOurs(entry.name)) continue
      const pid = OF_PROCESS.exec(entry.name)?.[2]
      const file = join(folder, entry.name)
      if (pid === undefined || (isGone(Number(pid)) && isQuiet(file))) rmSync(file, { force: true })
    }
  } catch {
    // Nothing is lost by a part that stays.
  }
}
