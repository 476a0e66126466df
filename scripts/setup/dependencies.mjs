// The npm packages of package-lock.json. npm writes its own record (node_modules/.package-lock.json) last, so
// an install that was killed has none and is done again.
import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { ROOT } from './paths.mjs'
import { SetUpProblem } from './problem.mjs'
import { onPath, run } from './process.mjs'
import { progress, whileWatching } from './report.mjs'
import { writeWhole } from './whole.mjs'

const MODULES = join(ROOT, 'node_modules')
const STAMP = join(MODULES, '.givens-bench.json')
const LOCK_FILE = join(ROOT, 'package-lock.json')

/** Whether node_modules is what package-lock.json asks for; one small file is read when nothing changed. */
export function dependenciesReady() {
  const hash = lockHash()
  if (existsSync(STAMP) && readJson(STAMP).lock === hash) return true
  if (!matchesLock()) return false
  writeStamp(hash)
  return true
}

/** Installs the packages when they are missing or other than the lock file says. */
export async function installDependencies() {
  if (dependenciesReady()) return
  const manifests = wantedPackages().map(([path]) => join(ROOT, path, 'package.json'))
  const wanted = manifests.length
  const line = progress('Dependencies (npm ci)', { total: wanted, unit: 'packages' })
  await npmCi(ROOT, line, () => manifests.filter((file) => existsSync(file)).length, matchesLock)
  writeStamp(lockHash())
  line.end(`${wanted} packages in node_modules`)
}

/**
 * Installs what the lock file of a folder asks for; the line is gone when it is over.
 * @param done how far it is, for the line
 * @param whole whether the outcome is what was asked for
 */
export async function npmCi(folder, line, done = () => 0, whole = () => true) {
  const npm = npmCommand()
  const { code, output } = await whileWatching(
    run(npm.program, [...npm.args, 'ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'], {
      cwd: folder,
    }),
    () => line.at(done()),
  )
  line.drop()
  if (code === 0 && whole()) return
  throw new SetUpProblem(
    'dependencies',
    `npm ci failed in ${folder}:\n${output.trim().split('\n').slice(-8).join('\n')}`,
    ['Check the connection to the npm registry, then: npm run setup'],
  )
}

/** npm as this process was started by it, or the npm on PATH. */
export function npmCommand() {
  const script = process.env.npm_execpath
  if (script?.endsWith('npm-cli.js')) return { program: process.execPath, args: [script] }
  return { program: onPath('npm') ?? (process.platform === 'win32' ? 'npm.cmd' : 'npm'), args: [] }
}

function lockHash() {
  return createHash('sha256').update(readFileSync(LOCK_FILE)).digest('hex')
}

function writeStamp(lock) {
  writeWhole(STAMP, `${JSON.stringify({ lock })}\n`)
}

function readJson(file) {
  return JSON.parse(readFileSync(file, 'utf8'))
}

// Packages for other platforms are optional in the lock file and absent here: they are asked for by nobody.
function wantedPackages() {
  return Object.entries(readJson(LOCK_FILE).packages).filter(
    ([path, { os, cpu, libc }]) =>
      path !== '' &&
      fits(os, process.platform) &&
      fits(cpu, process.arch) &&
      !(libc && libc.includes('musl')),
  )
}

function fits(list, value) {
  return (
    !list ||
    ((list.includes(value) || list.every((item) => item.startsWith('!'))) && !list.includes(`!${value}`))
  )
}

function matchesLock() {
  const hidden = join(MODULES, '.package-lock.json')
  if (!existsSync(hidden)) return false
  const installed = readJson(hidden).packages
  return wantedPackages().every(([path, wanted]) => {
    const found = installed[path]
    if (!found) return Boolean(wanted.optional)
    return found.version === wanted.version && found.integrity === wanted.integrity
  })
}
