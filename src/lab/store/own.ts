/**
 * What users bring along, by kind (own models): contents by their hash, and names that stand for a content.
 * A content stays as long as a name or a run has it.
 */
import type { Connection } from './open.ts'

export type OwnKind = 'model'

export interface OwnNamed {
  readonly name: string
  readonly hash: string
  /** JSON of what the kind knows about it besides its content. */
  readonly about: string
  readonly addedAt: string
}

/** Keeps a content; one that is there stays as it is. */
export function keepContent(
  database: Connection,
  kind: OwnKind,
  hash: string,
  content: string,
  now: string,
): void {
  database
    .prepare('INSERT OR IGNORE INTO own_contents (hash, kind, content, added_at) VALUES (?, ?, ?, ?)')
    .run(hash, kind, content, now)
}

/** All contents of a kind, or those of some hashes. */
export function contentsOf(database: Connection, kind: OwnKind, hashes?: readonly string[]): string[] {
  return database
    .prepare<[object], string>(
      `
    SELECT content FROM own_contents WHERE kind = @kind
    ${hashes ? 'AND hash IN (SELECT value FROM json_each(@hashes))' : ''} ORDER BY hash
  `,
    )
    .pluck()
    .all({ kind, ...(hashes ? { hashes: JSON.stringify(hashes) } : {}) })
}

/** Lets a name stand for a content that is kept; returns the hash that it stood for before. */
export function giveName(
  database: Connection,
  kind: OwnKind,
  { name, hash, about, addedAt }: OwnNamed,
): string | null {
  const before = findNamed(database, kind, name)?.hash ?? null
  database
    .prepare(
      `
    INSERT INTO own_names (kind, name, hash, about, added_at) VALUES (?, ?, ?, ?, ?)
    ON CONFLICT (kind, name) DO UPDATE
      SET hash = excluded.hash, about = excluded.about, added_at = excluded.added_at
  `,
    )
    .run(kind, name, hash, about, addedAt)
  return before
}

export function listNamed(database: Connection, kind: OwnKind): OwnNamed[] {
  return database
    .prepare<[string], OwnNamed>(
      'SELECT name, hash, about, added_at AS addedAt FROM own_names WHERE kind = ? ORDER BY name',
    )
    .all(kind)
}

export function findNamed(database: Connection, kind: OwnKind, name: string): OwnNamed | undefined {
  return database
    .prepare<[string, string], OwnNamed>(
      'SELECT name, hash, about, added_at AS addedAt FROM own_names WHERE kind = ? AND name = ?',
    )
    .get(kind, name)
}

export function dropName(database: Connection, kind: OwnKind, name: string): void {
  database.prepare('DELETE FROM own_names WHERE kind = ? AND name = ?').run(kind, name)
}

/** Runs whose specification names a hash. */
export function countUses(database: Connection, hash: string): number {
  const count = database
    .prepare<[string], number>('SELECT COUNT(*) FROM runs WHERE instr(spec, ?) > 0')
    .pluck()
    .get(hash)
  return count ?? 0
}

/** Forgets a content that neither a name nor a run has; true when it is gone. */
export function dropUnused(database: Connection, hash: string): boolean {
  const named = database.prepare('SELECT 1 FROM own_names WHERE hash = ? LIMIT 1').get(hash) !== undefined
  if (named || countUses(database, hash) > 0) return false
  return database.prepare('DELETE FROM own_contents WHERE hash = ?').run(hash).changes > 0
}
