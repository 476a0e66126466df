/**
 * The built-in methods as tables in Markdown: the part of docs/methods.md that scripts/method-tables.mjs
 * makes.
 */
import { OPTIMIZERS } from './optimizers/index.ts'
import type { OptimizerDescriptor } from './optimizers/types.ts'
import { METHOD_KINDS } from './registry.ts'
import { flatSettings } from './settings.ts'
import type { MethodDescriptor, MethodKind, MethodSetting } from './types.ts'

/** Between these lines of docs/methods.md stand the tables. */
export const TABLES_BEGIN = '<!-- made by scripts/method-tables.mjs -->'
export const TABLES_END = '<!-- end -->'

const HEADINGS: Readonly<Record<MethodKind, string>> = {
  scheme: 'Weight schemes',
  distribution: 'Density distributions',
  dynamic: 'Dynamic methods',
}

const cell = (text: string): string => text.replaceAll('|', '\\|')

function allowed(setting: MethodSetting): string {
  if (setting.type === 'choice') return setting.choices.join(', ')
  if (setting.type === 'number' || setting.type === 'integer') {
    const low = setting.minimum ?? setting.exclusiveMinimum
    const high = setting.maximum ?? setting.exclusiveMaximum
    return [low === undefined ? '' : `from ${low}`, high === undefined ? '' : `to ${high}`].join(' ').trim()
  }
  return ''
}

function settingText(section: string, name: string, setting: MethodSetting): string {
  const range = allowed(setting)
  const standard = setting.default === '' ? 'empty' : String(setting.default)
  return `\`${section}.${name}\` (${standard}${range === '' ? '' : `; ${range}`})`
}

function table(kind: MethodKind): string {
  const { builtIn, path } = METHOD_KINDS[kind]
  const [section] = path.split('.')
  const methods: readonly MethodDescriptor[] = Object.values(builtIn)
  const rows = methods.map(({ name, title, help, source = '', settings }) => {
    const own = [...flatSettings(settings)].map(([key, setting]) => settingText(section, key, setting))
    return [`\`${name}\``, title, help, own.join('<br>'), source].map(cell)
  })
  const lines = [
    ['Name', 'Title', 'What it does', 'Settings (default; allowed)', 'Source'],
    ['---', '---', '---', '---', '---'],
    ...rows,
  ].map((cells) => `| ${cells.join(' | ')} |`)
  return [`### ${HEADINGS[kind]} (\`${path}\`)`, '', ...lines].join('\n')
}

function optimizerTable(): string {
  const optimizers: readonly OptimizerDescriptor[] = Object.values(OPTIMIZERS)
  const rows = optimizers.map(({ name, title, help, source = '', settings, constants }) => {
    const numbers = Object.entries(constants).map(([key, value]) => `${key} ${value}`)
    const fields = settings.map((setting) => `\`training.${setting}\``)
    return [`\`${name}\``, title, help, fields.join('<br>'), numbers.join(', '), source].map(cell)
  })
  const lines = [
    ['Name', 'Title', 'What it does', 'Fields of its own', 'Constants', 'Source'],
    ['---', '---', '---', '---', '---', '---'],
    ...rows,
  ].map((cells) => `| ${cells.join(' | ')} |`)
  return ['### Optimizers (`training.optimizer`)', '', ...lines].join('\n')
}

/** A table of each kind of method, without the lines around them. */
export function methodTables(): string {
  return [...(Object.keys(METHOD_KINDS) as MethodKind[]).map(table), optimizerTable()].join('\n\n')
}

/** A document with its tables as they are now. Throws where the lines that hold them are missing. */
export function withMethodTables(document: string): string {
  const [from, to] = [document.indexOf(TABLES_BEGIN), document.indexOf(TABLES_END)]
  if (from < 0 || to < from) throw new Error(`There is no ${TABLES_BEGIN} … ${TABLES_END}.`)
  return `${document.slice(0, from + TABLES_BEGIN.length)}\n\n${methodTables()}\n\n${document.slice(to)}`
}
