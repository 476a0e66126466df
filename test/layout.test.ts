// The tree of the house: every folder of src/ is a room of the import table, and test/ mirrors src/.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { expect, it } from 'vitest'

const ROOT = join(import.meta.dirname, '..')
const TABLE = join(ROOT, 'scripts', 'lint', 'rooms.mjs')
const OWN_FOLDERS = [
  'scripts',
  'e2e',
  'oracles',
  'fakes',
  'fixtures',
  'charts',
  'helpers',
  'support',
  'bench',
]

function files(folder: string, pattern: RegExp): string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => pattern.test(name))
    .map((name) => join(folder, name))
}

it('has a row in the import table for every room', async () => {
  const { ROOMS }: { ROOMS: Record<string, { rooms: string[] }> } = await import(TABLE)
  const folders = (path: string) =>
    readdirSync(join(ROOT, 'src', path), { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map((entry) => join(path, entry.name))
  for (const room of [...folders('.').filter((name) => name !== 'engine'), ...folders('engine')]) {
    expect(Object.keys(ROOMS), `src/${room} has no row in scripts/lint/rooms.mjs`).toContain(room)
  }
  // No row for a room that is not there, and no leave to import from one.
  for (const [room, { rooms }] of Object.entries(ROOMS)) {
    for (const name of [room, ...rooms]) {
      const there = [name, `${name}.ts`].some(
        (path) => existsSync(join(ROOT, 'src', path)) || existsSync(join(ROOT, path)),
      )
      expect(there, `${name} of the import table`).toBe(true)
    }
  }
})

it('mirrors src/ in test/', () => {
  for (const file of files('test', /\.test\.ts$/)) {
    const folder = relative('test', dirname(file))
    const top = folder.split('/')[0]
    if (folder === '' || OWN_FOLDERS.includes(top)) continue
    expect(existsSync(join(ROOT, 'src', folder)), `${file} mirrors src/${folder}`).toBe(true)
  }
})

it('keeps files within 400 lines (300 is a smell)', () => {
  const long = [...files('src', /\.(ts|vue)$/), ...files('scripts', /\.(mjs|cjs|py)$/)]
    .map((file) => ({ file, lines: readFileSync(join(ROOT, file), 'utf8').split('\n').length }))
    .filter(({ lines }) => lines > 401)
  expect(long).toEqual([])
})

it('is drawn in docs/architecture.md as it is', () => {
  const text = readFileSync(join(ROOT, 'docs', 'architecture.md'), 'utf8')
  const tree = /```\n(scripts\/[\s\S]*?)```/.exec(text)?.[1] ?? ''
  const drawn: string[] = []
  let parent = ''
  for (const line of tree.split('\n')) {
    const [, indent, name] = /^( *)((?:[a-z-]+\/)+)/.exec(line) ?? []
    if (!name) continue
    if (indent === '') parent = name
    drawn.push(indent === '' ? name : `${parent}${name}`)
  }
  const folders = (path: string): string[] =>
    readdirSync(join(ROOT, path), { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map((entry) => `${path}${entry.name}/`)
  const tops = folders('src/')
  const there = [...tops, ...tops.flatMap(folders)]
  expect(drawn.filter((path) => path.startsWith('src/')).sort()).toEqual(there.sort())
  for (const path of drawn) expect(existsSync(join(ROOT, path)), path).toBe(true)
})

it('names files that are there in CONTRIBUTING.md', () => {
  const text = readFileSync(join(ROOT, 'CONTRIBUTING.md'), 'utf8')
  const named = [...text.matchAll(/`((?:src|test|docs|resources)\/[^`\s]*)`|npm test -- ([^`\n#]*)/g)]
  const paths = named.flatMap(([, path, tests]) => (path ? [path] : tests.trim().split(/\s+/)))
  expect(paths.length).toBeGreaterThan(30)
  for (const path of paths) {
    // NAME and FAMILY stand for what is new; its folder is there.
    const known = /NAME|FAMILY/.test(path) ? path.slice(0, path.search(/[^/]*(NAME|FAMILY)/)) : path
    expect(existsSync(join(ROOT, known)), path).toBe(true)
  }
})
