// docs/engine-api.md, written from the docblocks of what src/engine/index.ts exports:
//   node scripts/api-page.mjs          writes the page
// A test holds the page against the sources.
import { readFileSync, writeFileSync } from 'node:fs'
import { dirname, join, posix } from 'node:path'
import { fileURLToPath } from 'node:url'
import ts from 'typescript'

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..')
const INDEX = 'src/engine/index.ts'
export const PAGE = 'docs/engine-api.md'

const parse = (file) =>
  ts.createSourceFile(file, readFileSync(join(ROOT, file), 'utf8'), ts.ScriptTarget.Latest, true)

/** Sections of the index: a comment line above exports begins one; then names by file. */
function sections() {
  const source = parse(INDEX)
  const found = []
  for (const statement of source.statements) {
    if (!ts.isExportDeclaration(statement) || !statement.moduleSpecifier) continue
    const comments = ts.getLeadingCommentRanges(source.text, statement.pos) ?? []
    const texts = comments.map(({ pos, end }) => source.text.slice(pos, end))
    const title = texts.findLast((text) => text.startsWith('// '))
    if (title) found.push({ title: title.slice(3), names: [] })
    const file = posix.join(posix.dirname(INDEX), statement.moduleSpecifier.text)
    for (const { name, propertyName } of statement.exportClause.elements)
      found.at(-1).names.push({ name: name.text, original: (propertyName ?? name).text, file })
  }
  return found
}

function declarationOf(file, name) {
  const source = parse(file)
  for (const statement of source.statements) {
    if (statement.name?.text === name) return { source, node: statement }
    if (ts.isVariableStatement(statement)) {
      const [declaration] = statement.declarationList.declarations
      if (declaration.name.getText(source) === name) return { source, node: statement }
    }
  }
  throw new Error(`${INDEX} exports ${name} from ${file}, which does not declare it`)
}

/** Words of a docblock, paragraphs kept, tags as they stand. */
function docOf({ source, node }) {
  const [doc] = (ts.getLeadingCommentRanges(source.text, node.pos) ?? [])
    .map(({ pos, end }) => source.text.slice(pos, end))
    .filter((text) => text.startsWith('/**'))
    .slice(-1)
  if (!doc) return ''
  return doc
    .replace(/^\/\*\*|\*\/$/g, '')
    .split('\n')
    .map((line) => line.replace(/^\s*\* ?/, '').trim())
    .join('\n')
    .trim()
}

/** A declaration without its body. */
function headOf({ source, node }) {
  const text = (from, to) => source.text.slice(from, to).trim()
  const start = node.getStart(source)
  if (ts.isFunctionDeclaration(node)) return text(start, node.body ? node.body.pos : node.end)
  if (ts.isClassDeclaration(node)) {
    const members = node.members.filter(
      (member) => member.name && !ts.isPrivateIdentifier(member.name) && !ts.isConstructorDeclaration(member),
    )
    const lines = members.map((member) => {
      const from = member.getStart(source)
      return `  ${text(from, member.body ? member.body.pos : member.end)}`
    })
    return `${text(start, node.members.pos)}\n${lines.join('\n')}\n}`
  }
  if (ts.isVariableStatement(node)) {
    const [declaration] = node.declarationList.declarations
    const short = declaration.initializer && declaration.initializer.getText(source).length < 100
    return short ? text(start, node.end) : text(start, declaration.name.end)
  }
  return text(start, node.end)
}

const withoutExport = (head) => head.replace(/^export /, '')

/** The page as text. */
export function apiPage() {
  const parts = sections().map(({ title, names }) => {
    const entries = names.map(({ name, original, file }) => {
      const declaration = declarationOf(file, original)
      const doc = docOf(declaration)
      const link = `[${file.replace('src/engine/', '')}](../${file})`
      const head = `\`\`\`ts\n${withoutExport(headOf(declaration))}\n\`\`\`\n`
      return [`### ${name}`, link, ...(doc ? [doc] : []), head].join('\n\n')
    })
    return `## ${title}\n\n${entries.join('\n')}`
  })
  return (
    '# The engine’s interface\n\n' +
    'What `src/engine/index.ts` exports: the lab, the command line and the benchmarks use nothing else. ' +
    'Written by `node scripts/api-page.mjs` from the sources.\n\n' +
    parts.join('\n')
  )
}

if (process.argv[1] === fileURLToPath(import.meta.url)) writeFileSync(join(ROOT, PAGE), apiPage())
