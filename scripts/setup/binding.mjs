// The Node-API binding of tfjs-node-gpu, compiled against the cached C library, and put where the package
// looks for it.
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { basename, join } from 'node:path'
import { engineFolder, manifest, PLACED_BINDING, requireFromRoot, ROOT, TFJS } from './paths.mjs'
import { installCommand, installPackages, mayInstall } from './packages.mjs'
import { SetUpProblem } from './problem.mjs'
import { onPath, run } from './process.mjs'
import { progress, whileWatching } from './report.mjs'
import { removePartials, writeWhole } from './whole.mjs'

const NAPI_VERSION = 8
/** Counts changes to our own part of the binding (resources/native): a cached one is compiled again. */
const REVISION = 3
const SHARED = ['-O2', '-fPIC', '-shared']
const QUIET = 'libgivens_quiet.so'
const NATIVE = join(ROOT, 'resources', 'native')
const PLACED = join(TFJS, 'lib', 'placed.json')

function compiledBinding(variant) {
  const { version } = JSON.parse(readFileSync(join(TFJS, 'package.json'), 'utf8'))
  return join(engineFolder(variant), `tfjs_binding-${version}-r${REVISION}.node`)
}

/** Whether the binding in node_modules is the one of this variant's engine. */
export function bindingReady(variant) {
  if (!existsSync(PLACED) || !existsSync(PLACED_BINDING)) return false
  return (
    JSON.parse(readFileSync(PLACED, 'utf8')).from === compiledBinding(variant) &&
    existsSync(compiledBinding(variant))
  )
}

/** Compiles the binding when the cache has none, and places it in the checkout. */
export async function installBinding(variant) {
  const compiled = compiledBinding(variant)
  if (!existsSync(compiled)) await compile(variant, compiled)
  const partial = `${PLACED_BINDING}.partial-${process.pid}`
  writeWhole(PLACED, `${JSON.stringify({ from: '' })}\n`)
  writeWhole(partial, '')
  copyFileSync(compiled, partial)
  renameSync(partial, PLACED_BINDING)
  writeWhole(PLACED, `${JSON.stringify({ from: compiled })}\n`)
}

/**
 * Compiles the binding for a program to install: it looks for the library beside itself. The folder gets the
 * binding and what is linked with it.
 */
export async function portableBinding(variant, folder) {
  mkdirSync(folder, { recursive: true })
  const target = join(folder, basename(compiledBinding(variant)))
  if (!existsSync(target)) await compile(variant, target, '$ORIGIN/tensorflow')
  copyFileSync(join(engineFolder(variant), 'tensorflow', QUIET), join(folder, QUIET))
}

async function compile(variant, target, rpath = join(engineFolder(variant), 'tensorflow')) {
  const compiler = await findCompiler()
  const libraries = join(engineFolder(variant), 'tensorflow')
  const partial = `${target}.partial-${process.pid}`
  removePartials(target)
  const include = [
    '.',
    'binding',
    join(libraries, 'include'),
    join(libraries, 'include', 'tensorflow'),
    requireFromRoot('node-api-headers').include_dir,
  ]
  const sources = readdirSync(join(TFJS, 'binding'))
    .filter((name) => name.endsWith('.cc'))
    .map((name) => join('binding', name))
  const line = progress('Native engine: compile the binding', { expectedSeconds: 15 })
  const quiet = await whileWatching(compileQuiet(compiler, libraries), () => line.at(0))
  const { code, output } = await whileWatching(
    quiet.code !== 0
      ? Promise.resolve(quiet)
      : run(
          compiler,
          [
            '-std=c++17',
            ...SHARED,
            `-DNAPI_VERSION=${NAPI_VERSION}`,
            ...include.map((folder) => `-I${folder}`),
            ...sources,
            join(NATIVE, 'unquiet.cc'),
            join(NATIVE, 'memory.cc'),
            '-o',
            partial,
            `-L${libraries}`,
            ...manifest('tensorflow').libraries.map((name) => `-l:${name}`),
            '-Wl,--no-as-needed',
            `-l:${QUIET}`,
            `-Wl,-rpath,${rpath}`,
          ],
          { cwd: TFJS },
        ),
    () => line.at(0),
  )
  line.drop()
  if (code !== 0) {
    rmSync(partial, { force: true })
    throw new SetUpProblem(
      'compile',
      `${compiler} could not compile the binding of the native engine:\n` +
        output.trim().split('\n').slice(0, 8).join('\n'),
      [installCommand(['g++']), 'npm run setup'],
    )
  }
  renameSync(partial, target)
  line.end(target)
}

/** The library that is started before TensorFlow's; it must be linked after them. */
function compileQuiet(compiler, libraries) {
  return run(compiler, [...SHARED, join(NATIVE, 'quiet.cc'), '-o', join(libraries, QUIET)], { cwd: TFJS })
}

async function findCompiler() {
  const look = () => (process.env.CXX && onPath(process.env.CXX)) || onPath('g++') || onPath('clang++')
  let failure = ''
  if (!look() && mayInstall())
    failure = await installPackages(['g++'], 'The binding of the native engine is compiled')
  const found = look()
  if (found) return found
  throw new SetUpProblem(
    'compiler',
    `No C++ compiler (g++ or clang++) is on PATH; it compiles the binding of the native engine` +
      (failure && ` (${failure})`),
    [installCommand(['g++']), 'npm run setup'],
  )
}
