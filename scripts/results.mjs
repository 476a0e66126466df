// npm run results -- [--home DIR] [--out DIR] [STUDY …]: runs the reduced form of every preset study, one
// after the other, and writes the tables and figures of docs/results. What is finished already is reused, so
// that it may be interrupted and started again. Studies that are named are the only ones.
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { frontDoor, setUp } from './setup/index.mjs'
import { ROOT } from './setup/paths.mjs'
import { handToNode } from './setup/process.mjs'

/** Study → figures of it. Studies that train nothing write their own files. */
const TRAINED = {
  'quick-start': [],
  'equal-footing-reduced': ['pareto-operations', 'learning-curves'],
  'one-axis-reduced': ['price-of-sparsity', 'pareto', 'pareto-operations'],
  'one-axis-equal-cost-reduced': ['price-of-sparsity'],
  'table-1-reduced': ['layer-densities'],
  'table-2-reduced': [],
  'table-2-efficientnet-reduced': [],
  'table-3-reduced': [],
  'figure-3-reduced': ['singular-values'],
  'figure-3-training-reduced': ['learning-curves'],
  'eoi-start-reduced': [],
  'figure-13-reduced': ['price-of-sparsity', 'pareto', 'pareto-operations'],
  'appendix-g-reduced': ['learning-curves'],
  'appendix-i-reduced': ['pareto-operations'],
  'appendix-j-reduced': [],
  'audit-published-reduced': [],
}
/** Study → endings of its files. */
const MADE = {
  'figure-5-reduced': ['csv', 'tex', 'svg'],
  'appendix-a': ['csv', 'tex'],
  'appendix-f': ['svg'],
}
/** Studies some of whose runs stop by design, as the public code does: their tables are written too. */
const STOPS = ['audit-published-reduced']
const METRICS = { 'figure-3-reduced': 'initialization.jacobian-mean' }
const ENDINGS = { csv: 'csv', latex: 'tex', markdown: 'md' }

const { values, positionals } = parseArgs({
  options: { home: { type: 'string' }, out: { type: 'string', default: join(ROOT, 'docs', 'results') } },
  allowPositionals: true,
})
const known = [...Object.keys(TRAINED), ...Object.keys(MADE)]
const unknown = positionals.find((study) => !known.includes(study))
const wanted = positionals.length > 0 ? positionals : known

const lab = (...words) =>
  handToNode(
    join(ROOT, 'src', 'cli', 'index.ts'),
    [...(values.home ? ['--home', values.home] : []), ...words],
    {
      cwd: ROOT,
    },
  )

/** @returns whether every run of the study ended and every file was written */
async function produce(study) {
  const file = (ending, figure) => join(values.out, `${study}${figure ? `-${figure}` : ''}.${ending}`)
  if (study in MADE)
    return (
      (await lab('study', 'run', study, ...MADE[study].flatMap((ending) => ['--out', file(ending)]))) === 0
    )
  const metric = study in METRICS ? ['--metric', METRICS[study]] : []
  const code = await lab('study', 'run', study, ...metric)
  if (code !== 0 && !(code === 1 && STOPS.includes(study))) return false
  let whole = true
  for (const [format, ending] of Object.entries(ENDINGS)) {
    const table = ['export', '--study', study, '--what', 'groups', '--format', format, ...metric]
    if ((await lab(...table, '--out', file(ending))) !== 0) whole = false
  }
  for (const figure of TRAINED[study]) {
    const drawn = ['export', '--study', study, '--what', 'figure', '--figure', figure, '--format', 'svg']
    if ((await lab(...drawn, '--out', file('svg', figure))) !== 0) whole = false
  }
  return whole
}

await frontDoor(async () => {
  if (unknown !== undefined) {
    console.error(`There is no result “${unknown}”. Known: ${known.join(', ')}.`)
    return 2
  }
  await setUp({ retry: 'never' })
  mkdirSync(values.out, { recursive: true })
  const failed = []
  for (const study of wanted) {
    console.error(`\n${study}`)
    if (!(await produce(study))) failed.push(study)
  }
  if (failed.length > 0) console.error(`\nNot whole: ${failed.join(', ')}.`)
  return failed.length > 0 ? 1 : 0
})
