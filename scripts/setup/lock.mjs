// One set-up at a time for a user: a second one waits for the first, and goes on when the first is done or
// dead. The lock names the children too: an npm or pip that outlives a killed set-up must end before another
// begins.
import {
  appendFileSync,
  closeSync,
  linkSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs'
import { join } from 'node:path'
import { CACHE } from './paths.mjs'
import { say } from './report.mjs'
import { alive } from './whole.mjs'

const LOCK = join(CACHE, 'setup.lock')
const LOOK_EVERY_MS = 250
// A lock without a process id is one that is just being written; older than this, its writer died in between.
const EMPTY_MS = 2_000

let held = false

/** Runs `work` while holding the lock. */
export async function alone(work) {
  mkdirSync(CACHE, { recursive: true })
  let told = false
  while (!take()) {
    const holders = heldBy()
    const living = holders.filter(alive)
    if (living.length === 0 && (holders.length > 0 || ageMs() > EMPTY_MS)) takeOver()
    else {
      if (!told)
        say(`Another set-up is under way (process ${living.join(', ')}, lock ${LOCK}); waiting for it`)
      told = true
      await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS))
    }
  }
  held = true
  try {
    return await work()
  } finally {
    held = false
    rmSync(LOCK, { force: true })
  }
}

/** Names a child that works for the set-up under way; nothing happens when none is. */
export function nameChild(pid) {
  if (held && pid) appendFileSync(LOCK, `${pid}\n`)
}

function take() {
  try {
    const file = openSync(LOCK, 'wx')
    writeSync(file, `${process.pid}\n`)
    closeSync(file)
    return true
  } catch (error) {
    if (error.code === 'EEXIST') return false
    throw error
  }
}

// Two that find the same dead lock must not both remove one: renaming has one winner, and who got hold of a
// lock that was taken in the meantime puts it back.
function takeOver() {
  const old = `${LOCK}.partial-${process.pid}`
  try {
    renameSync(LOCK, old)
    if (pidsIn(old).some(alive)) linkSync(old, LOCK)
  } catch (error) {
    if (!['ENOENT', 'EEXIST'].includes(error.code)) throw error
  }
  rmSync(old, { force: true })
}

function ageMs() {
  const file = statSync(LOCK, { throwIfNoEntry: false })
  return file ? Date.now() - file.mtimeMs : 0
}

function heldBy() {
  return pidsIn(LOCK)
}

function pidsIn(file) {
  try {
    return readFileSync(file, 'utf8')
      .split('\n')
      .map(Number)
      .filter((pid) => pid > 0)
  } catch (error) {
    if (error.code === 'ENOENT') return []
    throw error
  }
}
