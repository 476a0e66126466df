import { afterEach, describe, expect, it, vi } from 'vitest'
import { OWN_METHODS } from '../fakes/fake-methods.ts'
import { fieldOf } from '../../src/shared/spec/fields.ts'
import { mountApp } from './mount.ts'
import type { Mounted } from './mount.ts'

let open: Mounted | null = null
async function at(address: string, own = OWN_METHODS): Promise<Mounted> {
  open = await mountApp(address, { own })
  return open
}
afterEach(() => {
  open?.window.unmount()
  vi.restoreAllMocks()
})

function card({ window }: Mounted, name: string) {
  const found = window.findAll('.card').find((each) => each.get('code').text() === name)
  if (!found) throw new Error(`no card of ${name}`)
  return found
}
async function press(mounted: Mounted, name: string, label: RegExp): Promise<void> {
  const button = card(mounted, name)
    .findAll('button')
    .find((each) => label.test(each.text()))
  if (!button) throw new Error(`no button ${String(label)}`)
  await button.trigger('click')
  await mounted.settle()
}

describe('the Methods page', () => {
  it('leads the first method in', async () => {
    const { window } = await at('/methods', [])
    expect(window.text()).toContain('No method of your own yet')
    expect(window.text()).toContain('Add a method…')
    // And says what is built in.
    expect(window.text()).toContain('initialization.scheme')
    expect(window.findAll('code').map((each) => each.text())).toContain('eoi')
  })

  it('tells kind, settings, place and state of each', async () => {
    const mounted = await at('/methods')
    const spread = card(mounted, 'own:spread').text()
    for (const words of ['Weight scheme', 'Python', 'ready', 'initialization.scheme: own:spread', '3 runs'])
      expect(spread).toContain(words)
    expect(card(mounted, 'own:spread').get('.settings').text()).toMatch(/spread.*number, at least 0.*How far/)
    expect(card(mounted, 'own:theirs').text()).toContain('not allowed yet')
  })

  it('shows a text before it lets somebody else’s code be allowed', async () => {
    const mounted = await at('/methods')
    const theirs = card(mounted, 'own:theirs')
    const labels = () => theirs.findAll('button').map((each) => each.text())
    expect(labels()).not.toContain('Check')
    expect(labels()).not.toContain('Allow it to run…')
    await press(mounted, 'own:theirs', /Show text/)
    expect(theirs.get('pre').text()).toContain('# own:theirs')
    await press(mounted, 'own:theirs', /Allow it to run/)
    expect(mounted.trusted).toEqual(['own:theirs'])
  })

  it('checks, and says what is wrong case by case', async () => {
    const mounted = await at('/methods')
    await press(mounted, 'own:spread', /^Check/)
    const found = card(mounted, 'own:spread').get('.check').text()
    expect(found).toContain('1 of 2 cases are not in order')
    expect(found).toContain('spread.py, line 7: ValueError')
    expect(found).toContain('a word of its own')
  })

  it('removes, and says what becomes of its runs', async () => {
    const mounted = await at('/methods')
    await press(mounted, 'own:spread', /Remove/)
    expect(mounted.lab.calls.find(({ method }) => method === 'methods/remove')?.input).toEqual({
      name: 'own:spread',
    })
    expect(mounted.window.text()).toContain('Its runs keep the content')
  })

  it('takes a dropped method to the shell, which asks', async () => {
    const mounted = await at('/methods')
    const files = [new File([''], 'mine.py'), new File([''], 'x.givens')]
    const drop = new Event('drop') as DragEvent
    Object.defineProperty(drop, 'dataTransfer', { value: { types: ['Files'], files } })
    document.dispatchEvent(drop)
    await mounted.settle()
    expect(mounted.dropped).toEqual(['mine.py', 'x.givens'])
  })
})

describe('forms', () => {
  it('offer own methods and their settings beside the built-in ones', async () => {
    const { window } = await at('/studies/new')
    expect(fieldOf('initialization.scheme').choices).toContain('own:spread')
    expect(fieldOf('initialization.settings.spread')).toMatchObject({
      title: 'Spread',
      default: 1,
      minimum: 0,
    })
    const options = window.findAll('option').map((each) => each.text())
    expect(options.some((text) => text.includes('own:spread'))).toBe(true)
    const titles = () => window.findAll('.field label').map((each) => each.text())
    const choice = titles().indexOf('Weight scheme')
    // Its settings stand right beneath the choice, as long as it is chosen.
    expect(titles()).not.toContain('Spread')
    const chooser = window.findAll('div.field').find((each) => each.get('label').text() === 'Weight scheme')
    await chooser?.get('select').setValue('own:spread')
    expect(titles()[choice + 1]).toBe('Spread')
    await chooser?.get('select').setValue('eoi')
    expect(titles()).not.toContain('Spread')
  })
})
