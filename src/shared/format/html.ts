/** Tables as HTML: the cells of the screen, bold and underlined as there, in a page of its own. */
import type { CompareTable } from '../contract/lab.ts'
import { shownTable } from './shown-table.ts'
import type { ShownCell, ShownTable } from './shown-table.ts'

/** Text safe in an element and in an attribute's quotes. */
export function htmlText(text: string): string {
  return text
    .replace(/[\p{Cc}\p{Cs}]+/gu, ' ')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
}

/** The contents of a cell. */
export function htmlCell({ text, marks = '', bold, underlined, delta }: ShownCell): string {
  const plain = htmlText(text)
  const strong = bold ? `<strong>${plain}</strong>` : plain
  const under = underlined ? `<u>${strong}</u>` : strong
  const marked = marks === '' ? under : `${under}<sup>${htmlText(marks)}</sup>`
  return delta === undefined ? marked : `${marked} <small>Δ ${htmlText(delta)}</small>`
}

const STYLE = `
body { font: 15px/1.5 Arimo, Helvetica, Arial, sans-serif; color: #1a1a1a; }
body { max-width: 1400px; margin: 2em auto; padding: 0 1em; }
table { border-collapse: collapse; border-top: 2px solid; border-bottom: 2px solid; }
table { font-variant-numeric: tabular-nums; }
thead tr:last-child > * { border-bottom: 1px solid; }
th, td { padding: 3px 10px; text-align: left; white-space: nowrap; font-weight: 400; }
.number { text-align: right; }
.wide { text-align: center; border-bottom: 1px solid #999; }
.one { text-align: center; }
.across > * { border-top: 1px solid #999; }
.scroll { overflow-x: auto; }
figure { margin: 1.5em 0; }
figcaption { max-width: 95ch; color: #444; font-size: 13px; margin: 0.6em 0; }
svg { max-width: 100%; height: auto; }
pre { background: #f4f4f4; padding: 10px; overflow-x: auto; }
h1 { font-size: 26px; }
h2 { font-size: 19px; margin-top: 2em; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 2px 16px; }
dt { color: #444; }
dd { margin: 0; overflow-wrap: anywhere; }
`.trim()

/** A whole page: styles inside, nothing fetched. */
export function htmlPage(title: string, body: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${htmlText(title)}</title>
<style>
${STYLE}
</style>
</head>
<body>
${body}
</body>
</html>
`
}

/** A comparison as it is shown, with its caption. */
export function htmlShownTable({ columns, rows, caption }: ShownTable): string {
  const head = columns.map(
    ({ title, right }) => `<th scope="col"${right ? ' class="number"' : ''}>${htmlText(title)}</th>`,
  )
  const td = (cell: ShownCell, at: number) =>
    `<td${columns[at].right ? ' class="number"' : ''}>${htmlCell(cell)}</td>`
  const lines = rows.map((cells) => `<tr>${cells.map(td).join('')}</tr>`)
  return (
    `<figure><div class="scroll"><table>\n<thead><tr>${head.join('')}</tr></thead>\n` +
    `<tbody>\n${lines.join('\n')}\n</tbody>\n</table></div>\n` +
    `<figcaption>${htmlText(caption)}</figcaption></figure>`
  )
}

/** The comparison as a page. */
export function htmlTable(table: CompareTable, title: string): string {
  return htmlPage(title, htmlShownTable(shownTable(table)))
}
