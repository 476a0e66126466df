import { afterEach, expect, it, vi } from 'vitest'
import { dataNeeds } from '../../src/renderer/components/study/needs.ts'
import { isData } from '../../src/renderer/composables/useOwnDataDrop.ts'
import { mountApp } from './mount.ts'
import type { Mounted } from './mount.ts'

let open: Mounted | null = null
afterEach(() => {
  open?.window.unmount()
  vi.restoreAllMocks()
})

const own = ({ window }: Mounted) => window.get('.own')
const button = (mounted: Mounted, text: string) =>
  own(mounted)
    .findAll('button')
    .find((each) => each.text() === text)

it('looks into own data that the bench remembers, and shows features as a table', async () => {
  open = await mountApp('/data')
  expect(own(open).text()).toContain('/data/iris.csv')
  await button(open, 'Look into it')?.trigger('click')
  await open.settle()
  const call = open.lab.calls.find(({ method }) => method === 'data/samples')
  expect(call?.input).toMatchObject({ name: 'file', path: '/data/iris.csv' })
  expect(own(open).text()).toContain('In order')
  const rows = own(open)
    .findAll('.examples tbody tr')
    .map((row) => row.findAll('th, td').map((cell) => cell.text()))
  expect(rows).toEqual([
    ['setosa', '5', '1.23457'],
    ['virginica', '7', '6.5'],
  ])
  expect(own(open).text()).toContain('3 more features not shown')
})

it('takes another label column, leads to a study on the data, and forgets them', async () => {
  open = await mountApp('/data')
  await own(open).get('input').setValue('species')
  await own(open).get('input').trigger('change')
  await open.settle()
  const relabelled = open.lab.calls.find(({ method }) => method === 'data/relabel')
  expect(relabelled?.input).toEqual({ path: '/data/iris.csv', label: 'species' })
  await button(open, 'Forget')?.trigger('click')
  await open.settle()
  expect(open.window.find('.own').exists()).toBe(false)
  open.window.unmount()
  open = await mountApp('/studies/new?data=/data/iris.csv&label=species')
  expect(open.window.text()).toContain('Own data: the file or folder of data.path')
})

it('leads from a text to a language model on it', async () => {
  open = await mountApp('/studies/new?data=/data/book.txt&form=text')
  expect(open.window.text()).toContain('the file of data.path')
  await vi.waitFor(() => {
    const asked = open?.lab.calls.findLast(({ method }) => method === 'studies/estimate')
    expect(asked?.input).toMatchObject({
      study: { base: { model: { name: 'gpt' }, data: { name: 'text', path: '/data/book.txt' } } },
    })
  })
})

it('shows the beginning of the text that the bench makes', async () => {
  open = await mountApp('/data')
  const button = open.window.findAll('button').find((each) => each.text() === 'Show its beginning')
  await button?.trigger('click')
  await open.settle()
  expect(open.window.get('pre').text()).toBe('anna has a red ball.')
})

it('tells data by their names when they are dropped', () => {
  expect(['a.npz', 'b.CSV', 'c.parquet', 'd.txt', 'folder'].map(isData)).toEqual(Array(5).fill(true))
  expect(['a.givens', 'b.onnx', 'c.json', 'd.py'].map(isData)).toEqual([false, false, false, false])
})

it('says before the start that own data need a file', () => {
  const need = (path: string) =>
    dataNeeds({ id: 'a', title: 'A', base: { data: { name: 'file', path } } }, [])[0]
  expect(need('/data/iris.csv').state).toBe('here')
  expect(need('').state).toBe('missing')
})
