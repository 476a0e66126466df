import { expect, it } from 'vitest'
import { METRICS_HEADER, readPoints } from '../../../src/lab/bundle/points.ts'

const header = `${METRICS_HEADER.join(',')}\n`
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)
function all(text: string, runs: number, stretch?: number): [number, string, number, number][] {
  const found: [number, string, number, number][] = []
  for (const { run, points } of readPoints(bytes(text), runs, 'x.givens', stretch))
    for (const { name, step, value } of points) found.push([run, name, step, value])
  return found
}

it('reads the same points however the file falls into stretches', () => {
  const rows = Array.from(
    { length: 40 },
    (_, index) => [index % 3, `λ${index % 5}`, index, index / 7] as const,
  )
  const text =
    header +
    rows.map(([run, name, step, value]) => `${run},train,${name},${step},0.5,1.25,${value}\n`).join('')
  for (const stretch of [1, 7, 64, 1 << 20]) expect(all(text, 3, stretch)).toEqual(rows)
  expect(all(text.trimEnd(), 3, 16)).toEqual(rows)
  expect(all(header, 0)).toEqual([])
})

it('keeps the points of a run together as they stand, none lost where runs change', () => {
  const lines = [
    '1,train,loss,0,0,0,NaN',
    '1,train,loss,1,0,0,2',
    '0,test,loss,0,0,0,3',
    '1,test,loss,0,0,0,4',
  ]
  const text = `${header}${lines.join('\n')}\n`
  const stretches = [...readPoints(bytes(text), 2, 'x.givens')].map(({ run, points }) => [run, points.length])
  expect(stretches).toEqual([
    [1, 2],
    [0, 1],
    [1, 1],
  ])
})

it.each([
  ['', 'another header'],
  ['run,phase\n', 'another header'],
  [`${header}0,train,loss,0,0,0,1\n2,train,loss,0,0,0,1\n`, 'line 3'],
  [`${header}0,train,loss,-1,0,0,1\n`, 'line 2'],
  [`${header}0,train,loss,0.5,0,0,1\n`, 'line 2'],
  [`${header}0,sleep,loss,0,0,0,1\n`, 'line 2'],
  [`${header}0,train,loss,0,0,0,\n`, 'line 2'],
  [`${header},train,loss,0,0,0,1\n`, 'line 2'],
  [`${header}0,train,loss,0,0,0\n`, 'line 2'],
])('refuses %j', (text, words) => {
  expect(() => all(text, 2)).toThrow(words)
})
