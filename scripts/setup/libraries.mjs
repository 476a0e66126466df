// The shared libraries that Electron is linked to (Linux): asked of the loader itself, not of a package list.
// Electron is also the Node of the command line, so they are needed without a window too. Tests with windows
// need a virtual display.
import { existsSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { ELECTRON, ELECTRON_FOLDER, PLATFORM } from './paths.mjs'
import { SetUpProblem } from './problem.mjs'
import { installCommand, installPackages, mayInstall } from './packages.mjs'
import { asNode, onPath, run } from './process.mjs'
import { record } from './status.mjs'

export const FOR_ELECTRON = [
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

/**
 * Chromium's sandbox needs either user namespaces for everybody or its set-uid helper. Some systems restrict
 * the first, and only root can give the second.
 */
export function checkSandbox() {
  if (process.platform !== 'linux' || process.getuid() === 0) return
  const helper = join(ELECTRON_FOLDER, 'chrome-sandbox')
  const { uid, mode } = statSync(helper)
  const forbidden =
    setting('kernel/apparmor_restrict_unprivileged_userns') === '1' ||
    setting('kernel/unprivileged_userns_clone') === '0' ||
    setting('user/max_user_namespaces') === '0'
  if (!forbidden || (uid === 0 && (mode & 0o4000) !== 0)) return
  throw new SetUpProblem(
    'libraries',
    "This system lets no user make namespaces, which the window's sandbox needs",
    [`sudo chown root:root ${helper} && sudo chmod 4755 ${helper}`, 'npm start'],
  )
}

function setting(name) {
  const file = `/proc/sys/${name}`
  return existsSync(file) ? readFileSync(file, 'utf8').trim() : undefined
}

function hasVirtualDisplay() {
  return process.platform !== 'linux' || Boolean(onPath('xvfb-run') && onPath('Xvfb') && onPath('xauth'))
}

async function missingLibraries() {
  if (!PLATFORM.startsWith('linux') || !onPath('ldd')) return []
  const { output } = await run('ldd', [ELECTRON])
  return [...output.matchAll(/^\s*(\S+) => not found/gm)].map(([, name]) => name)
}
