/** The report: one page with the cells, figures and facts of its study, and nothing that is fetched. */
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it, vi } from 'vitest'
import { latexCell } from '../../../src/shared/format/latex.ts'
import { htmlText } from '../../../src/shared/format/html.ts'
import { shownTable } from '../../../src/shared/format/shown-table.ts'
import { twoWayGrid } from '../../../src/shared/format/two-way.ts'
import { fakeLab, fakeStudy, start, temporaryFolder, until } from '../support.ts'

vi.mock('../../../src/lab/run/pool.ts', () => import('../../fakes/no-thread.ts'))

const TITLE = 'Is <b> & "50 %" {[x]} ≥ 密度 \\better?'

it('is a page, and a LaTeX folder that compiles, with the same cells', { timeout: 240_000 }, async () => {
  const lab = fakeLab()
  const study = fakeStudy(['steps=10', 'steps=12'], [1, 2, 3])
  const hostile = { ...study, title: TITLE, description: 'A > B, σ_w → 1' }
  const runs = await start(lab, hostile)
  await until(lab, runs, 'finished')
  const file = join(temporaryFolder(), 'report.html')
  const asked = { study: 'fake', metric: 'validation.accuracy' }
  await lab.call('export/write', { ...asked, what: 'report', format: 'html', file })
  const page = readFileSync(file, 'utf8')
  expect(page).toContain('<h1>Is &lt;b&gt; &amp; &quot;50 %&quot; {[x]} ≥ 密度 \\better?</h1>')
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
  await checkFolder(lab, { ...asked, reference: 'steps=10' })
})

async function checkFolder(
  lab: ReturnType<typeof fakeLab>,
  asked: { study: string; metric: string; reference: string },
): Promise<void> {
  const file = join(temporaryFolder(), 'report')
  const written = await lab.call('export/write', { ...asked, what: 'report', format: 'latex', file })
  expect(written).toMatchObject({ file, rows: 2 })
  const main = readFileSync(join(file, 'main.tex'), 'utf8')
  const parts = [...main.matchAll(/\\(?:input|includegraphics)\{([^}]*)\}/g)].map(([, name]) => name)
  expect(parts).toEqual(
    expect.arrayContaining(['tables/two-way', 'tables/rows', 'figures/learning-curves.pdf']),
  )
  for (const part of parts)
    expect(existsSync(join(file, part.startsWith('tables') ? `${part}.tex` : part))).toBe(true)
  const rows = readFileSync(join(file, 'tables/rows.tex'), 'utf8')
  const table = await lab.call('compare/table', { ...asked, at: 'last', significance: true })
  for (const cells of shownTable(table).rows)
    for (const cell of cells) expect(rows).toContain(latexCell(cell))
  for (const engine of ['pdflatex', 'lualatex']) {
    if (spawnSync(engine, ['--version']).status !== 0) {
      console.warn(`NOT RUN: ${engine} is not on this machine.`)
      continue
    }
    const options = ['-interaction=nonstopmode', '-halt-on-error', 'main.tex']
    const made = spawnSync(engine, options, { cwd: file, encoding: 'utf8', maxBuffer: 1 << 26 })
    expect(made.status, made.stdout.slice(-2000)).toBe(0)
  }
  const taken = join(temporaryFolder(), 'taken')
  writeFileSync(taken, 'mine')
  const again = lab.call('export/write', { ...asked, what: 'report', format: 'latex', file: taken })
  await expect(again).rejects.toThrow(/is a file; a report in LaTeX is a folder/)
}
