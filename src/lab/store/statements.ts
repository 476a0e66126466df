/**
 * Statements that are prepared once for a connection. To compile one takes longer than to run it, which
 * matters where thousands of rows are written one by one.
 */
import type { Statement } from 'better-sqlite3'
import type { Connection } from './open.ts'

const known = new WeakMap<Connection, Map<string, Statement>>()

/** What rows come as: objects, the first column alone, arrays of columns. */
type Mode = 'rows' | 'pluck' | 'raw'

/**
 * The statement of this text, shared by all who ask for it in this mode: to be run and got from, never
 * iterated over.
 */
export function prepared(
  database: Connection,
  text: string,
  mode: Mode = 'rows',
): Pick<Statement, 'run' | 'get' | 'all'> {
  const statements = known.get(database) ?? new Map<string, Statement>()
  known.set(database, statements)
  const key = `${mode} ${text}`
  let statement = statements.get(key)
  if (!statement) {
    statement = database.prepare(text)
    if (mode !== 'rows') statement[mode]()
    statements.set(key, statement)
  }
  return statement
}
