/** Saved views of tables: page and name → what is shown. */
import type { SavedView, ViewPage } from '../../shared/contract/views.ts'
import type { Connection } from './open.ts'
import { readStored } from './stored-text.ts'

interface Row {
  readonly page: ViewPage
  readonly name: string
  readonly view: string
  readonly updated_at: string
}

/** The views of a page, by name. */
export function listViews(database: Connection, page: ViewPage): SavedView[] {
  return database
    .prepare<[string], Row>('SELECT * FROM views WHERE page = ? ORDER BY name COLLATE NOCASE, name')
    .all(page)
    .map(({ view, updated_at, ...row }) => ({
      ...row,
      view: readStored<SavedView['view']>(view, 'a saved view'),
      updatedAt: updated_at,
    }))
}

/** Saves a view, in place of the one of that name. */
export function saveView(database: Connection, saved: SavedView): void {
  database
    .prepare(
      `
    INSERT INTO views (page, name, view, updated_at) VALUES (?, ?, ?, ?)
    ON CONFLICT (page, name) DO UPDATE SET view = excluded.view, updated_at = excluded.updated_at
  `,
    )
    .run(saved.page, saved.name, JSON.stringify(saved.view), saved.updatedAt)
}

/** False when there is no view of that name. */
export function deleteView(database: Connection, page: ViewPage, name: string): boolean {
  return database.prepare('DELETE FROM views WHERE page = ? AND name = ?').run(page, name).changes > 0
}
