import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'

const ROOT = join(import.meta.dirname, '..', '..')

it('docs/engine-api.md says what the engine exports; else run scripts/api-page.mjs', async () => {
  const { apiPage, PAGE } = (await import(join(ROOT, 'scripts', 'api-page.mjs'))) as {
    apiPage: () => string
    PAGE: string
  }
  const page = apiPage()
  expect(readFileSync(join(ROOT, PAGE), 'utf8')).toBe(page)
  // Every export has a docblock or is a type whose fields tell.
  const bare = [...page.matchAll(/^### (\w+)\n\n\[.*\n\n```ts\n(?!interface|type)/gm)].map(
    (found) => found[1],
  )
  expect(bare).toEqual([])
})
