/** Methods of the user's own in the database: contents by hash, names by content. */
import type { OwnLanguage } from '../../shared/contract/methods.ts'
import { readAbout } from '../../shared/methods/own.ts'
import type { OwnAbout } from '../../shared/methods/own.ts'
import type { MethodOrigin } from '../../shared/contract/methods.ts'
import type { Connection } from './open.ts'
import { readStored } from './stored-text.ts'

export interface MethodContent {
  readonly sha256: string
  /** `own:my-scheme`. */
  readonly name: string
  readonly language: OwnLanguage
  /** Name of the file, without its folder. */
  readonly file: string
  readonly text: string
  readonly about: OwnAbout
  readonly origin: MethodOrigin
  readonly addedAt: string
}

/** A name and its present content. */
export interface StoredMethod extends MethodContent {
  /** The file that it was added from; null for one that came in a bundle. */
  readonly path: string | null
}

interface Row {
  readonly sha256: string
  readonly name: string
  readonly language: OwnLanguage
  readonly file: string
  readonly text: string
  readonly about: string
  readonly origin: MethodOrigin
  readonly added_at: string
}

const fromRow = ({ added_at, about, ...row }: Row): MethodContent => ({
  ...row,
  about: readAbout(readStored<unknown>(about, 'a method'), row.file),
  addedAt: added_at,
})

/** The columns of a specification that hold content hashes. A damaged one keeps no home from opening. */
const USED = `
  SELECT json_extract(spec, '$.initialization.code') AS sha256 FROM runs WHERE json_valid(spec)
  UNION ALL SELECT json_extract(spec, '$.sparsity.code') FROM runs WHERE json_valid(spec)
  UNION ALL SELECT json_extract(spec, '$.dynamic.code') FROM runs WHERE json_valid(spec)
`

export function listMethods(database: Connection): StoredMethod[] {
  return database
    .prepare<[], Row & { path: string | null }>(
      `
    SELECT content.*, methods.path AS path FROM methods
    JOIN method_contents content ON content.sha256 = methods.sha256 ORDER BY methods.name
  `,
    )
    .all()
    .map(({ path, ...row }) => ({ ...fromRow(row), path }))
}

/** All contents, the latest first. */
export function listContents(database: Connection): MethodContent[] {
  return database
    .prepare<[], Row>('SELECT * FROM method_contents ORDER BY added_at DESC, sha256')
    .all()
    .map(fromRow)
}

export function findContent(database: Connection, sha256: string): MethodContent | undefined {
  const row = database.prepare<[string], Row>('SELECT * FROM method_contents WHERE sha256 = ?').get(sha256)
  return row && fromRow(row)
}

/** Number of runs by the content that they were made with. */
export function countUses(database: Connection): Map<string, number> {
  return new Map(
    database
      .prepare<[], [string, number]>(
        `SELECT sha256, COUNT(*) FROM (${USED}) WHERE sha256 IS NOT NULL AND sha256 <> '' GROUP BY sha256`,
      )
      .raw()
      .all(),
  )
}

/** Keeps a content; one that is there already stays as it is. */
export function keepContent(database: Connection, content: MethodContent): void {
  database
    .prepare(
      `
    INSERT INTO method_contents (sha256, name, language, file, text, about, origin, added_at)
    VALUES (@sha256, @name, @language, @file, @text, @about, @origin, @addedAt)
    ON CONFLICT (sha256) DO NOTHING
  `,
    )
    .run({ ...content, about: JSON.stringify(content.about.said) })
}

/** Makes a name stand for a content; what it stood for before is dropped where no run has it. */
export function nameMethod(
  database: Connection,
  name: string,
  sha256: string,
  path: string | null,
  now: string,
): void {
  database
    .prepare(
      `
    INSERT INTO methods (name, sha256, path, added_at) VALUES (@name, @sha256, @path, @now)
    ON CONFLICT (name) DO UPDATE SET
      sha256 = excluded.sha256, path = excluded.path, added_at = excluded.added_at
  `,
    )
    .run({ name, sha256, path, now })
  dropUnused(database)
}

/** Takes a name away; false where there is none. */
export function unnameMethod(database: Connection, name: string): boolean {
  const { changes } = database.prepare('DELETE FROM methods WHERE name = ?').run(name)
  dropUnused(database)
  return changes > 0
}

function dropUnused(database: Connection): void {
  database
    .prepare(
      `
    DELETE FROM method_contents WHERE sha256 NOT IN (SELECT sha256 FROM methods)
      AND sha256 NOT IN (SELECT sha256 FROM (${USED}) WHERE sha256 IS NOT NULL)
  `,
    )
    .run()
}
