/** Settings of the lab that outlive it: name → text. */
import type { Connection } from './open.ts'

/** The value of a setting, or the fallback. */
export function readSetting(database: Connection, name: string, fallback: string): string {
  const value = database
    .prepare<[string], string>('SELECT value FROM settings WHERE name = ?')
    .pluck()
    .get(name)
  return value ?? fallback
}

export function writeSetting(database: Connection, name: string, value: string): void {
  database
    .prepare(
      `
    INSERT INTO settings (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value
  `,
    )
    .run(name, value)
}
