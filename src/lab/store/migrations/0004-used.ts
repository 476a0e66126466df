import type { Migration } from '../migrate.ts'

/**
 * What a run uses (shared/spec/usage.ts), whatever else its specification says: its identity and group, and
 * the version of the rules that told them. store/used-runs.ts fills them in and keeps them up.
 */
export const used: Migration = {
  version: 4,
  name: '0004-used',
  sql: `
    ALTER TABLE runs ADD COLUMN used_identity TEXT NOT NULL DEFAULT '';
    ALTER TABLE runs ADD COLUMN used_group TEXT NOT NULL DEFAULT '';
    ALTER TABLE runs ADD COLUMN used_version INTEGER NOT NULL DEFAULT 0;
    CREATE INDEX runs_by_used_identity ON runs (used_identity);
    CREATE INDEX runs_by_used_group ON runs (used_group);
    CREATE INDEX runs_by_used_version ON runs (used_version);
  `,
}
