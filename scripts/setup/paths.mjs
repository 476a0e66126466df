// Where set-up reads and writes. Everything fetched or built for all checkouts of a user lies in one cache
// folder; only the dependencies, the placed binding and the built window lie in the checkout.
import { createRequire } from 'node:module'
import { readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The checkout that this script belongs to. */
export const ROOT = dirname(dirname(dirname(fileURLToPath(import.meta.url))))

/** The per-user cache: `$XDG_CACHE_HOME/givens-bench`, by default `~/.cache/givens-bench`. */
export const CACHE = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'givens-bench')

/** `linux-x64`, `darwin-arm64`, …: part of the name of everything that is native. */
export const PLATFORM = `${process.platform}-${process.arch}`

/**
 * One file that is both the answer for `doctor` and the memory of set-up; its form is in README.md beside
 * this file.
 */
export const STATUS_FILE = join(CACHE, 'setup-status.json')

/** Reads a manifest of `resources/`: versions, addresses, sizes and checksums as data. */
export function manifest(name) {
  return JSON.parse(readFileSync(join(ROOT, 'resources', `${name}.json`), 'utf8'))
}

const electronVersion = manifest('electron').version

/** Folder of the Electron distribution, and the program in it. */
export const ELECTRON_FOLDER = join(CACHE, 'electron', `${electronVersion}-${PLATFORM}`)
const PROGRAMS = { darwin: 'Electron.app/Contents/MacOS/Electron', win32: 'electron.exe' }
export const ELECTRON = join(ELECTRON_FOLDER, PROGRAMS[process.platform] ?? 'electron')

/** The folder of the installed package whose binding is compiled here. */
export const TFJS = join(ROOT, 'node_modules', '@tensorflow', 'tfjs-node-gpu')

/** Where that package looks for its binding. */
export const PLACED_BINDING = join(TFJS, 'lib', 'napi-v8', 'tfjs_binding.node')

/** Folder of the native engine of one variant (`cpu` or `cuda`). */
export function engineFolder(variant) {
  return join(CACHE, 'engine', `tensorflow-${manifest('tensorflow').version}-${variant}-${PLATFORM}`)
}

/** `require` as a file in the root of the checkout sees it; usable once the dependencies are in. */
export const requireFromRoot = createRequire(join(ROOT, 'package.json'))
