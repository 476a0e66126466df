// Set-up as a whole: what the front doors (start, lab, test, bench) call before they begin.
import { mkdirSync } from 'node:fs'
import { dependenciesReady, installDependencies } from './dependencies.mjs'
import { electronReady, installElectron } from './electron.mjs'
import { engineSettled, installEngine } from './engine.mjs'
import { installLibraries } from './libraries.mjs'
import { alone } from './lock.mjs'
import { CACHE } from './paths.mjs'
import { SetUpProblem } from './problem.mjs'
import { say } from './report.mjs'
import { readStatus, recordProblem } from './status.mjs'

const NODE_NEEDED = [20, 19]

/**
 * Whether there is nothing to do: a few small files are read, no program is started, no network is touched.
 */
export function isSetUp(retry = 'sometimes') {
  return (
    dependenciesReady() &&
    electronReady() &&
    readStatus().steps.libraries?.state === 'done' &&
    engineSettled(retry)
  )
}

/**
 * Provides everything that the bench runs on. Each step looks first whether it is done already.
 * @param {{retry?: 'never'|'sometimes'|'always'}} [options] what to do about a native engine that is on
 *   record as missing
 * @throws {SetUpProblem} when the bench cannot run at all; a missing native engine is told and recorded
 *   instead
 */
export async function setUp({ retry = 'sometimes' } = {}) {
  checkNode()
  if (isSetUp(retry)) return
  mkdirSync(CACHE, { recursive: true })
  await alone(async () => {
    await installDependencies()
    await step('electron', installElectron)
    if (readStatus().steps.libraries?.state !== 'done' || retry === 'always')
      await step('libraries', installLibraries)
    await installEngine(retry)
  })
}

/**
 * Runs a front door; a problem of set-up ends it with a message and exit code 1, anything else is a fault and
 * is thrown.
 */
export async function frontDoor(work) {
  try {
    process.exitCode = await work()
  } catch (error) {
    if (!(error instanceof SetUpProblem)) throw error
    say(`Set-up stopped: ${error.message}`)
    for (const text of error.remedy) say(`  → ${text}`)
    process.exitCode = 1
  }
}

async function step(name, work) {
  try {
    await work()
  } catch (error) {
    recordProblem(name, error)
    throw error
  }
}

function checkNode() {
  const [major, minor] = process.versions.node.split('.').map(Number)
  if (major > NODE_NEEDED[0] || (major === NODE_NEEDED[0] && minor >= NODE_NEEDED[1])) return
  throw new SetUpProblem(
    'platform',
    `Node ${process.versions.node} is too old; Givens Bench needs ${NODE_NEEDED.join('.')} or newer`,
    ['Install a current Node (https://nodejs.org), then start again'],
  )
}
