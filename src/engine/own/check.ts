/** Tries a method on several cases and says what it found: the same for every kind. */
import { BenchError } from '../../shared/contract/errors.ts'
import type { MethodCheckRow } from '../../shared/contract/methods.ts'
import { flatSettings } from '../../shared/methods/settings.ts'
import { Stream } from '../rng.ts'
import type { CheckCase, CheckTools } from './check-case.ts'
import { distributionCases } from './check-distribution.ts'
import { dynamicCases } from './check-dynamic.ts'
import { schemeCases } from './check-scheme.ts'
import type { OwnMethod } from './method.ts'
import type { OwnSettings } from './types.ts'

/** The default of every setting. */
export function defaultSettings({ about }: OwnMethod): OwnSettings {
  return Object.fromEntries(
    [...flatSettings(about.descriptor.settings)].map(([name, setting]) => [name, setting.default]),
  )
}

function same(a: readonly ArrayLike<number>[], b: readonly ArrayLike<number>[]): boolean {
  return (
    a.length === b.length &&
    a.every(
      (left, k) => left.length === b[k].length && Array.from(left).every((x, i) => Object.is(x, b[k][i])),
    )
  )
}

function casesOf(method: OwnMethod, settings: OwnSettings, tools: CheckTools): CheckCase[] {
  switch (method.about.descriptor.kind) {
    case 'scheme':
      return schemeCases(method, settings)
    case 'distribution':
      return distributionCases(method, settings, tools)
    case 'dynamic':
      return dynamicCases(method, settings)
  }
}

async function rowOf({ name, asked, run }: CheckCase, { now }: CheckTools): Promise<MethodCheckRow> {
  const row = { case: name, asked, reached: null, residual: null, repeats: null, seconds: null, note: '' }
  try {
    const stream = (): Stream => Stream.root(1).split('check')
    const began = now()
    const first = await run(stream())
    const seconds = (now() - began) / 1000
    const second = await run(stream())
    const repeats = same(first.numbers, second.numbers)
    const { reached, residual, note } = first
    const problem = repeats
      ? null
      : 'the same seed gives other numbers: draw from the random numbers that the method is given'
    return { ...row, reached, residual, repeats, seconds, note, problem }
  } catch (error) {
    if (!(error instanceof BenchError) || error.code === 'cancelled' || error.code === 'unavailable')
      throw error
    return { ...row, problem: error.message }
  }
}

/**
 * Calls the method on every case with its default settings, twice each. Errors of the method are the rows'
 * problems; a host that had to be ended ends the check, and the cases that are left are not tried.
 */
export async function checkMethod(method: OwnMethod, tools: CheckTools): Promise<MethodCheckRow[]> {
  const cases = casesOf(method, defaultSettings(method), tools)
  const rows: MethodCheckRow[] = []
  for (const [index, each] of cases.entries()) {
    await tools.check?.()
    rows.push(await rowOf(each, tools))
    tools.onProgress?.((index + 1) / cases.length)
    if (method.host.ended) break
  }
  return rows
}
