import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { CLEAR_LINE, harmless } from '../../src/cli/io.ts'

test('what titles and paths hold commands the terminal nothing; the program’s own line does', () => {
  expect(harmless('a\u001b[31mred\u0007\tb\r\n\u009b2J')).toBe('a\\x1b[31mred\\x07\tb\\x0d\n\\x9b2J')
  expect(harmless(`${CLEAR_LINE}title \u001b]0;x`)).toBe(`${CLEAR_LINE}title \\x1b]0;x`)
})

test('a reader that leaves early ends the command quietly', async () => {
  const entry = join(import.meta.dirname, '../../src/cli/index.ts')
  const command = spawn(process.execPath, [entry, 'study', '--help'])
  command.stdout.destroy()
  let said = ''
  command.stderr.on('data', (piece: Buffer) => (said += piece.toString()))
  const [code] = (await once(command, 'close')) as [number]
  expect(said).toBe('')
  expect(code).toBe(0)
})
