/**
 * The address of an npm package's archive: as the user's npm knows it (mirrors and proxies included), and
 * where there is no npm, as in an installed program, by asking the registry itself.
 */
import { execFile } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)
const USUAL = 'https://registry.npmjs.org/'

/** The registry of the environment, else of ~/.npmrc, else the usual one; ends in a slash. */
export function registryAddress(environment: NodeJS.ProcessEnv = process.env, folder = homedir()): string {
  const named = environment['npm_config_registry'] ?? ofFile(join(folder, '.npmrc')) ?? USUAL
  return named.endsWith('/') ? named : `${named}/`
}

function ofFile(file: string): string | undefined {
  if (!existsSync(file)) return undefined
  return /^\s*registry\s*=\s*(\S+)/m.exec(readFileSync(file, 'utf8'))?.[1]
}

/**
 * @param wanted `name@version`
 * @throws whatever the network does, and Error where the registry answers something else
 */
export async function archiveAddress(wanted: string, signal: AbortSignal): Promise<string> {
  try {
    const { stdout } = await run('npm', ['view', wanted, 'dist.tarball'], { timeout: 60_000, signal })
    return stdout.trim()
  } catch (error) {
    signal.throwIfAborted()
    // Another failure of npm than its absence is npm's to explain, when it is asked for the archive itself.
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error
  }
  const at = wanted.lastIndexOf('@')
  const address = `${registryAddress()}${wanted.slice(0, at)}/${wanted.slice(at + 1)}`
  const response = await fetch(address, { signal })
  if (!response.ok) throw new Error(`${address} answered ${response.status}`)
  const { dist } = (await response.json()) as { dist?: { tarball?: unknown } }
  if (typeof dist?.tarball !== 'string') throw new Error(`${address} names no archive`)
  return dist.tarball
}
