import { spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { unzlibSync } from 'fflate'
import Papa from 'papaparse'
import { describe, expect, it, vi } from 'vitest'
import { Window } from 'happy-dom'
import { latexCell } from '../../../src/shared/format/latex.ts'
import { shownTable } from '../../../src/shared/format/shown-table.ts'
import type { Lab } from '../../../src/lab/lab.ts'
import { fakeLab, fakeStudy, start, temporaryFolder, until } from '../support.ts'

vi.mock('../../../src/lab/run/pool.ts', () => import('../../fakes/no-thread.ts'))

async function prepared(): Promise<{ lab: Lab; folder: string }> {
  const lab = fakeLab()
  // Labels with every character that LaTeX, XML and CSV have uses for.
  const study = fakeStudy(['steps=50', 'steps=30', 'steps=40 nan=35'], [1, 2, 3])
  const labels = ['A_1 & 50 % "x", <y>', 'B#2 ~ {c}^2 \\ $d$', 'C']
  const points = study.axes?.[0]?.points.map((point, index) => ({ ...point, label: labels[index] })) ?? []
  await until(lab, await start(lab, { ...study, axes: [{ name: 'Case', points }] }), 'finished', 'diverged')
  return { lab, folder: temporaryFolder() }
}

const SELECTION = { study: 'fake', metric: 'validation.accuracy', at: 'best' as const }

describe('the LaTeX table', () => {
  it('is balanced, has its rules and as many cells in every row, and says what the screen says', async () => {
    const { lab, folder } = await prepared()
    const file = join(folder, 't.tex')
    const request = { ...SELECTION, what: 'groups' as const, format: 'latex' as const, file }
    await lab.call('export/write', { ...request, significance: true })
    const text = readFileSync(file, 'utf8')
    const open: string[] = []
    for (const [, kind, name] of text.matchAll(/\\(begin|end)\{(\w+\*?)\}/g)) {
      if (kind === 'begin') open.push(name)
      else expect(open.pop()).toBe(name)
    }
    expect(open).toEqual([])
    // Braces balance when escaped ones are left out.
    let depth = 0
    for (const brace of text.replaceAll(/\\[\\{}%&#_$]/g, '').match(/[{}]/g) ?? []) {
      depth += brace === '{' ? 1 : -1
      expect(depth).toBeGreaterThanOrEqual(0)
    }
    expect(depth).toBe(0)
    // Outside maths every special character is escaped.
    const tables = text.match(/\\begin\{tabular\}[\s\S]*?\\end\{tabular\}/g) ?? []
    expect(tables.length).toBe(2)
    for (const tabular of tables) {
      expect(tabular.match(/\\toprule/g)).toHaveLength(1)
      expect(tabular.match(/\\bottomrule/g)).toHaveLength(1)
      const columns = /\\begin\{tabular\}\{([lrc@{}]+)\}/.exec(tabular)?.[1].replaceAll(/@\{\}/g, '') ?? ''
      const rows = tabular.split('\n').filter((line) => line.trimEnd().endsWith('\\\\'))
      expect(rows.length).toBeGreaterThanOrEqual(4)
      for (const row of rows) {
        const cells = row.replaceAll(/\\[&%#_]/g, '').split('&')
        expect(cells, row).toHaveLength(columns.length)
        expect(row.replaceAll(/\\[&%#_${}]|\\text\w+\{\}|\$[^$]*\$/g, '')).not.toMatch(/[%#_^~]/)
      }
    }
    const table = await lab.call('compare/table', { ...SELECTION, significance: true })
    const rows = (tables[0] ?? '')
      .split('\n')
      .filter((line) => line.includes('&'))
      .slice(1)
    const shown = shownTable(table)
    expect(rows).toHaveLength(table.rows.length)
    rows.forEach((row, index) => {
      expect(row.trim()).toBe(`${shown.rows[index].map(latexCell).join(' & ')} \\\\`)
      expect(/\\textbf\{/.test(row)).toBe(table.rows[index].bestOfFamily)
      expect(/\\underline\{/.test(row)).toBe(table.rows[index].bestOverall)
    })
    const latex = ['pdflatex', 'tectonic'].find((name) => spawnSync(name, ['--version']).status === 0)
    if (!latex) {
      console.warn('NOT RUN: neither pdflatex nor tectonic is on this machine; its form was checked.')
      return
    }
    const head = '\\documentclass{article}\\usepackage{booktabs}\\begin{document}'
    const document = `${head}\n${text}\\end{document}\n`
    writeFileSync(join(folder, 'd.tex'), document)
    const options = latex === 'pdflatex' ? ['-interaction=nonstopmode', '-halt-on-error', 'd.tex'] : ['d.tex']
    const run = spawnSync(latex, options, { cwd: folder, encoding: 'utf8' })
    expect(run.status, run.stdout).toBe(0)
  })
})

describe('figures, opened by other programs', () => {
  it('SVG: well-formed, real text, and curves that hold the numbers of the screen', async () => {
    const { lab, folder } = await prepared()
    const figure = {
      study: 'fake',
      metric: 'train.loss',
      figure: 'learning-curves' as const,
      band: 'std' as const,
    }
    const file = join(folder, 'f.svg')
    await lab.call('export/write', { ...figure, what: 'figure', format: 'svg', file })
    const window = new Window()
    const parsed = new window.DOMParser().parseFromString(readFileSync(file, 'utf8'), 'image/svg+xml')
    expect(parsed.querySelector('parsererror')).toBeNull()
    const texts = [...parsed.querySelectorAll('text')].map((node) => node.textContent ?? '')
    const sheet = await lab.call('figures/get', figure)
    expect(texts).toContain(sheet.title)
    expect(texts).toContain(sheet.panels[0].yLabel)
    for (const { label } of sheet.panels[0].series) expect(texts).toContain(label)
    // The scales from the ticks: text at a place says what that place means.
    const ticks = [...parsed.querySelectorAll('text[text-anchor="end"]')].map((node) => [
      Number(node.getAttribute('y')) - 4,
      Number((node.textContent ?? '').replace('−', '-')),
    ])
    const [[y1, v1], [y2, v2]] = [ticks[0], ticks[ticks.length - 1]]
    const valueAt = (y: number) => v1 + ((y - y1) * (v2 - v1)) / (y2 - y1)
    // Curves are open paths without a fill; bands are closed, axes and grid lines are short.
    const lines = [...parsed.querySelectorAll('path')].filter((node) => {
      const d = node.getAttribute('d') ?? ''
      return !d.endsWith('Z') && (d.match(/L/g)?.length ?? 0) > 5
    })
    const drawn = lines.map((node) =>
      [...(node.getAttribute('d') ?? '').matchAll(/[ML]([-\d.]+) ([-\d.]+)/g)].map(([, , y]) =>
        valueAt(Number(y)),
      ),
    )
    sheet.panels[0].series.forEach((series) => {
      const expected = series.points.map(({ y }) => y).filter(Number.isFinite)
      const own = drawn.find(
        (values) =>
          values.length === expected.length &&
          values.every((value, k) => Math.abs(value - expected[k]) < 2e-3),
      )
      expect(own, `${series.label} among ${drawn.length} lines`).toBeDefined()
    })
    const csv = join(folder, 'f.csv')
    await lab.call('export/write', { ...figure, what: 'figure', format: 'csv', file: csv })
    const rows = Papa.parse<Record<string, string>>(readFileSync(csv, 'utf8').trimEnd(), {
      header: true,
    }).data
    expect(rows.map((row) => [row['series'], Number(row['x']), Number(row['y'])])).toEqual(
      sheet.panels[0].series.flatMap(({ label, points }) => points.map(({ x, y }) => [label, x, y])),
    )
  })

  it('PNG and PDF: their own readers find the size, and the PDF its page', async () => {
    const { lab, folder } = await prepared()
    const figure = {
      study: 'fake',
      metric: 'train.loss',
      figure: 'learning-curves' as const,
      what: 'figure' as const,
    }
    const [png, pdf] = [join(folder, 'f.png'), join(folder, 'f.pdf')]
    await lab.call('export/write', { ...figure, format: 'png', file: png })
    const bytes = readFileSync(png)
    expect(bytes.subarray(1, 4).toString()).toBe('PNG')
    const [width, height] = [bytes.readUInt32BE(16), bytes.readUInt32BE(20)]
    expect(width).toBe(3 * 640)
    // The rows of pixels unpack to their size: nothing is cut off.
    const data: Buffer[] = []
    for (let at = 8; at < bytes.length; at += 12 + bytes.readUInt32BE(at))
      if (bytes.subarray(at + 4, at + 8).toString() === 'IDAT')
        data.push(bytes.subarray(at + 8, at + 8 + bytes.readUInt32BE(at)))
    const channels = { 0: 1, 2: 3, 3: 1, 6: 4 }[bytes[25]] ?? 0
    expect(unzlibSync(Buffer.concat(data)).length).toBe(height * (1 + (width * channels * bytes[24]) / 8))
    await lab.call('export/write', { ...figure, format: 'pdf', file: pdf })
    const document = readFileSync(pdf).toString('latin1')
    expect(document.startsWith('%PDF-1.')).toBe(true)
    expect(document.trimEnd().endsWith('%%EOF')).toBe(true)
    expect(document.match(/\/Type \/Page\b/g)).toHaveLength(1)
    expect(/\/MediaBox \[0 0 480 /.test(document)).toBe(true)
    expect(document).toMatch(/\/FontFile2/)
  })
})
