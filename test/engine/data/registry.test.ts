import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, it, vi } from 'vitest'
import { archiveAddress, registryAddress } from '../../../src/engine/data/registry.ts'

afterEach(() => vi.unstubAllEnvs())

it('takes the registry of the environment, else of ~/.npmrc, else the usual one', () => {
  const folder = mkdtempSync(join(tmpdir(), 'givens-registry-'))
  expect(registryAddress({}, folder)).toMatch(/^https:.*\/$/)
  writeFileSync(join(folder, '.npmrc'), 'fund=false\nregistry = https://mirror.example/npm\n')
  expect(registryAddress({}, folder)).toBe('https://mirror.example/npm/')
  expect(registryAddress({ npm_config_registry: 'https://other.example/' }, folder)).toBe(
    'https://other.example/',
  )
  rmSync(folder, { recursive: true })
})

it('asks the registry itself where there is no npm', async () => {
  const server = createServer((request, response) => {
    if (request.url === '/@scope/some-data/1.2.3')
      response.end(JSON.stringify({ dist: { tarball: 'https://files.example/some-data.tgz' } }))
    else response.writeHead(404).end()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  vi.stubEnv('npm_config_registry', `http://127.0.0.1:${(server.address() as AddressInfo).port}`)
  vi.stubEnv('PATH', '')
  const { signal } = new AbortController()
  expect(await archiveAddress('@scope/some-data@1.2.3', signal)).toBe('https://files.example/some-data.tgz')
  await expect(archiveAddress('nothing@1.0.0', signal)).rejects.toThrow('404')
  server.close()
})
