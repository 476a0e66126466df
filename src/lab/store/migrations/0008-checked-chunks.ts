import type { Migration } from '../migrate.ts'

/**
 * Summaries of curves carry a digest (store/chunks.ts), so that one whose page was damaged is made again from
 * the points in place of being drawn. Those made before have none: each is made again when its curve is read.
 */
export const checkedChunks: Migration = {
  version: 8,
  name: '0008-checked-chunks',
  sql: `
    DELETE FROM curve_chunks;
    ALTER TABLE curve_chunks ADD COLUMN digest BLOB NOT NULL DEFAULT x'';
  `,
}
