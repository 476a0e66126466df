// Wrong options of the torture are told in a line, with what is allowed, and end with 2.
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { OptionProblem, readOptions } from '../../torture/options.ts'

const KNOWN = ['kills', 'files']
const read = (...words: string[]) => readOptions(words, KNOWN, 7)

it('reads what is right', () => {
  expect(read()).toEqual({ minutes: 10, seed: 7, only: KNOWN, round: null })
  expect(read('--minutes', '0.5', '--seed=3', '--only', 'files,', '--only', 'kills', '--round', '0')).toEqual(
    {
      ...{ minutes: 0.5, seed: 3, only: ['files', 'kills'], round: 0 },
    },
  )
})

it.each([
  [['--minutes', 'x'], /--minutes takes a number from 0, not “x”/],
  [['--minutes='], /--minutes takes a number/],
  [['--minutes=-1'], /--minutes takes a number from 0, not “-1”/],
  [['--minutes', 'Infinity'], /--minutes/],
  [['--seed', '1.5'], /--seed takes a whole number from 0, not “1.5”/],
  [['--seed'], /--seed/],
  [['--round', '-1'], /--round/],
  [['--only', 'kills,nothing'], /no trial “nothing”; known: kills, files/],
  [['--only', 'constructor'], /no trial “constructor”/],
  [['--bogus'], /--bogus/],
  [['stray'], /stray/],
])('%j is refused', (words, message) => {
  expect(() => read(...words)).toThrow(OptionProblem)
  expect(() => read(...words)).toThrow(message)
})

it('the command says so without a stack', () => {
  const entry = fileURLToPath(new URL('../../torture/index.ts', import.meta.url))
  const { status, stdout, stderr } = spawnSync(process.execPath, [entry, '--seed', 'one'], {
    env: { ...process.env, ELECTRON_RUN_AS_NODE: '1' },
    encoding: 'utf8',
  })
  expect(status).toBe(2)
  expect(stdout).toBe('')
  expect(stderr).toBe(
    'error: --seed takes a whole number from 0, not “one”\n' +
      'usage: torture [--minutes N] [--seed S] [--only NAME,…] [--round R]\n',
  )
})
