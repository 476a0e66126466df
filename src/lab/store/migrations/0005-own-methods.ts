import type { Migration } from '../migrate.ts'

/**
 * Methods of the user's own: contents by their hash, which runs name, and the names that stand for one
 * content each. A content stays as long as a name or a run has it.
 */
export const ownMethods: Migration = {
  version: 5,
  name: '0005-own-methods',
  sql: `
    CREATE TABLE method_contents (
      sha256 TEXT PRIMARY KEY,
      name TEXT NOT NULL,
      language TEXT NOT NULL,
      file TEXT NOT NULL,
      text TEXT NOT NULL,
      about TEXT NOT NULL,
      origin TEXT NOT NULL,
      added_at TEXT NOT NULL
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE methods (
      name TEXT PRIMARY KEY,
      sha256 TEXT NOT NULL REFERENCES method_contents (sha256),
      path TEXT,
      added_at TEXT NOT NULL
    ) STRICT, WITHOUT ROWID;
  `,
}
