import type { Migration } from '../migrate.ts'

/**
 * Runs on a cluster. `runs.cluster` names where a run is, or was last; one that is queued or running there is
 * none of this computer's queue. A submission is a folder on the shared file system; `bytes` of attempt
 * `attempt` of a run's journal have been taken over, in the transaction that took them.
 */
export const cluster: Migration = {
  version: 6,
  name: '0006-cluster',
  sql: `
    ALTER TABLE runs ADD COLUMN cluster TEXT;

    CREATE TABLE cluster_submissions (
      id TEXT PRIMARY KEY,
      cluster TEXT NOT NULL,
      scheduler TEXT NOT NULL,
      study TEXT NOT NULL,
      folder TEXT NOT NULL,
      jobs TEXT NOT NULL,
      submitted_at TEXT NOT NULL
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE cluster_runs (
      run INTEGER PRIMARY KEY REFERENCES runs (id) ON DELETE CASCADE,
      submission TEXT NOT NULL REFERENCES cluster_submissions (id),
      task INTEGER NOT NULL,
      attempt INTEGER NOT NULL DEFAULT 0,
      bytes INTEGER NOT NULL DEFAULT 0,
      state TEXT,
      reason TEXT,
      node TEXT,
      job TEXT
    ) STRICT;
    CREATE INDEX cluster_runs_by_submission ON cluster_runs (submission);
    CREATE INDEX runs_by_cluster ON runs (cluster, status) WHERE cluster IS NOT NULL;
  `,
}
