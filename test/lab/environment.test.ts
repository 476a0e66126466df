/** What a run records of the sources and folders it was made from. */
import { execFileSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, expect, it } from 'vitest'
import { revisionOf } from '../../src/lab/environment.ts'
import { temporaryFolder } from './support.ts'

const PATH = process.env['PATH']
afterEach(() => {
  process.env['PATH'] = PATH
})
const hasGit = () => {
  try {
    execFileSync('git', ['--version'])
    return true
  } catch {
    return false
  }
}

it('is the commit, and of uncommitted changes their files and their hash', (context) => {
  if (!hasGit()) return context.skip('git is not on this machine')
  const folder = temporaryFolder()
  const who = ['-c', 'user.name=A', '-c', 'user.email=a@example.org']
  const git = (...words: string[]) =>
    execFileSync('git', ['-C', folder, ...who, ...words], { encoding: 'utf8' })
  git('init', '-q')
  mkdirSync(join(folder, 'sub'))
  writeFileSync(join(folder, 'sub', 'a b.txt'), 'one\n')
  git('add', '.')
  git('commit', '-qm', 'first')
  const clean = revisionOf(folder)
  expect(clean).toEqual({ commit: git('rev-parse', 'HEAD').trim(), changes: null })
  writeFileSync(join(folder, 'sub', 'a b.txt'), 'two\n')
  const changed = revisionOf(folder)
  expect(changed?.commit).toBe(`${clean?.commit}+`)
  expect(changed?.changes).toMatch(/^sub\/a b\.txt \(sha256 of the difference [0-9a-f]{64}\)$/)
  writeFileSync(join(folder, 'sub', 'a b.txt'), 'three\n')
  expect(revisionOf(folder)?.changes).not.toBe(changed?.changes)
})

it('is nothing without a repository, and without git', () => {
  const folder = temporaryFolder()
  expect(revisionOf(folder)).toBeNull()
  process.env['PATH'] = folder
  expect(revisionOf(join(import.meta.dirname, '..', '..'))).toBeNull()
})
