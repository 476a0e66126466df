/**
 * What the user has settled on this computer about methods of their own: which contents may run, and how. It
 * lies in the user's settings, apart from every home, so that a home that was copied or synced from elsewhere
 * brings neither a permission nor a program to run with it.
 */
import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import { homedir, platform } from 'node:os'
import { dirname, join } from 'node:path'
import { makeFolder } from '../../engine/index.ts'
import { z } from 'zod'
import { DEFAULT_METHOD_SETTINGS, methodSettingsSchema } from '../../shared/contract/methods.ts'
import type { MethodSettings } from '../../shared/contract/methods.ts'
import { explain } from '../store/failures.ts'

const NAME = 'givens-bench'
const FILE = 'own-methods.json'

const contentSchema = z.object({
  settings: methodSettingsSchema.partial().default({}),
  trusted: z.record(z.string(), z.object({ name: z.string(), at: z.string() })).default({}),
})
type Content = z.output<typeof contentSchema>

/** The file: the usual place of settings that stay on one computer. */
export function findComputerFile(environment: NodeJS.ProcessEnv = process.env): string {
  const user = homedir()
  switch (platform()) {
    case 'win32':
      return join(environment['LOCALAPPDATA'] ?? join(user, 'AppData', 'Local'), NAME, FILE)
    case 'darwin':
      return join(user, 'Library', 'Preferences', NAME, FILE)
    default:
      return join(environment['XDG_CONFIG_HOME'] || join(user, '.config'), NAME, FILE)
  }
}

/** Reads the file each time, since another program of the user's may have changed it. */
export class Computer {
  readonly #file: string

  constructor(file: string) {
    this.#file = file
  }

  isTrusted(sha256: string): boolean {
    return Object.hasOwn(this.#read().trusted, sha256)
  }

  /** Allows a content. Throws BenchError where the file cannot be written. */
  trust(sha256: string, name: string, at: string): void {
    const content = this.#read()
    if (Object.hasOwn(content.trusted, sha256)) return
    this.#write({ ...content, trusted: { ...content.trusted, [sha256]: { name, at } } })
  }

  settings(): MethodSettings {
    return { ...DEFAULT_METHOD_SETTINGS, ...this.#read().settings }
  }

  /** Changes settings; throws BenchError where the file cannot be written. */
  change(change: Partial<MethodSettings>): MethodSettings {
    const content = this.#read()
    this.#write({ ...content, settings: { ...content.settings, ...change } })
    return this.settings()
  }

  #read(): Content {
    try {
      return contentSchema.parse(JSON.parse(readFileSync(this.#file, 'utf8')))
    } catch {
      // No file, or one that cannot be read: nothing is trusted.
      return contentSchema.parse({})
    }
  }

  #write(content: Content): void {
    const part = `${this.#file}.${process.pid}.part`
    try {
      makeFolder(dirname(this.#file), 0o700)
      writeFileSync(part, `${JSON.stringify(content, null, 2)}\n`, { mode: 0o600 })
      renameSync(part, this.#file)
    } catch (error) {
      throw explain(error, this.#file)
    }
  }
}
