// npm run package [-- --target NAME,…] [--out DIR] [--fast]: installable programs. By default what this
// system can make: a .deb and a portable .tar.gz on Linux, a disk image on macOS, an installer on Windows.
import { mkdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { debianPackage } from './package/deb.mjs'
import { portableArchive } from './package/archive.mjs'
import { programFolder, withBuilder } from './package/program.mjs'
import { buildApp } from './setup/build.mjs'
import { frontDoor, setUp } from './setup/index.mjs'
import { ROOT } from './setup/paths.mjs'
import { SetUpProblem } from './setup/problem.mjs'
import { say } from './setup/report.mjs'

/** Target → makes it from the program's folder in the folder `out`, and returns the file. */
const TARGETS = {
  folder: ({ folder }) => folder,
  deb: debianPackage,
  'tar.gz': portableArchive,
  AppImage: (request) => withBuilder(request, 'AppImage'),
  dmg: (request) => withBuilder(request, 'dmg'),
  nsis: (request) => withBuilder(request, 'nsis'),
}
const USUAL = { linux: ['deb', 'tar.gz'], darwin: ['dmg'], win32: ['nsis'] }

const { values } = parseArgs({
  options: {
    target: { type: 'string', multiple: true },
    out: { type: 'string', default: join(ROOT, 'packaging', 'out') },
    // For tests: what is made is larger, and there sooner.
    fast: { type: 'boolean', default: false },
  },
})

await frontDoor(async () => {
  const targets = values.target?.flatMap((each) => each.split(',')) ?? USUAL[process.platform] ?? ['folder']
  const unknown = targets.find((target) => !(target in TARGETS))
  if (unknown)
    throw new SetUpProblem(
      'fault',
      `There is no target ${unknown}; there are ${Object.keys(TARGETS).join(', ')}`,
    )
  await setUp()
  await buildApp()
  const out = resolve(values.out)
  mkdirSync(out, { recursive: true })
  const folder = await programFolder(out)
  for (const target of targets) say(`Package: ${await TARGETS[target]({ folder, out, fast: values.fast })}`)
  return 0
})
