import { lstatSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { writePieces } from '../../../src/lab/export/writer.ts'
import { temporaryFolder } from '../support.ts'

test('a link stays one, and its target is written', () => {
  const folder = temporaryFolder()
  writeFileSync(join(folder, 'real.tex'), 'old')
  symlinkSync('real.tex', join(folder, 'link.tex'))
  writePieces(join(folder, 'link.tex'), ['new'])
  expect(lstatSync(join(folder, 'link.tex')).isSymbolicLink()).toBe(true)
  expect(readFileSync(join(folder, 'real.tex'), 'utf8')).toBe('new')
})

test('a folder, a device, a file in the way and a name that is none are refused in plain words', () => {
  const folder = temporaryFolder()
  mkdirSync(join(folder, 'tables'))
  writeFileSync(join(folder, 'file'), '')
  const cases: [string, RegExp][] = [
    [join(folder, 'tables'), /is a folder; give the file a name in it/],
    ['/dev/null', /is a device or a pipe/],
    [join(folder, 'file', 'table.csv'), /a file is where a folder is wanted|a part of the path is a file/],
    [join(folder, 'a\0b'), /cannot hold the letter NUL/],
    [join(folder, 'n'.repeat(300)), /longer than the disk allows/],
  ]
  for (const [file, message] of cases) expect(() => writePieces(file, ['x']), file).toThrow(message)
  expect(readdirSync(folder).sort()).toEqual(['file', 'tables'])
})
