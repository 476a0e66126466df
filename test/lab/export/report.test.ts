/** The report: one page with the cells, figures and facts of its study, and nothing that is fetched. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { htmlText } from '../../../src/shared/format/html.ts'
import { shownTable } from '../../../src/shared/format/shown-table.ts'
import { twoWayGrid } from '../../../src/shared/format/two-way.ts'
import { fakeLab, fakeStudy, start, temporaryFolder, until } from '../support.ts'

it('holds the tables cell by cell, the figures that the runs can draw, and how to repeat it', async () => {
  const lab = fakeLab()
  const study = fakeStudy(['steps=10', 'steps=12'], [1, 2, 3])
  const hostile = { ...study, title: 'Is <b> & "x" better?', description: 'A > B' }
  const runs = await start(lab, hostile)
  await until(lab, runs, 'finished')
  const file = join(temporaryFolder(), 'report.html')
  const asked = { study: 'fake', metric: 'validation.accuracy' }
  await lab.call('export/write', { ...asked, what: 'report', format: 'html', file })
  const page = readFileSync(file, 'utf8')
  expect(page).toContain('<h1>Is &lt;b&gt; &amp; &quot;x&quot; better?</h1>')
  const table = await lab.call('compare/table', { ...asked, metric: 'validation.accuracy', at: 'last' })
  for (const cells of shownTable(table).rows)
    for (const { text } of cells) expect(page).toContain(htmlText(text))
  const layout = { rows: ['Case'], columns: [] }
  const two = await lab.call('compare/two-way', { ...asked, ...layout, at: 'last' })
  for (const { cells } of twoWayGrid(two).rows)
    for (const { text } of cells) expect(page).toContain(htmlText(text))
  expect(page.match(/<svg /g)?.length).toBeGreaterThan(0)
  expect(page).toContain('study run fake')
  expect(page).toContain('<dt>Seeds</dt><dd>1, 2, 3</dd>')
  // Nothing is fetched: no address but that of SVG's names.
  expect(page.match(/(?:src|href)=|url\(|@import/g)).toBeNull()
})
