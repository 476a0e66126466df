/**
 * The real window on a large home: `window --home DIR [--repeat N] [--json FILE]`, on a built app and a
 * display (xvfb-run will do). Makes nothing: the home comes from `database --make-only`. Times are of a
 * start from nothing to rows on the screen, and of clicks to the second frame after them.
 */
import { writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import type { Page } from 'playwright-core'
import { openApp } from '../test/e2e/app.ts'
import { COMPARED } from './make-database.ts'
import { median } from './types.ts'

const { values: options } = parseArgs({
  options: {
    home: { type: 'string' },
    repeat: { type: 'string', default: '3' },
    json: { type: 'string' },
  },
})
/** Milliseconds (megabytes for `memory`) that each may take; null where none was set. */
const LIMITS = { rows: 3000, all: null, sort: 200, compare: 500, memory: 600 } as const
type Measured = Record<keyof typeof LIMITS, number>

/** Milliseconds in the page from a click on the nth of `selector` to the second frame after it. */
function clicked(page: Page, selector: string, nth: number): Promise<number> {
  return page.evaluate(`new Promise((done) => {
    const begun = performance.now()
    document.querySelectorAll(${JSON.stringify(selector)})[${nth}].click()
    requestAnimationFrame(() => requestAnimationFrame(() => done(performance.now() - begun)))
  })`)
}

/** Milliseconds in the page from an address to the first element that `selector` finds, drawn. */
function reached(page: Page, address: string, selector: string): Promise<number> {
  return page.evaluate(`new Promise((done) => {
    const begun = performance.now()
    location.hash = ${JSON.stringify(address)}
    const look = () => document.querySelector(${JSON.stringify(selector)})
      ? requestAnimationFrame(() => done(performance.now() - begun))
      : requestAnimationFrame(look)
    look()
  })`)
}

async function measure(home: string): Promise<Measured> {
  const begun = performance.now()
  const { app, page, close } = await openApp(home)
  try {
    await page.evaluate(`location.hash = '#/runs'`)
    await page.waitForSelector('.line')
    const rows = performance.now() - begun
    await page.locator('.titles p', { hasText: /^\s*[\d,]+ runs?\s*$/ }).waitFor()
    const all = performance.now() - begun
    const sorts: number[] = []
    const heads = await page.locator('.head .sort').count()
    for (let head = 0; head < heads; head++) sorts.push(await clicked(page, '.head .sort', head))
    const compare = await reached(page, `#/compare?study=${COMPARED}`, '.compare tbody tr')
    const memory = await app.evaluate(({ app: shell }) =>
      Math.max(
        ...shell
          .getAppMetrics()
          .filter(({ type }) => type === 'Tab')
          .map((metric) => metric.memory.workingSetSize / 1000),
      ),
    )
    return { rows, all, sort: Math.max(...sorts), compare, memory }
  } finally {
    await close(true)
  }
}

const { home } = options
if (home === undefined) throw new Error('--home names the folder of the database')
const rounds: Measured[] = []
for (let round = 0; round < Number(options.repeat); round++) rounds.push(await measure(home))
const names = Object.keys(LIMITS) as (keyof typeof LIMITS)[]
const table = names.map((what) => {
  const values = rounds.map((round) => round[what])
  return { what, median: median(values), worst: Math.max(...values), limit: LIMITS[what] }
})
for (const { what, median: middle, worst, limit } of table) {
  const unit = what === 'memory' ? 'MB' : 'ms'
  console.log(
    `${what.padEnd(8)} ${middle.toFixed(0).padStart(6)} ${unit}, worst ${worst.toFixed(0)}` +
      (limit === null ? '' : `, may be ${limit}`),
  )
}
if (options.json) writeFileSync(options.json, `${JSON.stringify(table, null, 2)}\n`)
if (table.some(({ median: middle, limit }) => limit !== null && middle > limit)) process.exitCode = 1
