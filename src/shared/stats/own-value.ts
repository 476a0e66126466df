/**
 * The value that a record itself has under a name; undefined where it has none. Names of axes and labels are
 * users' words, and a plain look finds “constructor” in every record.
 */
export function ownValue<T>(record: Readonly<Record<string, T>> | undefined, name: string): T | undefined {
  return record !== undefined && Object.hasOwn(record, name) ? record[name] : undefined
}
