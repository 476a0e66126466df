import type { Migration } from '../migrate.ts'

/**
 * What pages need at scale: a priority beside the place in the queue, saved views, and summaries of curves
 * (see store/chunks.ts), which are made from `metrics` and may be missing for any part of it.
 */
export const pages: Migration = {
  version: 2,
  name: '0002-pages',
  sql: `
    ALTER TABLE runs ADD COLUMN priority INTEGER NOT NULL DEFAULT 0;
    DROP INDEX runs_by_queue;
    CREATE INDEX runs_by_queue ON runs (status, priority DESC, queue_order, id);
    CREATE INDEX runs_by_place ON runs (queue_order);

    CREATE TABLE views (
      page TEXT NOT NULL,
      name TEXT NOT NULL,
      view TEXT NOT NULL,
      updated_at TEXT NOT NULL,
      PRIMARY KEY (page, name)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE curve_chunks (
      series INTEGER NOT NULL REFERENCES series (id) ON DELETE CASCADE,
      chunk INTEGER NOT NULL,
      low_step INTEGER NOT NULL,
      high_step INTEGER NOT NULL,
      nodes BLOB NOT NULL,
      UNIQUE (series, chunk)
    ) STRICT;

    CREATE INDEX series_by_name
      ON series (phase, name, run, last_value, last_kind, best_value, best_kind);
    CREATE INDEX runs_by_archived ON runs (archived, id);
  `,
}
