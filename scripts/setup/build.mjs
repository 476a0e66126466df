// The built window and lab in out/: built when what they are made of has changed, which a hash over the
// contents tells.
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { ROOT } from './paths.mjs'
import { SetUpProblem } from './problem.mjs'
import { asWindow, run } from './process.mjs'
import { progress, whileWatching } from './report.mjs'
import { writeWhole } from './whole.mjs'

const OUT = join(ROOT, 'out')
const STAMP = join(OUT, '.sources')
const INPUTS = [
  'src',
  'resources',
  'electron.vite.config.ts',
  'package.json',
  'package-lock.json',
  'tsconfig.base.json',
  'tsconfig.json',
  'tsconfig.node.json',
  'tsconfig.web.json',
]

/** Builds the app unless out/ is of exactly these sources. */
export async function buildApp() {
  const hash = sourceHash()
  if (existsSync(STAMP) && readFileSync(STAMP, 'utf8').trim() === hash) return
  const line = progress('Build of the app', { expectedSeconds: 10 })
  const { code, output } = await whileWatching(
    run(process.execPath, [join(ROOT, 'node_modules', 'electron-vite', 'bin', 'electron-vite.js'), 'build'], {
      env: asWindow(),
    }),
    () => line.at(0),
  )
  line.drop()
  if (code !== 0) {
    throw new SetUpProblem(
      'build',
      `The app could not be built:\n${output.trim().split('\n').slice(-20).join('\n')}`,
    )
  }
  writeWhole(STAMP, `${hash}\n`)
  line.end('in out/')
}

function sourceHash() {
  const hash = createHash('sha256')
  for (const name of INPUTS) add(hash, join(ROOT, name))
  return hash.digest('hex')
}

function add(hash, path) {
  if (!existsSync(path)) return
  const entries = readdirOrNothing(path)
  if (entries) {
    for (const name of entries.sort()) add(hash, join(path, name))
    return
  }
  hash.update(relative(ROOT, path)).update('\0').update(readFileSync(path)).update('\0')
}

function readdirOrNothing(path) {
  try {
    return readdirSync(path)
  } catch (error) {
    if (error.code === 'ENOTDIR') return undefined
    throw error
  }
}
