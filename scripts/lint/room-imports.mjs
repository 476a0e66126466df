// The ESLint rule that holds the table of rooms.mjs: every import, type or not, static or not, is looked up
// in it.
import { builtinModules } from 'node:module'
import { posix, relative, resolve, sep } from 'node:path'
import { CLOSED, ROOMS } from './rooms.mjs'

/**
 * What is wrong with an import, or undefined.
 * @param {string} file path of the importing file, relative to the checkout, with `/`
 * @param {string} specifier what is imported, as written
 */
export function importProblem(file, specifier) {
  if (!file.startsWith('src/')) return undefined
  const from = file.slice('src/'.length)
  const room = roomOf(from)
  if (!room) return `${file} lies in no room of the table (scripts/lint/rooms.mjs)`
  const law = ROOMS[room]
  if (specifier.startsWith('.')) return relativeProblem(from, room, law, specifier)
  if (specifier.startsWith('node:') || builtinModules.includes(specifier)) {
    return law.node ? undefined : `${room} may not use Node's modules (${specifier})`
  }
  const name = specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/')
  if (law.packages.includes(name) || law.only?.[name]?.includes(from)) return undefined
  const allowed = law.packages.join(', ') || 'no package'
  return `${room} may not import the package ${name}; it may import: ${allowed}`
}

function relativeProblem(from, room, law, specifier) {
  const [path, query] = specifier.split('?')
  const target = posix.normalize(posix.join('src', posix.dirname(from), path))
  if (!target.startsWith('src/')) {
    const top = target.split('/')[0]
    return law.rooms.includes(top) ? undefined : `${room} may not import from ${top}/`
  }
  const to = target.slice('src/'.length)
  const toRoom = roomOf(to)
  // By path only: electron-vite builds the module as a file of its own and hands over its address.
  if (room === 'main' && query === 'modulePath') return undefined
  const closed = CLOSED[to]
  if (closed?.to.includes(room)) return `${room} may not import ${to}: ${closed.because}`
  if (toRoom === room || law.rooms.some((allowed) => inside(to, allowed))) return undefined
  return `${room} may not import ${to}; it may import: ${law.rooms.join(', ') || 'nothing but itself'}`
}

function inside(path, room) {
  return path === `${room}.ts` || path.startsWith(`${room}/`)
}

function roomOf(path) {
  const parts = posix.dirname(path).split('/')
  for (let length = parts.length; length > 0; length--) {
    const name = parts.slice(0, length).join('/')
    if (Object.hasOwn(ROOMS, name)) return name === 'engine' && length < parts.length ? undefined : name
  }
  return undefined
}

export const roomImports = {
  meta: {
    type: 'problem',
    docs: { description: 'who may import whom' },
    schema: [],
    messages: { wrong: '{{problem}}' },
  },
  create(context) {
    const file = relative(context.cwd, resolve(context.filename)).split(sep).join('/')
    const check = (node, source) => {
      if (source?.type !== 'Literal' || typeof source.value !== 'string') return
      const problem = importProblem(file, source.value)
      if (problem) context.report({ node, messageId: 'wrong', data: { problem } })
    }
    return {
      ImportDeclaration: (node) => check(node, node.source),
      ExportNamedDeclaration: (node) => check(node, node.source),
      ExportAllDeclaration: (node) => check(node, node.source),
      ImportExpression: (node) => check(node, node.source),
      TSImportType: (node) => check(node, node.source ?? node.argument?.literal),
      "CallExpression[callee.name='require']": (node) => check(node, node.arguments[0]),
    }
  },
}
