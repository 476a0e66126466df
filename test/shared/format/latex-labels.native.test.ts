/** Tables with whatever letters labels have, compiled by LaTeX itself where it is installed. */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { LETTER_MACRO, latexEnvironment, latexRow, latexText } from '../../../src/shared/format/latex.ts'
import { uniformFrom } from '../stats/random.ts'

const HOSTILE = [
  '[0.5, 0.75]',
  '*theirs',
  '>0.5|<1',
  'σ_w ≤ 1.0247 → χ ≥ 1',
  'αβγδεζηθικλμνξοπρςστυφχψω ΓΔΘΛΞΠΣΥΦΨΩ',
  '日本語 密度 한국어 Ж ё',
  'a & b % c # d $ e _ f { g } h ~ i ^ j \\ k',
  'naïve Łódź Ångström Đ ð þ „quoted“ «x»',
  '--x ---y -- -',
  '🙂 ∀x∃y ⟨a|b⟩ ½ √2 ∑ ∂ ∇',
  '"straight" `back` \'single\'',
  'line\nbreak\ttab\u0000\u2028x',
  'e\u0301 combining',
  '\\input{/etc/passwd}',
  '',
  '[',
  ']',
  '**',
  '0.5]',
]
const POOL = [...HOSTILE.join('')]

/** Tables of hostile cells, one document. */
function documentOf(tables: number): string {
  const uniform = uniformFrom(7)
  const pick = <T>(items: readonly T[]): T => items[Math.floor(uniform() * items.length)]
  const word = () =>
    uniform() < 0.6
      ? pick(HOSTILE)
      : Array.from({ length: Math.floor(uniform() * 9) }, () => pick(POOL)).join('')
  const table = (index: number) =>
    latexEnvironment({
      caption: word(),
      label: `tab:${index}`,
      columns: 'lrr',
      head: [latexRow([word(), word(), word()].map(latexText))],
      body: Array.from({ length: 3 }, () =>
        latexRow([latexText(word()), `\\textbf{${latexText(word())}}`, `\\underline{${latexText(word())}}`]),
      ),
    })
  const body = Array.from(
    { length: tables },
    (_, index) => `${table(index)}${index % 4 === 3 ? '\\clearpage' : ''}`,
  ).join('\n')
  return `\\documentclass{article}\\usepackage{booktabs}\\begin{document}\n${body}\n\\end{document}\n`
}

describe('hostile labels', () => {
  it.each(['pdflatex', 'lualatex'])('compile with %s', { timeout: 240_000 }, (engine) => {
    if (spawnSync(engine, ['--version']).status !== 0) {
      console.warn(`NOT RUN: ${engine} is not on this machine.`)
      return
    }
    const folder = mkdtempSync(join(tmpdir(), 'givens-latex-'))
    try {
      writeFileSync(join(folder, 'd.tex'), documentOf(60))
      const options = ['-interaction=nonstopmode', '-halt-on-error', 'd.tex']
      for (let pass = 0; pass < 2; pass++) {
        const run = spawnSync(engine, options, { cwd: folder, encoding: 'utf8', maxBuffer: 1 << 26 })
        expect(run.status, run.stdout.slice(-2000)).toBe(0)
      }
      const log = readFileSync(join(folder, 'd.log'), 'latin1')
      expect(log).not.toMatch(/Missing character/)
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  })

  it('are escaped, and rare letters come with their macro', () => {
    expect(latexText('[a]*|>')).toBe('{[}a{]}{*}\\textbar{}$>$')
    expect(latexText('--')).toBe('-{}-')
    expect(latexText('日')).toBe('\\benchletter{65E5}{日}')
    expect(latexText('e\u0301')).toBe('é')
    const rare = { caption: '日', label: 'x', columns: 'l', head: [], body: [] }
    expect(latexEnvironment(rare).startsWith(LETTER_MACRO)).toBe(true)
    expect(latexEnvironment({ ...rare, caption: 'σ' })).not.toContain('providecommand')
  })
})
