/** Writing SVG: elements as text, every value escaped, numbers short. */
import type { Marker } from './palette.ts'

type Attributes = Readonly<Record<string, string | number | undefined>>

/**
 * `<name a="1">content</name>`; undefined attributes are left out. Content is trusted: it is made by
 * `element` or `xml`.
 */
export function element(name: string, attributes: Attributes, content = ''): string {
  const written = Object.entries(attributes)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => ` ${key}="${typeof value === 'number' ? short(value) : xml(String(value))}"`)
    .join('')
  return content === '' ? `<${name}${written}/>` : `<${name}${written}>${content}</${name}>`
}

/** A text element with its words escaped. */
export function label(words: string, attributes: Attributes): string {
  return element('text', attributes, xml(words))
}

/** Text made safe for XML; characters that XML has no place for are dropped. */
export function xml(text: string): string {
  return text
    .replace(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, '')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
}

const WIDE = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\uFF00-\uFF60]/gu

/** Letters of usual width that take as much room as the text. */
export function letterCount(text: string): number {
  return [...text].length + (text.match(WIDE)?.length ?? 0)
}

/** The text in so many letters at most, with a sign where some are left out. */
export function shortened(text: string, letters: number): string {
  return letterCount(text) <= letters ? text : `${[...text].slice(0, Math.max(1, letters - 1)).join('')}…`
}

/** Two decimals at most. */
export function short(value: number): string {
  return String(Number(value.toFixed(2)))
}

/** SVG path of a marker about 7 pixels wide. */
export function markerPath(marker: Marker, x: number, y: number): string {
  const at = (dx: number, dy: number) => `${short(x + dx)} ${short(y + dy)}`
  switch (marker) {
    case 'circle':
      return `M${at(-3.5, 0)}a3.5 3.5 0 1 0 7 0a3.5 3.5 0 1 0 -7 0Z`
    case 'square':
      return `M${at(-3.2, -3.2)}h6.4v6.4h-6.4Z`
    case 'triangle':
      return `M${at(0, -4)}L${at(4, 3)}L${at(-4, 3)}Z`
    case 'triangle-down':
      return `M${at(0, 4)}L${at(4, -3)}L${at(-4, -3)}Z`
    case 'diamond':
      return `M${at(0, -4.4)}L${at(4.4, 0)}L${at(0, 4.4)}L${at(-4.4, 0)}Z`
    case 'cross':
      return `M${at(-3.2, -3.2)}l6.4 6.4M${at(-3.2, 3.2)}l6.4 -6.4`
    case 'plus':
      return `M${at(-4, 0)}h8M${at(0, -4)}v8`
    case 'star':
      return `M${at(-4, 0)}h8M${at(-2, -3.5)}l4 7M${at(-2, 3.5)}l4 -7`
  }
}
