// The program as one folder: Electron with its fuses set, the built app in an archive beside it, the script
// that starts it, licences. electron-builder makes it, and what has no maker of its own here.
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { npmCi } from '../setup/dependencies.mjs'
import { portableBinding } from '../setup/binding.mjs'
import { ROOT } from '../setup/paths.mjs'
import { SetUpProblem } from '../setup/problem.mjs'
import { run } from '../setup/process.mjs'
import { progress, say, whileWatching } from '../setup/report.mjs'
import { readStatus } from '../setup/status.mjs'
import { checksum } from '../setup/whole.mjs'
import { writeNotices } from './notices.mjs'

const PACKAGING = join(ROOT, 'packaging')
/** Outside what set-up fetches; electron-builder.mjs puts it beside the archive. */
const BINDING = join(PACKAGING, 'native')
const BUILDER = join(PACKAGING, 'node_modules', 'electron-builder', 'cli.js')
export const { version: VERSION, description: DESCRIPTION } = JSON.parse(
  readFileSync(join(ROOT, 'package.json'), 'utf8'),
)
/** Of file names: `givens-bench-0.2.0-linux-x64`. */
export const FULL_NAME = `givens-bench-${VERSION}-${process.platform}-${process.arch}`

/** Makes the folder of the program in `out` anew and returns its path. */
export async function programFolder(out) {
  await installBuilder()
  const notices = join(PACKAGING, 'THIRD-PARTY-NOTICES.txt')
  writeNotices(notices)
  await carryBinding()
  await builder('Package: the program', ['--dir'], out)
  const made = [
    'linux-unpacked',
    'linux-arm64-unpacked',
    'mac',
    'mac-arm64',
    'win-unpacked',
    'win-arm64-unpacked',
  ]
    .map((name) => join(out, name))
    .find((path) => existsSync(path))
  if (!made) throw new SetUpProblem('fault', `electron-builder made no program in ${out}`)
  const folder = join(out, FULL_NAME)
  rmSync(folder, { recursive: true, force: true })
  renameSync(made, folder)
  if (process.platform === 'linux') {
    for (const name of ['LICENSE', 'README.md']) copyFileSync(join(ROOT, name), join(folder, name))
    copyFileSync(notices, join(folder, 'THIRD-PARTY-NOTICES.txt'))
    copyFileSync(join(PACKAGING, 'linux', 'givens-bench'), join(folder, 'givens-bench'))
    chmodSync(join(folder, 'givens-bench'), 0o755)
    // On Linux Electron does not hold the archive against its hash; the program does (src/main/integrity.ts).
    const archive = join(folder, 'resources', 'app.asar')
    writeFileSync(`${archive}.sha256`, `${await checksum(archive)}\n`)
  }
  return folder
}

/** The binding for TensorFlow, where set-up got its library; without it the program offers none. */
async function carryBinding() {
  mkdirSync(BINDING, { recursive: true })
  const { state, variant } = readStatus().steps.engine ?? {}
  if (state === 'done') await portableBinding(variant, BINDING)
  else say('Package: without a binding for TensorFlow, whose library is not here (npm run setup)')
}

/** A target of electron-builder's own from the program's folder; it fetches helpers of its own. */
export async function withBuilder({ folder, out }, target) {
  const { output } = await builder(`Package: ${target}`, ['--prepackaged', folder, target], out)
  return /file=(\S+)/.exec(output)?.[1] ?? out
}

async function builder(title, words, out) {
  const line = progress(title, { expectedSeconds: 30 })
  const system = { linux: '--linux', darwin: '--mac', win32: '--win' }[process.platform]
  const result = await whileWatching(
    run(process.execPath, [
      BUILDER,
      system,
      ...words,
      '--projectDir',
      ROOT,
      '--config',
      join(PACKAGING, 'electron-builder.mjs'),
      `--config.directories.output=${out}`,
      '--publish',
      'never',
    ]),
    () => line.at(0),
  )
  line.drop()
  if (result.code !== 0)
    throw new SetUpProblem(
      'fault',
      `electron-builder failed:\n${result.output.trim().split('\n').slice(-12).join('\n')}`,
    )
  return result
}

/** The packaging tools, which nobody needs who only uses or tests the sources. */
async function installBuilder() {
  if (existsSync(BUILDER) && existsSync(join(PACKAGING, 'node_modules', '.package-lock.json'))) return
  await npmCi(PACKAGING, progress('Packaging tools (npm ci)', { expectedSeconds: 30 }))
}
