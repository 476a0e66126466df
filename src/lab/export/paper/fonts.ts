/** Arimo, whose letters are as wide as Helvetica's and Arial's: the font of figures that carry their own. */
import { createRequire } from 'node:module'
import { create } from 'fontkit'
import type { Font } from 'fontkit'
import { readFileSync } from 'node:fs'

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
