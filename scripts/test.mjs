// npm test: set-up, then types, lint and all tests, and a closing line `N passed, N failed`.
//   npm test -- FILE …        only the tests of these files, without types and lint; the app is built and
//                             a display started for tests of the window (test/e2e) alone; flags go to vitest
//   npm test -- --oracles     the tests of recorded numbers; ORACLES=FOLDER: with a folder of them
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { buildApp } from './setup/build.mjs'
import { frontDoor, setUp } from './setup/index.mjs'
import { checkSandbox, installVirtualDisplay } from './setup/libraries.mjs'
import { ELECTRON, ROOT } from './setup/paths.mjs'
import { asNode, hand } from './setup/process.mjs'
import { duration, say } from './setup/report.mjs'

const WITHOUT_WINDOW = ['pure', 'apart', 'long', 'native', 'dom']
/** Projects with windows → the number from which a free display is looked for. */
const DISPLAYS = { window: 99, package: 199, accessibility: 299 }
const tool = (...path) => join(ROOT, 'node_modules', ...path)
const VITEST = tool('vitest', 'vitest.mjs')
const CHECKS = {
  'types (node)': [tool('typescript', 'bin', 'tsc'), '-p', 'tsconfig.node.json'],
  'types (page)': [tool('vue-tsc', 'bin', 'vue-tsc.js'), '-p', 'tsconfig.web.json'],
  'types (windows)': [tool('typescript', 'bin', 'tsc'), '-p', 'tsconfig.e2e.json'],
  'types (kernels)': [tool('typescript', 'bin', 'tsc'), '-p', 'src/engine/backend/sparse/kernels'],
  lint: [tool('eslint', 'bin', 'eslint.js'), '--max-warnings', '0', '.'],
}

const words = process.argv.slice(2)
const oracles = words.includes('--oracles')
const passedOn = words.filter((word) => word !== '--oracles')
const everything = !oracles && passedOn.length === 0
/** Files or parts of their paths; what follows a flag such as -t is for vitest to understand. */
const named = passedOn.filter((word, index) => !word.startsWith('-') && !passedOn[index - 1]?.startsWith('-'))
const windows = named.length === 0 || named.some(ofWindows)
const others = named.length === 0 || named.some((word) => !ofWindows(word))

const totals = { passed: 0, failed: 0, skipped: 0 }
const summary = []
let broken = false

await frontDoor(async () => {
  await setUp()
  // Each keeps one core busy; tests of clusters, ssh and kills, which mostly wait, go on beside them.
  const checks = everything
    ? Promise.all(Object.entries(CHECKS).map(([name, [script, ...args]]) => check(name, script, args)))
    : Promise.resolve()
  const files = oracles ? oracleTests() : passedOn
  if (everything) await buildApp()
  if (oracles) say(`Oracles from ${process.env.ORACLES ?? 'test/oracles'}: ${files.length} test files`)
  if (others) await tests('tests', WITHOUT_WINDOW, oracles ? [...files, ...passedOn] : files)
  await checks
  if (!oracles && windows) {
    await installVirtualDisplay()
    checkSandbox()
    await buildApp()
    // A drag belongs to its display: windows come one after the other; what runs beside has a display
    // of its own.
    await Promise.all([
      tests('tests with windows', ['window'], files),
      tests('tests of accessibility', ['accessibility'], files),
      tests('tests of the package', ['package'], files),
    ])
  }
  if (totals.passed + totals.failed === 0) broken = true
  process.stdout.write(`\n${summary.join('\n')}\n`)
  const skipped = totals.skipped > 0 ? `, ${totals.skipped} skipped` : ''
  process.stdout.write(`${totals.passed} passed, ${totals.failed} failed${skipped}\n`)
  return broken || totals.failed > 0 ? 1 : 0
})

function ofWindows(word) {
  return /(^|\/)e2e(\/|$)|\.e2e\b/.test(word)
}

