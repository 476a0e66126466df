// System packages: installed by apt when this is root on Debian (or a child of it), else the exact command is
// told.
import { readFileSync } from 'node:fs'
import { say, progress } from './report.mjs'
import { onPath, run } from './process.mjs'

/** Whether packages may be installed here: root, apt-get, and not turned off by GIVENS_APT=no. */
export function mayInstall() {
  return (
    process.env.GIVENS_APT !== 'no' && process.getuid?.() === 0 && isDebian() && Boolean(onPath('apt-get'))
  )
}

/** The command that a person would type, by the kind of system. */
export function installCommand(packages) {
  if (onPath('apt-get')) return `sudo apt-get update && sudo apt-get install -y ${packages.join(' ')}`
  return `Install the equivalents of these Debian packages: ${packages.join(' ')}`
}

/**
 * Installs packages; of alternatives written `a|b` (names differ between releases) the first one that there
 * is.
 * @returns {Promise<string>} empty, or why it failed
 */
export async function installPackages(packages, what) {
  const environment = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  const update = progress('System packages: apt-get update', { expectedSeconds: 5 })
  const updated = await run('apt-get', ['update', '-q'], { env: environment })
  update.drop()
  if (updated.code !== 0) return `apt-get update: ${lastLines(updated.output)}`
  const names = []
  for (const choice of packages) names.push(await available(choice.split('|')))
  say(`${what}: installing ${names.join(' ')}`)
  const line = progress('System packages: apt-get install', { total: 100, unit: '%' })
  const options = [
    '-y',
    '-q',
    '--no-install-recommends',
    '-o',
    'APT::Status-Fd=3',
    '-o',
    'DPkg::Lock::Timeout=120',
  ]
  const installed = await run('apt-get', ['install', ...options, ...names], {
    env: environment,
    // `dlstatus` and `pmstatus` lines: kind:package:percent:text; half for the download, half for the
    // unpacking.
    onStatus: (text) => {
      const found = [...text.matchAll(/^(dl|pm)status:[^:]*:([\d.]+):/gm)].at(-1)
      if (found) line.at(Number(found[2]) / 2 + (found[1] === 'pm' ? 50 : 0))
    },
  })
  line.drop()
  if (installed.code !== 0) return `apt-get install: ${lastLines(installed.output)}`
  line.end(`${names.length} asked for, installed`)
  return ''
}

async function available(names) {
  for (const name of names) {
    const { output } = await run('apt-cache', ['show', '--no-all-versions', name])
    if (/^Package: /m.test(output)) return name
  }
  return names[0]
}

function isDebian() {
  try {
    return /^ID(_LIKE)?=.*debian/m.test(readFileSync('/etc/os-release', 'utf8'))
  } catch (error) {
    if (error.code === 'ENOENT') return false
    throw error
  }
}

function lastLines(text) {
  return text.trim().split('\n').slice(-4).join(' ')
}
