// A Debian package of the program's folder, by Debian's own dpkg-deb.
import {
  cpSync,
  lstatSync,
  mkdirSync,
  rmSync,
  symlinkSync,
  chmodSync,
  copyFileSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { FOR_ELECTRON } from '../setup/libraries.mjs'
import { installCommand } from '../setup/packages.mjs'
import { ROOT } from '../setup/paths.mjs'
import { SetUpProblem } from '../setup/problem.mjs'
import { onPath, run } from '../setup/process.mjs'
import { progress, whileWatching } from '../setup/report.mjs'
import { folderBytes } from '../setup/whole.mjs'
import { DESCRIPTION, VERSION } from './program.mjs'

const ARCHITECTURES = { x64: 'amd64', arm64: 'arm64' }
const LINUX = join(ROOT, 'packaging', 'linux')

/** @returns path of the .deb; it needs neither root nor fakeroot */
export async function debianPackage({ folder, out, fast }) {
  if (!onPath('dpkg-deb'))
    throw new SetUpProblem('fault', 'A .deb is made by dpkg-deb, which is not on PATH', [
      installCommand(['dpkg']),
      'npm run package -- --target tar.gz',
    ])
  const architecture = ARCHITECTURES[process.arch]
  const staging = join(out, 'deb')
  rmSync(staging, { recursive: true, force: true })
  const put = (source, ...target) => {
    const path = join(staging, ...target)
    mkdirSync(dirname(path), { recursive: true })
    copyFileSync(source, path)
    chmodSync(path, 0o644)
  }
  const program = join(staging, 'usr', 'lib', 'givens-bench')
  cpSync(folder, program, { recursive: true })
  // Chromium's sandbox where the kernel gives users no namespaces of their own.
  chmodSync(join(program, 'chrome-sandbox'), 0o4755)
  mkdirSync(join(staging, 'usr', 'bin'), { recursive: true })
  symlinkSync('../lib/givens-bench/givens-bench', join(staging, 'usr', 'bin', 'givens-bench'))
  put(join(LINUX, 'givens-bench.desktop'), 'usr', 'share', 'applications', 'givens-bench.desktop')
  put(join(LINUX, 'givens-bench.xml'), 'usr', 'share', 'mime', 'packages', 'givens-bench.xml')
  put(
    join(ROOT, 'resources', 'icon.svg'),
    ...'usr/share/icons/hicolor/scalable/apps'.split('/'),
    'givens-bench.svg',
  )
  put(
    join(ROOT, 'resources', 'icon.png'),
    ...'usr/share/icons/hicolor/512x512/apps'.split('/'),
    'givens-bench.png',
  )
  put(join(folder, 'LICENSE'), 'usr', 'share', 'doc', 'givens-bench', 'copyright')
  const bytes = folderBytes(program, (path) => lstatSync(path).size)
  mkdirSync(join(staging, 'DEBIAN'))
  writeFileSync(join(staging, 'DEBIAN', 'control'), control(architecture, bytes))
  const file = join(out, `givens-bench_${VERSION}_${architecture}.deb`)
  const line = progress('Package: .deb', { expectedSeconds: fast ? 10 : 120 })
  const { code, output } = await whileWatching(
    run('dpkg-deb', [
      '--root-owner-group',
      ...(fast ? ['-Znone'] : ['-Zxz', '-z3']),
      '--build',
      staging,
      file,
    ]),
    () => line.at(0),
  )
  line.drop()
  rmSync(staging, { recursive: true, force: true })
  if (code !== 0) throw new SetUpProblem('fault', `dpkg-deb failed:\n${output.trim()}`)
  return file
}

function control(architecture, bytes) {
  return `Package: givens-bench
Version: ${VERSION}
Architecture: ${architecture}
Maintainer: Givens Bench <noreply@givens-bench.invalid>
Installed-Size: ${Math.ceil(bytes / 1024)}
Depends: ${FOR_ELECTRON.map((choice) => choice.split('|').join(' | ')).join(', ')}
Recommends: python3, python3-numpy
Section: science
Priority: optional
Description: ${DESCRIPTION.split(':')[0]}
 ${DESCRIPTION}
 .
 givens-bench opens the window, givens-bench lab is the command line.
`
}
