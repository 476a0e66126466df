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

/** Settings whose names begin with a prefix, by name. */
export function listSettings(database: Connection, prefix: string): { name: string; value: string }[] {
  return database
    .prepare<[string, string], { name: string; value: string }>(
      'SELECT name, value FROM settings WHERE substr(name, 1, length(?)) = ? ORDER BY name',
    )
    .all(prefix, prefix)
}

export function removeSetting(database: Connection, name: string): void {
  database.prepare('DELETE FROM settings WHERE name = ?').run(name)
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
