// The shared libraries that Electron is linked to (Linux): asked of the loader itself, not of a package list.
// Electron is also the Node of the command line, so they are needed without a window too. Tests with windows
// need a virtual display.
import { ELECTRON, PLATFORM } from './paths.mjs'
import { SetUpProblem } from './problem.mjs'
import { installCommand, installPackages, mayInstall } from './packages.mjs'
import { asNode, onPath, run } from './process.mjs'
import { record } from './status.mjs'

const FOR_ELECTRON = [
  'libgtk-3-0t64|libgtk-3-0',
  'libnss3',
  'libasound2t64|libasound2',
  'libgbm1',
  'libxss1',
  'libxtst6',
  'libatk-bridge2.0-0t64|libatk-bridge2.0-0',
  'libdrm2',
  'libxkbcommon0',
]
const FOR_DISPLAY = ['xvfb', 'xauth']

/** Makes sure that Electron starts; throws when it does not and the packages cannot be installed here. */
export async function installLibraries() {
  let missing = await missingLibraries()
  let failure = ''
  if (missing.length > 0 && mayInstall()) {
    failure = await installPackages(FOR_ELECTRON, `Electron lacks ${missing.join(', ')}`)
    missing = await missingLibraries()
  }
  const start = await run(ELECTRON, ['-p', 'process.versions.electron'], { env: asNode() })
  if (start.code === 0) {
    record('libraries', { state: 'done', summary: 'Electron starts', version: start.output.trim() })
    return
  }
  const lacks =
    missing.length > 0 ? `these system libraries are missing: ${missing.join(', ')}` : start.output.trim()
  throw new SetUpProblem('libraries', `Electron does not start: ${lacks}${failure && ` (${failure})`}`, [
    installCommand(FOR_ELECTRON.map((choice) => choice.split('|').at(-1))),
    'npm run setup',
  ])
}

/** Makes sure that there is a virtual display for tests that open windows. */
export async function installVirtualDisplay() {
  if (hasVirtualDisplay()) return
  const failure = mayInstall() ? await installPackages(FOR_DISPLAY, 'Tests with windows') : ''
  if (hasVirtualDisplay()) return
  throw new SetUpProblem('libraries', `Tests with windows need Xvfb and xauth${failure && ` (${failure})`}`, [
    installCommand(FOR_DISPLAY),
  ])
}

function hasVirtualDisplay() {
  return process.platform !== 'linux' || Boolean(onPath('xvfb-run') && onPath('Xvfb') && onPath('xauth'))
}

async function missingLibraries() {
  if (!PLATFORM.startsWith('linux') || !onPath('ldd')) return []
  const { output } = await run('ldd', [ELECTRON])
  return [...output.matchAll(/^\s*(\S+) => not found/gm)].map(([, name]) => name)
}
