/** Fonts of this computer, for letters that the figures' own font lacks: Chinese, Japanese, Korean, signs. */
import { create } from 'fontkit'
import type { Font } from 'fontkit'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'

/** Finds a font that has a letter; null where none does. */
export type FontFinder = (letter: string) => Font | null

/** Where Linux, macOS and Windows keep them. */
function fontFolders(environment: NodeJS.ProcessEnv): string[] {
  const home = homedir()
  const windows = environment['WINDIR']
  const local = environment['LOCALAPPDATA']
  return [
    '/usr/share/fonts',
    '/usr/local/share/fonts',
    join(home, '.local/share/fonts'),
    join(home, '.fonts'),
    '/System/Library/Fonts',
    '/Library/Fonts',
    join(home, 'Library/Fonts'),
    ...(windows === undefined ? [] : [join(windows, 'Fonts')]),
    ...(local === undefined ? [] : [join(local, 'Microsoft/Windows/Fonts')]),
  ]
}

/** Files that hold many scripts, looked into first. */
const BROAD = new RegExp(
  'cjk|noto|fallback|wqy|wenquanyi|sourcehan|pingfang|hiragino|yugoth|meiryo|msgothic|msyh|malgun|nanum|' +
    'unicode|dejavu',
  'i',
)
/** Looked into at most; what a computer with thousands of fonts has is found among these or not at all. */
const MOST_FILES = 400
const LARGEST_FILE = 150e6

function filesIn(folder: string, depth = 0): string[] {
  if (depth > 5) return []
  try {
    return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
      const path = join(folder, entry.name)
      if (entry.isDirectory()) return filesIn(path, depth + 1)
      return /\.(ttf|otf|ttc|otc)$/i.test(entry.name) ? [path] : []
    })
  } catch (error) {
    // A folder that is not there, or not ours to read, has no fonts for us.
    if (error instanceof Error && 'code' in error) return []
    throw error
  }
}

/** The fonts of a file, or none where it cannot be read as one. */
function fontsOf(path: string): readonly Font[] {
  try {
    if (statSync(path).size > LARGEST_FILE) return []
    const found = create(readFileSync(path))
    return 'layout' in found ? [found] : found.fonts.slice(0, 1)
  } catch (error) {
    // One damaged font of a computer is no reason to draw no figure.
    if (error instanceof Error) return []
    throw error
  }
}

/** Whether the font draws the letter as an outline: a font of coloured pictures does not. */
function draws(font: Font, code: number): boolean {
  return font.hasGlyphForCodePoint(code) && font.glyphForCodePoint(code).path.commands.length > 0
}

/** A finder over the fonts of some folders, each file opened when it is first needed. */
export function finderOver(folders: readonly string[]): FontFinder {
  const known = new Map<string, Font | null>()
  const opened: Font[] = []
  let files: string[] | null = null
  return (letter) => {
    const found = known.get(letter)
    if (found !== undefined) return found
    const code = letter.codePointAt(0) ?? 0
    files ??= folders
      .flatMap((folder) => filesIn(folder))
      .sort((a, b) => Number(BROAD.test(b)) - Number(BROAD.test(a)) || (a < b ? -1 : 1))
      .slice(0, MOST_FILES)
    let font = opened.find((each) => draws(each, code)) ?? null
    while (font === null && files.length > 0) {
      const own = fontsOf(files.shift() ?? '')
      opened.push(...own)
      font = own.find((each) => draws(each, code)) ?? null
    }
    known.set(letter, font)
    return font
  }
}

/** The finder over this computer's fonts. */
export const systemFont: FontFinder = finderOver(fontFolders(process.env))
