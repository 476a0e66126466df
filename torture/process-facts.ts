/** What the system tells of a process. */
import { readFileSync } from 'node:fs'

const PAGE_BYTES = 4096
const TICK_MS = 10

/** Resident bytes of a process; 0 where the system does not tell. */
export function residentBytes(pid: number | undefined): number {
  try {
    return Number(readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ')[1]) * PAGE_BYTES
  } catch {
    return 0 // No such system, or the process has just ended.
  }
}

/** Milliseconds of processor time that a process took, all its threads together; null where nothing tells. */
export function processorTime(pid: number | undefined): number | null {
  try {
    // Behind the name, which may hold anything, in brackets; user and system time are fields 14 and 15.
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ')
    return TICK_MS * (Number(fields[11]) + Number(fields[12]))
  } catch {
    return null
  }
}
