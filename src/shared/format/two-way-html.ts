/** The two-way table as HTML. */
import { htmlCell, htmlPage, htmlText } from './html.ts'
import { headSpans, parentsOf } from './two-way.ts'
import type { TwoWayGrid } from './two-way.ts'

/** The table with its caption as a figure of a page. */
export function twoWayFigure(grid: TwoWayGrid): string {
  const besides = (titles: readonly string[]) =>
    titles.map((title) => `<th scope="col" class="number">${htmlText(title)}</th>`).join('')
  const head = grid.headLines.map(({ key, heads }, line) => {
    const last = line === grid.headLines.length - 1
    const keys = grid.rowKeys.map((title, index) =>
      last
        ? `<th scope="col">${htmlText(title)}</th>`
        : `<td>${index === grid.rowKeys.length - 1 ? htmlText(key) : ''}</td>`,
    )
    const spans = headSpans(heads, parentsOf(grid, line)).map(
      ({ head: title, span }) =>
        `<th scope="${span > 1 ? 'colgroup' : 'col'}" class="${span > 1 ? 'wide' : 'number'}" ` +
        `colspan="${span}">${htmlText(title)}</th>`,
    )
    const facts = besides(grid.besideTitles.map((title) => (last ? title : '')))
    return `<tr>${keys.join('')}${spans.join('')}${facts}</tr>`
  })
  const heads = (titles: readonly string[]) =>
    titles.map((title) => `<th scope="row">${htmlText(title)}</th>`).join('')
  const facts = (texts: readonly string[]) =>
    texts.map((text) => `<td class="number">${htmlText(text)}</td>`).join('')
  const rows = grid.rows.map((row) => {
    const cells = row.cells.map((cell) => `<td class="number">${htmlCell(cell)}</td>`)
    return `<tr>${heads(row.head)}${cells.join('')}${facts(row.beside)}</tr>`
  })
  const across = grid.across.map((row) => {
    const cells = row.cells.map(
      ({ cell, span }) => `<td class="one" colspan="${span}">${htmlCell(cell)}</td>`,
    )
    return `<tr class="across">${heads(row.head)}${cells.join('')}${facts(row.beside)}</tr>`
  })
  const keysOnly = `<tr>${grid.rowKeys.map((key) => `<th scope="col">${htmlText(key)}</th>`).join('')}</tr>`
  return (
    `<figure><div class="scroll"><table>\n<thead>${head.length > 0 ? head.join('\n') : keysOnly}</thead>\n` +
    `<tbody>\n${[...rows, ...across].join('\n')}\n</tbody>\n</table></div>\n` +
    `<figcaption>${htmlText(grid.caption)}</figcaption></figure>`
  )
}

/** The table as a page of its own. */
export function twoWayHtml(grid: TwoWayGrid, title: string): string {
  return htmlPage(title, twoWayFigure(grid))
}
