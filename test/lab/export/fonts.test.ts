/** Letters that the figures' own font lacks: another font's, or their numbers with a word. */
import { dirname } from 'node:path'
import { describe, expect, it } from 'vitest'
import { fontFile, notesOf, openFont, textRuns } from '../../../src/lab/export/paper/fonts.ts'
import { figurePdf } from '../../../src/lab/export/paper/pdf.ts'
import { figurePng } from '../../../src/lab/export/paper/png.ts'
import { finderOver } from '../../../src/lab/export/paper/system-fonts.ts'
import { letterCount } from '../../../src/shared/figure/svg.ts'

describe('letters of a figure', () => {
  it('that the font has are one run of it', () => {
    const missing = new Set<string>()
    const runs = textRuns('ERK-EOI σ ≤ Ж é', false, missing, () => null)
    expect(runs).toEqual([{ text: 'ERK-EOI σ ≤ Ж é', font: openFont(false), own: true }])
    expect(missing.size).toBe(0)
  })

  it('that it lacks are of another font, between its own', () => {
    const other = openFont(true)
    const runs = textRuns('a密度b', false, new Set(), (letter) => (letter === '密' ? other : null))
    expect(runs.map(({ text, own }) => [text, own])).toEqual([
      ['a', true],
      ['密', false],
      ['[U+5EA6]b', true],
    ])
  })

  it('that no font has are numbers, and said by name', () => {
    const missing = new Set<string>()
    expect(textRuns('密', true, missing, () => null)[0].text).toBe('[U+5BC6]')
    expect(notesOf([...missing]).notes?.[0]).toMatch(/has the letter 密 \(U\+5BC6\)/)
    expect(notesOf([])).toEqual({})
  })

  it('are looked for in the fonts of folders, and not found where there are none', () => {
    const find = finderOver([dirname(fontFile(false)), '/nowhere/at/all'])
    expect(find('a')?.familyName).toContain('Arimo')
    expect(find('密')).toBeNull()
    expect(finderOver([])('a')).toBeNull()
  })

  it('reach the file: never an empty box without a word', async () => {
    // A private letter that no font has.
    const text = (words: string) =>
      `<svg width="90" height="20" viewBox="0 0 90 20"><text x="2" y="12" fill="#000">${words}</text></svg>`
    const png = await figurePng(text('x\u{F8F0}'))
    const pdf = await figurePdf(text('x\u{F8F0}'), new Date(0))
    expect([png.missing, pdf.missing]).toEqual([['\u{F8F0}'], ['\u{F8F0}']])
    expect((await figurePng(text('x'))).missing).toEqual([])
  })

  it('of Chinese, Japanese and Korean take two places', () => {
    expect(letterCount('ab')).toBe(2)
    expect(letterCount('密度목표')).toBe(8)
  })
})
