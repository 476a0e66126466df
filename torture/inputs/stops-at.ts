/** A module under which a process kills itself at its Nth operation on files below a folder. */

/** @param folder where operations count @param operation the one before which the process dies */
export const stopsAt = (folder: string, operation: number): string => `
import fs from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'
let left = ${operation}
const OPERATIONS = /^(open|write|rename|rm|mkdir|link|copyFile|unlink|fsync|close|ftruncate)Sync$/
const names = Object.keys(fs).filter((name) => OPERATIONS.test(name))
const descriptors = new Set()
for (const name of names) {
  const real = fs[name]
  fs[name] = (...given) => {
    const below = given.slice(0, 2).some((each) =>
      typeof each === 'number' ? descriptors.has(each) : String(each).startsWith(${JSON.stringify(folder)}))
    if (below && left-- <= 0) process.kill(process.pid, 'SIGKILL')
    const result = real(...given)
    if (name === 'openSync' && below) descriptors.add(result)
    return result
  }
}
syncBuiltinESMExports()
`
