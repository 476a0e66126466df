// What the kernels of the sparse backend know of instructions, made from their table (sparse/instructions/):
// the opcodes, and the interpreter's switch.
import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import ts from 'typescript'

const TYPES = {
  image: 'usize',
  address: 'usize',
  optional: 'usize',
  word: 'i32',
  real: 'f32',
  wordAt: 'i32',
  realAt: 'f32',
}
const READERS = {
  image: 'image',
  address: 'arg',
  optional: 'arg',
  word: 'arg',
  real: 'real',
  wordAt: 'argAt',
  realAt: 'realAt',
}
const WIDTH = 108

/** The exports of a TypeScript file that imports none but its neighbours, whatever the version of Node. */
function load(file) {
  const module = { exports: {} }
  const options = { compilerOptions: { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022 } }
  const text = ts.transpileModule(readFileSync(file, 'utf8'), options).outputText
  const neighbour = (path) => load(join(dirname(file), path))
  new Function('module', 'exports', 'require', text)(module, module.exports, neighbour)
  return module.exports
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

function check(name, { kernel, file, fields }, kernels) {
  const parameters = parametersOf(readFileSync(join(kernels, `${file}.ts`), 'utf8'), kernel)
  const wanted = Object.entries(fields)
  const same =
    parameters.length === wanted.length &&
    parameters.every(([is, type], i) => is === wanted[i][0] && TYPES[wanted[i][1]] === type)
  if (same) return
  const text = parameters.map((pair) => pair.join(': ')).join(', ')
  throw new Error(
    `${name} has the fields ${wanted.map((pair) => pair.join(': ')).join(', ')}; ${kernel}(${text})`,
  )
}

/** Lines of an instruction's case. */
function caseOf(name, { kernel, fields }, words) {
  let word = 0
  const values = Object.values(fields).map((kind) => {
    const value = `${READERS[kind]}(at, ${word})`
    word += words[kind]
    return value
  })
  const lines = []
  let line = `    case op.${name}: return ${kernel}(`
  values.forEach((value, i) => {
    const piece = `${value}${i < values.length - 1 ? ',' : ')'}`
    if (line.length + 1 + piece.length > WIDTH) {
      lines.push(line)
      line = '     '
    }
    line += line.endsWith('(') ? piece : ` ${piece}`
  })
  return [...lines, line]
}

const MADE = '// Made from ../instructions/ by scripts/build-kernels.mjs, not by hand.'

/**
 * The texts of opcodes.ts and interpreter.ts, for the folder `kernels` of the kernels' sources.
 * @throws Error where a kernel's parameters are not its instruction's fields.
 */
export function kernelTexts(instructions, kernels) {
  const { INSTRUCTIONS } = load(join(instructions, 'index.ts'))
  const { FIELD_WORDS } = load(join(instructions, 'types.ts'))
  const table = Object.entries(INSTRUCTIONS)
  const done = table.filter(([, { kernel }]) => kernel !== null)
  const files = new Map()
  for (const [name, instruction] of done) {
    check(name, instruction, kernels)
    files.set(instruction.file, [...(files.get(instruction.file) ?? []), instruction.kernel])
  }
  const imports = [...files]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([file, names]) => `import { ${names.sort().join(', ')} } from './${file}'`)
  return {
    'opcodes.ts': [MADE, ...table.map(([name], opcode) => `export const ${name} = ${opcode}`), ''].join('\n'),
    'interpreter.ts': [
      MADE,
      ...imports,
      "import * as op from './opcodes'",
      "import { arg, argAt, image, real, realAt } from './record'",
      '',
      '/** Does the record at `at`, whatever it is but the end. */',
      'export function runInstruction(opcode: i32, at: usize): void {',
      '  switch (opcode) {',
      ...done.flatMap(([name, instruction]) => caseOf(name, instruction, FIELD_WORDS)),
      '    default: unreachable()',
      '  }',
      '}',
      '',
    ].join('\n'),
  }
}
