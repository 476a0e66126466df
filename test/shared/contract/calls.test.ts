// The table of calls: every method in it, its rights coherent, its input parsed with words for people.
import { expect, it } from 'vitest'
import { HANDLERS } from '../../../src/lab/handlers/index.ts'
import { CALLS, filesOf, parseCall, rightsOf } from '../../../src/shared/contract/calls/index.ts'

const calls = Object.entries(CALLS)

/** Names of the fields of an input; of each form, where it takes several. */
function fieldsOf(input: object): string[] {
  if ('shape' in input) return Object.keys(input.shape as object)
  return 'options' in input ? (input.options as object[]).flatMap(fieldsOf) : []
}

it('has a line for every handler and a handler for every line', () => {
  expect(Object.keys(CALLS).sort()).toEqual(Object.keys(HANDLERS).sort())
  for (const name of Object.keys(CALLS)) expect(name).toMatch(/^[a-z]+\/[a-z-]+$/)
})

it('lists every field that names a file to be written or taken', () => {
  for (const [name, { input, files }] of calls) {
    const fields = fieldsOf(input)
    expect(fields, name).toEqual(expect.arrayContaining(Object.keys(files)))
    // Paths of data lie on the lab's own computer.
    if (fields.includes('file')) expect(Object.keys(files), name).toContain('file')
  }
  expect(filesOf('predict/write')).toEqual({ input: 'taken', file: 'written' })
})

it('lets the page write no file, and nobody repeat what may not be done twice', () => {
  for (const [name, { files, page, reads, repeats }] of calls) {
    if (Object.values(files).includes('written')) expect(page, name).toBe(false)
    if (reads && page) expect(repeats, name).toBe(true)
  }
  for (const once of ['studies/start', 'runs/retry', 'queue/order', 'bundle/import', 'methods/add'])
    expect(rightsOf(once), once).toMatchObject({ reads: false, repeats: false })
  // Reading the table of runs and waiting for a download are asked again.
  for (const again of ['runs/query', 'runs/columns', 'data/get', 'queue/set'])
    expect(rightsOf(again).repeats, again).toBe(true)
  const nobody = { reads: false, repeats: false, page: false, remote: false }
  for (const unknown of ['no/such', 'constructor', '__proto__']) expect(rightsOf(unknown)).toEqual(nobody)
})

it('parses what came over a port: defaults, the first wrong place, unknown methods', () => {
  expect(parseCall('runs/query', {}).input).toEqual({ offset: 0, limit: 200 })
  expect(() => parseCall('runs/pause', { ids: [1, 0] })).toThrow(/^ids\.1: /)
  expect(() => parseCall('runs/get', { id: 1, more: 2 })).toThrow(/^input: /)
  expect(() => parseCall('constructor', {})).toThrow(/no method “constructor”\. Known: lab\/info, /)
})
