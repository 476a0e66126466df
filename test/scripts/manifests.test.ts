import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'

const ROOT = join(import.meta.dirname, '..', '..')
const json = (...path: string[]) => JSON.parse(readFileSync(join(ROOT, ...path), 'utf8'))

interface Wheel {
  name: string
  version: string
  sha256: string
  bytes: number
  take: string[]
  unpackedBytes: number
}

it('pins every wheel of the native engine by size and SHA-256', () => {
  const { variants } = json('resources', 'tensorflow.json') as { variants: Record<string, Wheel[]> }
  expect(Object.keys(variants)).toEqual(['cpu', 'cuda'])
  for (const wheel of Object.values(variants).flat()) {
    expect(wheel.sha256, wheel.name).toMatch(/^[0-9a-f]{64}$/)
    expect(wheel.version, wheel.name).toMatch(/^\d+(\.\d+)+$/)
    expect(wheel.bytes, wheel.name).toBeGreaterThan(1e6)
    expect(wheel.unpackedBytes, wheel.name).toBeGreaterThan(wheel.bytes)
    expect(wheel.take.length, wheel.name).toBeGreaterThan(0)
  }
})

it('runs on the Electron that it is developed with', () => {
  const electron = json('resources', 'electron.json')
  expect(electron.version).toBe(json('package.json').devDependencies.electron)
  for (const build of Object.values<{ version: string; integrity: string }>(electron.carried)) {
    expect(build.version).toBe(electron.version)
    expect(build.integrity).toMatch(/^sha512-[A-Za-z0-9+/]{86}==$/)
  }
})

it('names no registry in the lock file and runs no install scripts', () => {
  expect(readFileSync(join(ROOT, 'package-lock.json'), 'utf8')).not.toContain('"resolved": "http')
  expect(readFileSync(join(ROOT, '.npmrc'), 'utf8')).toMatch(/^ignore-scripts=true$/m)
})
