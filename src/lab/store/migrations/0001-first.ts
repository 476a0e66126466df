import type { Migration } from '../migrate.ts'

/**
 * The first schema. A metric is keyed by its series (run, phase, name) and step, so that a step written twice
 * is one point; `kind` says what a missing value is: 0 finite, 1 NaN, 2 +∞, 3 −∞ (SQLite turns NaN into
 * NULL). `series` carries the summary that tables need, and is changed in the transaction that changes
 * `metrics`.
 */
export const first: Migration = {
  version: 1,
  name: '0001-first',
  sql: `
    CREATE TABLE settings (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;

    CREATE TABLE studies (
      id TEXT PRIMARY KEY,
      definition TEXT,
      created_at TEXT NOT NULL,
      updated_at TEXT NOT NULL,
      archived INTEGER NOT NULL DEFAULT 0
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE runs (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      identity TEXT NOT NULL,
      group_hash TEXT NOT NULL,
      seed INTEGER NOT NULL,
      spec TEXT NOT NULL,
      backend TEXT NOT NULL,
      status TEXT NOT NULL,
      queue_order INTEGER NOT NULL,
      backend_used TEXT,
      device TEXT,
      created_at TEXT NOT NULL,
      started_at TEXT,
      finished_at TEXT,
      step INTEGER NOT NULL DEFAULT 0,
      total_steps INTEGER,
      seconds REAL NOT NULL DEFAULT 0,
      error TEXT,
      diverged_at INTEGER,
      best_step INTEGER,
      best_accuracy REAL,
      environment TEXT NOT NULL DEFAULT '{}',
      lab TEXT,
      pid INTEGER,
      heartbeat TEXT,
      stalls INTEGER NOT NULL DEFAULT 0,
      tags TEXT NOT NULL DEFAULT '[]',
      note TEXT NOT NULL DEFAULT '',
      starred INTEGER NOT NULL DEFAULT 0,
      archived INTEGER NOT NULL DEFAULT 0,
      UNIQUE (identity, backend)
    ) STRICT;
    CREATE INDEX runs_by_queue ON runs (status, queue_order, id);
    CREATE INDEX runs_by_group ON runs (group_hash);

    CREATE TABLE study_runs (
      study TEXT NOT NULL,
      run INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
      position INTEGER NOT NULL,
      labels TEXT NOT NULL,
      PRIMARY KEY (study, run)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX study_runs_by_run ON study_runs (run);

    CREATE TABLE series (
      id INTEGER PRIMARY KEY,
      run INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
      phase TEXT NOT NULL,
      name TEXT NOT NULL,
      last_step INTEGER,
      last_value REAL,
      last_kind INTEGER NOT NULL DEFAULT 0,
      best_value REAL,
      best_kind INTEGER,
      low REAL,
      high REAL,
      UNIQUE (run, phase, name)
    ) STRICT;

    CREATE TABLE metrics (
      series INTEGER NOT NULL REFERENCES series (id) ON DELETE CASCADE,
      step INTEGER NOT NULL,
      epoch REAL NOT NULL,
      wall REAL NOT NULL,
      value REAL,
      kind INTEGER NOT NULL,
      PRIMARY KEY (series, step)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE layers (
      run INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
      position INTEGER NOT NULL,
      report TEXT NOT NULL,
      PRIMARY KEY (run, position)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE events (
      id INTEGER PRIMARY KEY,
      run INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
      at TEXT NOT NULL,
      step INTEGER,
      level TEXT NOT NULL,
      message TEXT NOT NULL
    ) STRICT;
    CREATE INDEX events_by_run ON events (run, id);

    CREATE TABLE artifacts (
      id INTEGER PRIMARY KEY,
      run INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
      kind TEXT NOT NULL,
      step INTEGER NOT NULL,
      seconds REAL NOT NULL,
      hash TEXT NOT NULL,
      file TEXT NOT NULL,
      bytes INTEGER NOT NULL,
      created_at TEXT NOT NULL
    ) STRICT;
    CREATE INDEX artifacts_by_run ON artifacts (run, kind, step);
    CREATE INDEX artifacts_by_file ON artifacts (file);

    CREATE TABLE step_times (
      shape TEXT NOT NULL,
      backend TEXT NOT NULL,
      device TEXT NOT NULL,
      step_ms REAL NOT NULL,
      start_seconds REAL NOT NULL,
      steps_per_epoch REAL NOT NULL,
      measured_at TEXT NOT NULL,
      PRIMARY KEY (shape, backend)
    ) STRICT, WITHOUT ROWID;
  `,
}
