/**
 * Statements that are prepared once for a connection. To compile one takes longer than to run it, which
 * matters where thousands of rows are written one by one.
 */
import type { Statement } from 'better-sqlite3'
import type { Connection } from './open.ts'

const known = new WeakMap<Connection, Map<string, Statement>>()

/**
 * The statement of this text, shared by all who ask for it: to be run and got from, never given another
 * mode (pluck, raw) or iterated over.
 */
export function prepared(database: Connection, text: string): Pick<Statement, 'run' | 'get' | 'all'> {
  const statements = known.get(database) ?? new Map<string, Statement>()
  known.set(database, statements)
  const statement = statements.get(text) ?? database.prepare(text)
  statements.set(text, statement)
  return statement
}
