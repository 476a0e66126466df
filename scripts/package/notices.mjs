// THIRD-PARTY-NOTICES.txt: name, version, licence and licence text of every package that the program carries.
// Chromium's and Electron's own lie beside the program, as they come.
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ROOT } from '../setup/paths.mjs'

const LICENCE_FILE = /^(licen[cs]e|copying|notice)(\.(md|txt))?$/i

/** Writes the notices of the packages that package-lock.json names for use (not for development). */
export function writeNotices(file) {
  const { packages } = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8'))
  const used = Object.entries(packages)
    .filter(([path, { dev, devOptional }]) => path !== '' && !dev && !devOptional)
    .filter(([path]) => existsSync(join(ROOT, path)))
    .sort(([a], [b]) => a.localeCompare(b))
  const parts = used.map(([path, { version, license }]) =>
    [
      `${path.split('node_modules/').at(-1)} ${version} (${license ?? 'see below'})`,
      '',
      texts(join(ROOT, path)),
    ]
      .join('\n')
      .trim(),
  )
  writeFileSync(file, `${parts.join(`\n\n${'─'.repeat(80)}\n\n`)}\n`)
}

function texts(folder) {
  return readdirSync(folder)
    .filter((name) => LICENCE_FILE.test(name))
    .map((name) => readFileSync(join(folder, name), 'utf8').trim())
    .join('\n\n')
}