async function check(name, script, args) {
  const started = Date.now()
  const code = await hand(ELECTRON, [script, ...args], { env: asNode() })
  note(name, code === 0 ? 'ok' : `FAILED (exit code ${code})`, started)
  if (code !== 0) broken = true
}

async function tests(name, projects, args) {
  const started = Date.now()
  const display = DISPLAYS[projects[0]]
  const folder = mkdtempSync(join(tmpdir(), 'givens-bench-test-'))
  try {
    const report = join(folder, 'report.json')
    const command = [
      ELECTRON,
      VITEST,
      'run',
      ...projects.flatMap((project) => ['--project', project]),
      '--passWithNoTests',
      // On two cores vitest would take one; tests of clusters, ssh and kills mostly wait.
      `--maxWorkers=${display === undefined ? Math.max(3, availableParallelism() - 1) : 1}`,
      '--reporter=default',
      '--reporter=json',
      `--outputFile.json=${report}`,
      ...args,
    ]
    const screen =
      display !== undefined && process.platform === 'linux'
        ? ['xvfb-run', '-a', '-n', String(display), '-s', '-screen 0 1600x1000x24']
        : []
    const [program, ...rest] = [...screen, ...command]
    // What was built loads faster than the sources do: test/entries.ts.
    const env = asNode(everything ? { GIVENS_TEST_BUILT: '1' } : {})
    const code = await hand(program, rest, { env })
    const counts = read(report)
    totals.passed += counts.passed
    totals.failed += counts.failed
    totals.skipped += counts.skipped
    const none = counts.passed + counts.failed === 0
    if (code !== 0 || (none && everything)) broken = true
    const unexplained = code !== 0 && counts.failed === 0 ? ` (exit code ${code})` : ''
    note(
      name,
      `${counts.passed} passed, ${counts.failed} failed${unexplained}${none ? ': no test ran' : ''}`,
      started,
    )
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

// A file that could not even be loaded has no tests in the report; it counts as one failed test.
function read(report) {
  let json
  try {
    json = JSON.parse(readFileSync(report, 'utf8'))
  } catch (error) {
    if (error.code !== 'ENOENT' && !(error instanceof SyntaxError)) throw error
    return { passed: 0, failed: 1, skipped: 0 }
  }
  const unloaded = json.testResults.filter(
    ({ status, assertionResults }) => status === 'failed' && assertionResults.length === 0,
  )
  return {
    passed: json.numPassedTests,
    failed: json.numFailedTests + unloaded.length,
    skipped: json.numPendingTests + (json.numTodoTests ?? 0),
  }
}

function note(name, result, started) {
  summary.push(`${name}: ${result} (${duration((Date.now() - started) / 1000)})`)
}

function oracleTests() {
  return readdirSync(join(ROOT, 'test'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.test.ts'))
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
    .filter((file) => /from ['"](\.{1,2}\/)+oracle\.ts['"]/.test(readFileSync(file, 'utf8')))
    .filter((file) => hasRecordings(file))
    .map((file) => relative(ROOT, file))
}

/** Whether the folder of oracles, which may hold some of the files alone, has all that a test reads. */
function hasRecordings(file) {
  const folder = process.env.ORACLES
  if (!folder) return true
  const known = recordings(join(ROOT, 'test', 'oracles'))
  const there = new Set(recordings(folder))
  const read = [...readFileSync(file, 'utf8').matchAll(/\('(\w+)'\)/g)].map(([, name]) => name)
  const missing = read.filter((name) => known.includes(name) && !there.has(name))
  if (missing.length > 0)
    say(`${relative(ROOT, file)}: left out, ${folder} has no ${[...new Set(missing)].join(', ')}.json`)
  return missing.length === 0
}

function recordings(folder) {
  return readdirSync(folder).flatMap((name) => (name.endsWith('.json') ? [name.slice(0, -5)] : []))
}
