/** The sheet that figures are drawn on: SVG root, white background, caption in wrapped lines. */
import { BACKGROUNDS } from './palette.ts'
import { element, label, short } from './svg.ts'

export const TEXT = '#1a1a1a'
const CAPTION = { size: 11, line: 14, letter: 5.6, margin: 12 }

/** A standalone SVG document on a white sheet, with real text, of so many units; `unit`: pixels of one. */
export function svgDocument(width: number, height: number, parts: readonly string[], unit = 1): string {
  const root = {
    xmlns: 'http://www.w3.org/2000/svg',
    width: width * unit,
    height: height * unit,
    viewBox: `0 0 ${short(width)} ${short(height)}`,
    role: 'img',
    'font-family': 'Arimo, Helvetica, Arial, sans-serif',
    'font-size': 12,
    fill: TEXT,
  }
  const sheet = element('rect', { width, height, fill: BACKGROUNDS.light })
  return `${element('svg', root, `\n${[sheet, ...parts].filter((part) => part !== '').join('\n')}\n`)}\n`
}

/** The title over a figure, in its middle. */
export function drawHeading(words: string, width: number): string {
  return label(words, {
    x: width / 2,
    y: 20,
    'text-anchor': 'middle',
    'font-size': 15,
    'font-weight': 'bold',
  })
}

/** The caption's lines at a width in pixels; none for none. */
export function captionLines(caption: string | undefined, width: number): string[] {
  const letters = Math.floor((width - 2 * CAPTION.margin) / CAPTION.letter)
  const lines: string[] = []
  for (const word of (caption ?? '').split(/\s+/).filter((each) => each !== '')) {
    const last = lines.at(-1)
    if (last !== undefined && last.length + 1 + word.length <= letters)
      lines[lines.length - 1] = `${last} ${word}`
    else lines.push(word)
  }
  return lines
}

/** Pixels that the lines take under a figure. */
export function captionHeight(lines: readonly string[]): number {
  return lines.length === 0 ? 0 : CAPTION.line * lines.length + 8
}

/** The lines from `top` down. */
export function drawCaption(lines: readonly string[], top: number): string[] {
  return lines.map((words, index) =>
    label(words, { x: CAPTION.margin, y: top + CAPTION.line * (index + 1) - 2, 'font-size': CAPTION.size }),
  )
}
