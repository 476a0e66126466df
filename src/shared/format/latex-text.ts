/** Text for LaTeX: whatever stands in a label compiles with pdflatex and lualatex and is seen. */

const SIGNS: Readonly<Record<string, string>> = {
  '\\': '\\textbackslash{}',
  '{': '\\{',
  '}': '\\}',
  $: '\\$',
  '&': '\\&',
  '#': '\\#',
  '%': '\\%',
  _: '\\_',
  '^': '\\textasciicircum{}',
  '~': '\\textasciitilde{}',
  // A row's end and a rule would take a bracket or star that follows for theirs.
  '[': '{[}',
  ']': '{]}',
  '*': '{*}',
  '|': '\\textbar{}',
  '"': "''",
  '`': '\\textasciigrave{}',
  "'": "{'}",
  '<': '$<$',
  '>': '$>$',
  '±': '$\\pm$',
  '×': '$\\times$',
  '÷': '$\\div$',
  '−': '$-$',
  '·': '$\\cdot$',
  '°': '$^\\circ$',
  '∞': '$\\infty$',
  '≤': '$\\leq$',
  '≥': '$\\geq$',
  '≠': '$\\neq$',
  '≈': '$\\approx$',
  '≪': '$\\ll$',
  '≫': '$\\gg$',
  '∈': '$\\in$',
  '∑': '$\\sum$',
  '√': '$\\surd$',
  '∂': '$\\partial$',
  '∇': '$\\nabla$',
  '→': '$\\rightarrow$',
  '←': '$\\leftarrow$',
  '↑': '$\\uparrow$',
  '↓': '$\\downarrow$',
  '↔': '$\\leftrightarrow$',
  '⇒': '$\\Rightarrow$',
  '∘': '$\\circ$',
  '⊙': '$\\odot$',
  '†': '$^\\dagger$',
  '‡': '$^\\ddagger$',
  '⋆': '$^\\star$',
  '–': '--',
  '—': '---',
  '‘': '`',
  '’': "'",
  '“': '``',
  '”': "''",
  '…': '\\dots{}',
  '²': '$^2$',
  '³': '$^3$',
  '¹': '$^1$',
  '½': '$\\frac12$',
  '¼': '$\\frac14$',
  '¾': '$\\frac34$',
  µ: '$\\mu$',
  '\u00a0': '~',
}

const GREEK =
  'alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi o pi rho varsigma sigma tau ' +
  'upsilon phi chi psi omega'
const GREEK_CAPITALS: Readonly<Record<string, string>> = {
  Γ: 'Gamma',
  Δ: 'Delta',
  Θ: 'Theta',
  Λ: 'Lambda',
  Ξ: 'Xi',
  Π: 'Pi',
  Σ: 'Sigma',
  Υ: 'Upsilon',
  Φ: 'Phi',
  Ψ: 'Psi',
  Ω: 'Omega',
}
const GREEK_SIGNS = new Map([
  ...GREEK.split(' ').map(
    (name, index) => [String.fromCodePoint(0x3b1 + index), name === 'o' ? 'o' : `$\\${name}$`] as const,
  ),
  ...Object.entries(GREEK_CAPITALS).map(([letter, name]) => [letter, `$\\${name}$`] as const),
])

/** Letters of Western languages that LaTeX's default font has or composes; of both blocks it lacks some. */
const LATIN: ReadonlySet<string> = new Set(
  'ÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÑÒÓÔÕÖØÙÚÛÜÝßàáâãäåæçèéêëìíîïñòóôõöøùúûüýÿ' + 'ĆćČčĎďĚěŁłŃńŇňŐőŒœŘřŚśŞşŠšŤťŮůŰűŸŹźŻżŽž',
)

/** Whether a text has letters for which `LETTER_MACRO` must stand before it. */
export function needsLetterMacro(text: string): boolean {
  return text.includes('\\benchletter')
}

/**
 * Defines what prints a letter that is not in LaTeX's own fonts: itself where the font has it (lualatex,
 * xelatex with such a font), its Unicode number elsewhere.
 */
export const LETTER_MACRO = [
  '% Letters that the default fonts lack are printed where the font has them (lualatex, xelatex), else as',
  '% their Unicode number. With a package for them, say: \\renewcommand{\\benchletter}[2]{#2}',
  '\\providecommand{\\benchletter}[2]{\\ifdefined\\Umathcode\\iffontchar\\font"#1 ' +
    '#2\\else[U+#1]\\fi\\else[U+#1]\\fi}',
].join('\n')

/** Text with everything that LaTeX takes for its own, or has no letter for, made safe. */
export function latexText(text: string): string {
  const plain = text.normalize('NFC').replace(/[\p{Cc}\p{Zl}\p{Zp}\p{Cs}]+/gu, ' ')
  const letters = [...plain]
  // Two hyphens of a label would be joined to a dash.
  return letters
    .map((letter, index) => (letter === '-' && letters[index - 1] === '-' ? '{}-' : letterOf(letter)))
    .join('')
}

function letterOf(letter: string): string {
  const code = letter.codePointAt(0) ?? 0
  const sign = SIGNS[letter] ?? GREEK_SIGNS.get(letter)
  if (sign !== undefined) return sign
  if ((code >= 0x20 && code < 0x7f) || LATIN.has(letter)) return letter
  return `\\benchletter{${code.toString(16).toUpperCase().padStart(4, '0')}}{${letter}}`
}
