/** How much memory computing may take here. */
import { totalmem } from 'node:os'

/** Bytes of the machine, or what a scheduler or a container leaves to this process. */
export function machineMemory(): number {
  const limit = process.constrainedMemory()
  return limit > 0 ? Math.min(limit, totalmem()) : totalmem()
}
