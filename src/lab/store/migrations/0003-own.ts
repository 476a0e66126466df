import type { Migration } from '../migrate.ts'

/**
 * What users bring along (own models): contents by their hash, which runs name and keep, and the names that
 * stand for a content now.
 */
export const own: Migration = {
  version: 3,
  name: '0003-own',
  sql: `
    CREATE TABLE own_contents (
      hash TEXT PRIMARY KEY,
      kind TEXT NOT NULL,
      content TEXT NOT NULL,
      added_at TEXT NOT NULL
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE own_names (
      kind TEXT NOT NULL,
      name TEXT NOT NULL,
      hash TEXT NOT NULL REFERENCES own_contents (hash),
      about TEXT NOT NULL,
      added_at TEXT NOT NULL,
      PRIMARY KEY (kind, name)
    ) STRICT, WITHOUT ROWID;
  `,
}
