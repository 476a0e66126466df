/** Tables of random studies under hostile labels: every form has the cells of the screen, one by one. */
import Papa from 'papaparse'
import { expect, it } from 'vitest'
import { htmlTable } from '../../../src/shared/format/html.ts'
import { latexRow, latexTable, latexText } from '../../../src/shared/format/latex.ts'
import { shownTable } from '../../../src/shared/format/shown-table.ts'
import { twoWayHtml } from '../../../src/shared/format/two-way-html.ts'
import { twoWayLatex } from '../../../src/shared/format/two-way-latex.ts'
import { twoWayCsv, twoWayGrid } from '../../../src/shared/format/two-way.ts'
import { compareTable } from '../../../src/shared/stats/compare.ts'
import { twoWayTable } from '../../../src/shared/stats/two-way.ts'
import { randomStudy } from '../stats/oracle.ts'
import { uniformFrom } from '../stats/random.ts'

const HOSTILE = [
  ...['[0.5]', '*x', '>', '|a|', 'σ ≤ 1', '日本語', '한국', 'a&b%c#d$e_f{g}h~i^j\\k', 'naïve Ł', '--', '🙂∀'],
  ...['"s" `b`', 'l\nb\t', 'é', '\\input{x}', '[', ']', '**', '→', '=1+1', '<b>x</b>', 'x'.repeat(60)],
]
/** Studies by hand: HOSTILE_STUDIES=200. */
const STUDIES = Number(process.env['HOSTILE_STUDIES'] ?? 6)

/** A random study whose axes and labels have hostile names, each its own. */
function hostileStudy(seed: number) {
  const uniform = uniformFrom(seed)
  const { axes, entries } = randomStudy(seed)
  const names = new Map([['any', 'any']])
  const named = (text: string, kind = ''): string => {
    const key = text === 'any' ? text : `${kind}${text}`
    const known = names.get(key)
    if (known !== undefined) return known
    let name = ''
    while (name === '' || [...names.values()].includes(name))
      name += HOSTILE[Math.floor(uniform() * HOSTILE.length)]
    names.set(key, name)
    return name
  }
  const labelled = entries.map((entry) => {
    const labels = Object.entries(entry.labels).map(([axis, label]) => [named(axis, 'axis '), named(label)])
    return { ...entry, labels: Object.fromEntries(labels) as Record<string, string> }
  })
  return { axes: axes.map((axis) => named(axis, 'axis ')), entries: labelled }
}

const ENTITIES = { '&lt;': '<', '&gt;': '>', '&quot;': '"', '&amp;': '&' } as const
const plain = (html: string) =>
  html
    .replace(/<[^>]+>/g, '')
    .replace(/&(?:lt|gt|quot|amp);/g, (entity) => ENTITIES[entity as keyof typeof ENTITIES])
const cellsOf = (html: string, tags: string) =>
  [...html.matchAll(new RegExp(`<(?:${tags})[^>]*>([\\s\\S]*?)</(?:${tags})>`, 'g'))].map(([, cell]) =>
    plain(cell),
  )
/** Control letters are spaces in HTML. */
const flat = (text: string) => text.replace(/[\p{Cc}\p{Cs}]+/gu, ' ')
/** What keeps a spreadsheet from computing a label. */
const unguarded = (cell: string) => cell.replace(/^'(?=[=+\-@\t\r\n])/, '')

it('has every cell in HTML, CSV and LaTeX as it is shown', () => {
  for (let seed = 1; seed <= STUDIES; seed++) {
    const { axes, entries } = hostileStudy(31_000 + seed)
    const table = compareTable({ metric: 'test.accuracy', at: 'last', axes, entries })
    const shown = shownTable(table)
    const wanted = shown.rows.flat().map(({ text, marks }) => flat(text + (marks ?? '')))
    expect(cellsOf(htmlTable(table, 'x'), 'td')).toEqual(wanted)
    const latex = latexTable(table, 'tab:x')
    for (const row of table.rows)
      for (const axis of axes)
        if (row.labels[axis] !== undefined) expect(latex).toContain(latexText(row.labels[axis]))

    const [first, second, density] = axes
    const regrouped = entries.map((entry) => {
      const kept = [first, second, density].map((axis) => [axis, entry.labels[axis] ?? 'any'])
      const labels = Object.fromEntries(kept) as Record<string, string>
      return { ...entry, labels, group: JSON.stringify(labels) }
    })
    const compared = compareTable({
      metric: 'test.accuracy',
      at: 'last',
      axes: [first, second, density],
      entries: regrouped,
    })
    const grid = twoWayGrid(twoWayTable(compared, [first, second], [density], 'higher'))
    const text = ({ text: value, marks }: { readonly text: string; readonly marks?: string }) =>
      value + (marks ?? '')
    const body = grid.rows.map(({ head, cells }) => [...head, ...cells.map(text)])
    const wide = grid.across.map(({ head, cells }) => [
      ...head,
      ...cells.flatMap(({ cell, span }) => Array.from({ length: span }, () => text(cell))),
    ])
    const csv = Papa.parse<string[]>(twoWayCsv(grid).replace(/\r?\n$/, '')).data
    expect(csv.slice(1).map((line) => line.map(unguarded))).toEqual([...body, ...wide])
    const html = twoWayHtml(grid, 'x')
    const narrow = grid.across.map(({ head, cells }) => [...head, ...cells.map(({ cell }) => text(cell))])
    expect(cellsOf(html.slice(html.indexOf('<tbody>')), 'td|th')).toEqual(
      [...body, ...narrow].flat().map(flat),
    )
    const lines = twoWayLatex(grid, 'tab:y', false)
    for (const { head } of grid.rows) expect(lines).toContain(latexRow(head.map(latexText)).split(' \\\\')[0])
  }
})
