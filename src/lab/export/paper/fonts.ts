/**
 * Arimo, whose letters are as wide as Helvetica's and Arial's: the font of figures that carry their own; for
 * letters that it lacks a font of the computer, and for those that none has their numbers, with a word.
 */
import { createRequire } from 'node:module'
import { create } from 'fontkit'
import type { Font } from 'fontkit'
import { readFileSync } from 'node:fs'
import { systemFont } from './system-fonts.ts'
import type { FontFinder } from './system-fonts.ts'

const packages = createRequire(import.meta.url)

/** Path of the font's file, regular or bold. */
export function fontFile(bold: boolean): string {
  return packages.resolve(
    `@expo-google-fonts/arimo/${bold ? '700Bold/Arimo_700Bold' : '400Regular/Arimo_400Regular'}.ttf`,
  )
}

const opened = new Map<boolean, Font>()

/** The font, read once. */
export function openFont(bold: boolean): Font {
  const known = opened.get(bold)
  if (known) return known
  const font = create(readFileSync(fontFile(bold)))
  if (!('layout' in font)) throw new Error(`${fontFile(bold)} holds several fonts, one was expected.`)
  opened.set(bold, font)
  return font
}

/** A figure as bytes, and the letters that no font has. */
export interface Drawn {
  readonly bytes: Uint8Array
  readonly missing: readonly string[]
}

/** Letters of one font that stand side by side. */
export interface TextRun {
  readonly text: string
  readonly font: Font
  /** Whether it is the figures' own font. */
  readonly own: boolean
}

/**
 * A text by the fonts that have its letters. One that no font has is written as its number, `[U+5BC6]`, and
 * told to `missing`: never an empty box.
 */
export function textRuns(
  text: string,
  bold: boolean,
  missing: Set<string>,
  find: FontFinder = systemFont,
): TextRun[] {
  const main = openFont(bold)
  const runs: { text: string; font: Font; own: boolean }[] = []
  const add = (words: string, font: Font) => {
    const last = runs.at(-1)
    if (last && last.font === font) last.text += words
    else runs.push({ text: words, font, own: font === main })
  }
  for (const letter of text.normalize('NFC').replace(/[\p{Cc}\p{Zl}\p{Zp}\p{Cs}]+/gu, ' ')) {
    // Signs that only join or vary their neighbours are drawn by none.
    if (/\p{Cf}|\p{M}/u.test(letter) && !main.hasGlyphForCodePoint(letter.codePointAt(0) ?? 0)) {
      add(letter, runs.at(-1)?.font ?? main)
      continue
    }
    const font = main.hasGlyphForCodePoint(letter.codePointAt(0) ?? 0) ? main : find(letter)
    if (font === null) missing.add(letter)
    add(font === null ? `[${numberOf(letter)}]` : letter, font ?? main)
  }
  return runs
}

const numberOf = (letter: string) =>
  `U+${(letter.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`

/** What is said of letters that no font has; nothing where there are none. */
export function notesOf(missing: readonly string[]): { readonly notes?: readonly string[] } {
  if (missing.length === 0) return {}
  const named = missing.map((letter) => `${letter} (${numberOf(letter)})`).join(', ')
  const one = missing.length === 1
  const text =
    `No font of this computer has the letter${one ? '' : 's'} ${named}; ` +
    `the figure has ${one ? 'its number' : 'their numbers'} in place. ` +
    'Install a font with it (Noto Sans CJK has Chinese, Japanese and Korean), or write SVG.'
  return { notes: [text] }
}
