import { statSync } from 'node:fs'
import { BenchError } from '../../shared/contract/errors.ts'

/**
 * Refuses a device or a pipe where a file is read whole: reading them may never end. What is not there, and
 * folders, are left to who reads.
 * @throws BenchError `bad-file`
 */
export function refuseDevice(path: string, where: string | null = path): void {
  const found = statSync(path, { throwIfNoEntry: false })
  if (!found || found.isFile() || found.isDirectory()) return
  throw new BenchError('bad-file', `${path} is a device or a pipe; an ordinary file is expected.`, where)
}
