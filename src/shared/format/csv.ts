/**
 * CSV by RFC 4180: CRLF, a header always, quotes doubled, dot decimals, shortest digits that read back
 * exactly. An empty cell is missing; NaN, Infinity and -Infinity are spelled. Texts that a spreadsheet would
 * take for a formula (they begin with = + - @ tab or carriage return) get a leading apostrophe; numbers never
 * do.
 */

export type CsvValue = string | number | boolean | null | undefined

/** One line, CRLF included. */
export function csvLine(values: readonly CsvValue[]): string {
  return `${values.map(csvCell).join(',')}\r\n`
}

/** A whole table; every row must have the header's length (throws RangeError). */
export function csvTable(header: readonly string[], rows: Iterable<readonly CsvValue[]>): string {
  const lines = [csvLine(header)]
  for (const row of rows) {
    if (row.length !== header.length)
      throw new RangeError(`A row of ${row.length} cells under a header of ${header.length}.`)
    lines.push(csvLine(row))
  }
  return lines.join('')
}

function csvCell(value: CsvValue): string {
  if (value === null || value === undefined) return ''
  if (typeof value !== 'string') return String(value)
  const safe = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value
  return /[",\r\n]/.test(safe) || safe !== safe.trim() ? `"${safe.replaceAll('"', '""')}"` : safe
}
