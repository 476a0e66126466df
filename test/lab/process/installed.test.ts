import { expect, it } from 'vitest'
import { carriedBinding, commandLineName, isInstalled } from '../../../src/lab/process/installed.ts'

it('tells an installed program from a checkout by the archive that it lies in', () => {
  const inside = '/usr/lib/givens-bench/resources/app.asar/out/main'
  expect(isInstalled(inside)).toBe(true)
  expect(commandLineName(inside)).toBe('givens-bench lab')
  expect(carriedBinding(inside)).toBe('/usr/lib/givens-bench/resources/tensorflow')
  expect(isInstalled('/home/somebody/app.asar.d/src')).toBe(false)
  expect(isInstalled()).toBe(false)
  expect(carriedBinding()).toBeNull()
  expect(commandLineName()).toBe('npm run -s lab --')
})
