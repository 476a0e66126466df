// The ESLint rule against import cycles: no file of src/ may reach itself by its imports, those of types
// included, since whoever reads one file of a ring has to read them all.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, posix, relative, resolve, sep } from 'node:path'

const SPECIFIER = /(?:\bfrom|\bimport|\bimport\()\s*['"](\.[^'"?]+)['"]/g

/** Path of every source file below `root`/src → the files that it imports, as paths from `root`. */
export function importGraph(root) {
  const files = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.(ts|vue)$/.test(name))
    .map((name) => posix.join('src', name.split(sep).join('/')))
  return new Map(files.map((file) => [file, importsOf(file, readFileSync(join(root, file), 'utf8'), root)]))
}

function importsOf(file, text, root) {
  const found = [...text.matchAll(SPECIFIER)].map(([, specifier]) =>
    posix.normalize(posix.join(posix.dirname(file), specifier)),
  )
  // AssemblyScript leaves the ending out.
  return found
    .map((path) => (existsSync(join(root, path)) ? path : `${path}.ts`))
    .filter((path) => path.startsWith('src/'))
}

/** The shortest way from a file back to itself through one of its imports, or null. */
export function cycleThrough(graph, file, imported) {
  const before = new Map([[imported, null]])
  for (const at of before.keys()) {
    if (at === file) return path(before, file)
    for (const next of graph.get(at) ?? []) if (!before.has(next)) before.set(next, at)
  }
  return null
}

function path(before, end) {
  const way = []
  for (let at = end; at !== null; at = before.get(at)) way.unshift(at)
  return way
}

const graphs = new Map()

export const importCycles = {
  meta: {
    type: 'problem',
    docs: { description: 'no import cycles' },
    schema: [],
    messages: { cycle: 'Import cycle: {{way}}' },
  },
  create(context) {
    const file = relative(context.cwd, resolve(context.filename)).split(sep).join('/')
    if (!file.startsWith('src/')) return {}
    return {
      Program(node) {
        if (!graphs.has(context.cwd)) graphs.set(context.cwd, importGraph(context.cwd))
        const graph = new Map(graphs.get(context.cwd))
        const imports = importsOf(file, context.sourceCode.text, context.cwd)
        graph.set(file, imports)
        for (const imported of imports) {
          const way = cycleThrough(graph, file, imported)
          if (way) context.report({ node, messageId: 'cycle', data: { way: [file, ...way].join(' → ') } })
        }
      },
    }
  },
}
