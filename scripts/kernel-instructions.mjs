// The reader of the sparse backend's typed instructions, made from their table (instructions.ts).
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import ts from 'typescript'

const TYPES = { image: ['usize'], word: ['usize', 'i32'], real: ['f32'] }
const READERS = { image: 'image', word: 'arg', real: 'real' }
const WORDS = { image: 3, word: 1, real: 1 }
const WIDTH = 112

/** The table of a TypeScript file without imports, whatever the version of Node. */
function tableOf(folder) {
  const source = readFileSync(join(folder, 'instructions.ts'), 'utf8')
  const module = { exports: {} }
  const options = { compilerOptions: { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022 } }
  new Function('module', 'exports', ts.transpileModule(source, options).outputText)(module, module.exports)
  return module.exports.INSTRUCTIONS
}

/** Parameters of an exported function, [name, type]. */
function parametersOf(source, name) {
  const found = new RegExp(`export function ${name}\\(([^)]*)\\)`).exec(source)
  if (!found) throw new Error(`no function ${name}`)
  return found[1]
    .split(',')
    .map((part) => part.trim().split(/:\s*/))
    .filter(([parameter]) => parameter !== '')
}

function check(name, { kernel, file, fields }, folder) {
  const parameters = parametersOf(readFileSync(join(folder, `assembly/${file}.ts`), 'utf8'), kernel)
  const wanted = Object.entries(fields)
  const same =
    parameters.length === wanted.length &&
    parameters.every(([is, type], i) => is === wanted[i][0] && TYPES[wanted[i][1]].includes(type))
  if (same) return
  const text = parameters.map((pair) => pair.join(': ')).join(', ')
  throw new Error(
    `${name} has the fields ${wanted.map((pair) => pair.join(': ')).join(', ')}; ${kernel}(${text})`,
  )
}

/** Arguments in lines of a kernel's call. */
function callOf({ kernel, fields }) {
  let word = 0
  const values = Object.values(fields).map((kind) => {
    const value = `${READERS[kind]}(at, ${word})`
    word += WORDS[kind]
    return value
  })
  const lines = []
  let line = '       '
  values.forEach((value, i) => {
    const piece = ` ${value}${i < values.length - 1 ? ',' : ')'}`
    if (line.length + piece.length > WIDTH) {
      lines.push(line)
      line = '       '
    }
    line += piece
  })
  return [`      ${kernel}(`, ...lines, line]
}

/** The text of assembly/instructions.ts. Throws where a kernel's parameters are not its instruction's. */
export function readerText(folder) {
  const table = Object.entries(tableOf(folder))
  const files = new Map()
  const numbers = new Set()
  for (const [name, instruction] of table) {
    check(name, instruction, folder)
    if (numbers.has(instruction.opcode)) throw new Error(`${name} shares its number ${instruction.opcode}`)
    numbers.add(instruction.opcode)
    files.set(instruction.file, [...(files.get(instruction.file) ?? []), instruction.kernel])
  }
  const imports = [...files]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([file, kernels]) => `import { ${kernels.sort().join(', ')} } from './${file}'`)
  return [
    '// Made from ../instructions.ts by scripts/build-kernels.mjs, not by hand.',
    ...imports,
    "import { arg, image, real } from './record'",
    '',
    '/** Does the record at `at`, if its number is one of the table. */',
    'export function runInstruction(opcode: i32, at: usize): bool {',
    '  switch (opcode) {',
    ...table.flatMap(([, instruction]) => [
      `    case ${instruction.opcode}: {`,
      ...callOf(instruction),
      '      return true',
      '    }',
    ]),
    '    default: return false',
    '  }',
    '}',
    '',
  ].join('\n')
}
