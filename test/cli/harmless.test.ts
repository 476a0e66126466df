import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { CLEAR_LINE, harmless } from '../../src/cli/io.ts'
import { fakeStudy, temporaryFolder } from '../lab/support.ts'
import { lab } from './support.ts'
import { COMMAND_LINE } from '../entries.ts'

test('what titles and paths hold commands the terminal nothing; the program’s own line does', () => {
  expect(harmless('a\u001b[31mred\u0007\tb\r\n\u009b2J')).toBe('a\\x1b[31mred\\x07\tb\\x0d\n\\u009b2J')
  expect(harmless(`${CLEAR_LINE}title \u001b]0;x`)).toBe(`${CLEAR_LINE}title \\x1b]0;x`)
})

test('JSON stays JSON, and direction is not turned', () => {
  const text = JSON.stringify(['\u009b2J', '\u202eevil\u2066', '\u007f', '\u001b'])
  expect(harmless(text)).toBe('["\\u009b2J","\\u202eevil\\u2066","\\u007f","\\u001b"]')
  expect(JSON.parse(harmless(text))).toEqual(JSON.parse(text))
})

test('titles, labels, notes and names take one line of a table and of a message each', async () => {
  const home = temporaryFolder()
  const evil = 'a\n[9/9] run 1: finished\u001b[2K\tb\u202ec'
  const seen = 'a\\n[9/9] run 1: finished\\x1b[2K\\tb\\u202ec'
  const study = fakeStudy(['steps=2'], [1])
  const file = join(home, 'evil.json')
  writeFileSync(
    file,
    JSON.stringify({
      ...study,
      title: evil,
      axes: [{ name: evil, points: [{ label: evil, set: { 'training.learningRate': 0.5 } }] }],
    }),
  )
  const ran = await lab(home, ['study', 'run', file])
  expect(ran.code).toBe(0)
  const bundle = join(home, 'evil.givens')
  const said = [ran]
  for (const words of [
    ['study', 'list'],
    ['study', 'show', study.id],
    ['study', 'compare', study.id],
    ['runs'],
    ['verify'],
    ['queue', 'list'],
    ['bundle', 'export', '--study', study.id, '--out', bundle],
    ['bundle', 'import', bundle],
  ])
    said.push(await lab(home, words))
  const all = said.map(({ out, err }) => out + err).join('')
  expect(all.split(seen).length).toBeGreaterThan(8)
  expect(all).not.toMatch(/^\[9\/9\] run 1: finished/m)
  expect(all).not.toMatch(/[\u001b\u202e]/)
})

test('a reader that leaves early ends the command quietly', async () => {
  const command = spawn(process.execPath, [COMMAND_LINE, 'study', '--help'])
  command.stdout.destroy()
  let said = ''
  command.stderr.on('data', (piece: Buffer) => (said += piece.toString()))
  const [code] = (await once(command, 'close')) as [number]
  expect(said).toBe('')
  expect(code).toBe(0)
})
