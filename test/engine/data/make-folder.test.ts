// Folders are made from the first that is missing on, and what cannot be made ends with the system's word.
import { existsSync, mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { makeFolder } from '../../../src/engine/data/make-folder.ts'

const root = mkdtempSync(join(tmpdir(), 'givens-folders-'))
afterAll(() => rmSync(root, { recursive: true }))

it('makes what is missing, with its mode, and leaves what is there', () => {
  const deep = join(root, 'a', 'b', 'c')
  makeFolder(deep, 0o700)
  makeFolder(deep, 0o755)
  expect(statSync(deep).mode & 0o777).toBe(0o700)
  symlinkSync(join(root, 'a'), join(root, 'link'))
  makeFolder(join(root, 'link', 'd'))
  expect(existsSync(join(root, 'a', 'd'))).toBe(true)
})

it('refuses a file, what is below one, and a link to nowhere', () => {
  const file = join(root, 'file')
  writeFileSync(file, '')
  expect(() => makeFolder(file)).toThrow(/EEXIST/)
  expect(() => makeFolder(join(file, 'a', 'b'))).toThrow(/ENOTDIR/)
  symlinkSync(join(root, 'nowhere'), join(root, 'dangling'))
  expect(() => makeFolder(join(root, 'dangling'))).toThrow(/EEXIST/)
  expect(() => makeFolder(join(root, 'dangling', 'a'))).toThrow()
})

// Node's own way of making folders never comes back from there.
it.skipIf(!existsSync('/proc/self'))('ends where a file system takes no folder', () => {
  expect(() => makeFolder('/proc/none/such')).toThrow(/ENOENT/)
})
