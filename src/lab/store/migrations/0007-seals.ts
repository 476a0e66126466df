import type { Migration } from '../migrate.ts'

/**
 * What a run was when it ended, as digests of its parts (store/seals.ts), so that a number that was changed
 * within a sound page is found. Runs that ended before have none. `broken` names the parts that were another
 * at the last look; NULL: none was.
 */
export const seals: Migration = {
  version: 7,
  name: '0007-seals',
  sql: `
    CREATE TABLE seals (
      run INTEGER PRIMARY KEY REFERENCES runs (id) ON DELETE CASCADE,
      version INTEGER NOT NULL,
      specification TEXT NOT NULL,
      result TEXT NOT NULL,
      layers TEXT NOT NULL,
      points TEXT NOT NULL,
      sealed_at TEXT NOT NULL,
      looked_at TEXT,
      broken TEXT
    ) STRICT;
    CREATE INDEX seals_by_look ON seals (looked_at);
    CREATE INDEX seals_broken ON seals (run) WHERE broken IS NOT NULL;
  `,
}
