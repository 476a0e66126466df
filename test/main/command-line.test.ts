import { expect, it, vi } from 'vitest'

vi.mock('electron', () => ({ app: {}, utilityProcess: {} }))
const { commandLine } = await import('../../src/main/command-line.ts')

it('takes what follows “-- lab” for the words of the command line', () => {
  expect(commandLine(['program', '--no-zygote', '--', 'lab', 'runs', 'list', '--', 'x'])).toEqual([
    'runs',
    'list',
    '--',
    'x',
  ])
  expect(commandLine(['program', '--', 'lab'])).toEqual([])
})

it('opens the window for anything else, a bundle of that name included', () => {
  expect(commandLine(['program'])).toBeNull()
  expect(commandLine(['program', 'lab'])).toBeNull()
  expect(commandLine(['program', '--', 'study.givens'])).toBeNull()
  expect(commandLine(['program', '--'])).toBeNull()
})
