/**
 * What the shell remembers between starts: theme, the window's place, the last folder of a dialog, what
 * was open last.
 */
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { z } from 'zod'
import { THEMES } from '../shared/contract/shell.ts'

/** What the user had open last, newest first. */
const recentSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('study'), id: z.string(), title: z.string() }),
  z.object({ kind: z.literal('bundle'), file: z.string() }),
])
export type Recent = z.output<typeof recentSchema>

const settingsSchema = z.object({
  theme: z.enum(THEMES).default('system'),
  bounds: z
    .object({ x: z.number(), y: z.number(), width: z.number(), height: z.number() })
    .nullable()
    .default(null),
  maximized: z.boolean().default(false),
  folder: z.string().nullable().default(null),
  recent: z.array(recentSchema).default([]),
  /** Files and folders that the user chose for the page, newest last. */
  granted: z.array(z.string()).default([]),
  /** The lab of another computer that the window shows; null for this one's. */
  lab: z.string().nullable().default(null),
})

export type Settings = z.output<typeof settingsSchema>

export interface SettingsFile {
  readonly get: () => Settings
  readonly set: (change: Partial<Settings>) => void
}

/**
 * Reads the file; one that is missing or broken counts as empty, since nothing in it is worth a refusal to
 * start.
 */
export function openSettings(file: string): SettingsFile {
  let settings = settingsSchema.parse({})
  try {
    settings = settingsSchema.catch(settings).parse(JSON.parse(readFileSync(file, 'utf8')))
  } catch (error) {
    const missing = error instanceof Error && 'code' in error && error.code === 'ENOENT'
    if (!missing && !(error instanceof SyntaxError)) throw error
  }
  return {
    get: () => settings,
    set: (change) => {
      settings = { ...settings, ...change }
      mkdirSync(dirname(file), { recursive: true })
      writeFileSync(`${file}.new`, JSON.stringify(settings, null, 2))
      renameSync(`${file}.new`, file)
    },
  }
}
