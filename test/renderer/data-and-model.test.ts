import { afterEach, describe, expect, it, vi } from 'vitest'
import { mountApp } from './mount.ts'
import type { Mounted } from './mount.ts'

let open: Mounted | null = null
async function at(address: string): Promise<Mounted> {
  open = await mountApp(address)
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
function button(mounted: Mounted, name: string, label: RegExp) {
  return card(mounted, name)
    .findAll('button')
    .find((each) => label.test(each.text()))
}

describe('the Data page', () => {
  it('says of every set whether it is here, how big, and how to get it', async () => {
    const mounted = await at('/data')
    expect(card(mounted, 'mnist').text()).toContain('here, 55.0 MB')
    expect(button(mounted, 'cifar-10', /Download, 139 MB/)).toBeDefined()
    expect(button(mounted, 'cifar-100', /Download/)).toBeUndefined()
    expect(card(mounted, 'cifar-100').text()).toContain('expected are the files of cifar-100')
    expect(button(mounted, 'cifar-100', /Use a folder/)).toBeDefined()
  })

  it('downloads, showing progress, which can be cancelled', async () => {
    const mounted = await at('/data')
    await button(mounted, 'cifar-10', /Download/)?.trigger('click')
    await mounted.settle()
    expect(mounted.lab.calls.find(({ method }) => method === 'data/get')?.input).toEqual({ name: 'cifar-10' })
    expect(mounted.window.text()).toContain('CIFAR-10 is here.')
  })

  it('checks a set and shows its images by class', async () => {
    const mounted = await at('/data')
    await button(mounted, 'mnist', /^Check/)?.trigger('click')
    await mounted.settle()
    expect(card(mounted, 'mnist').text()).toContain('54,000 training')
    await button(mounted, 'mnist', /Show images/)?.trigger('click')
    await mounted.settle()
    expect(card(mounted, 'mnist').findAll('img')).toHaveLength(20)
    expect(card(mounted, 'mnist').get('img').attributes('alt')).toBe('cat, image 1')
  })

  it('leaves everything as it is when the folder dialog is cancelled', async () => {
    const mounted = await at('/data')
    await button(mounted, 'cifar-100', /Use a folder/)?.trigger('click')
    await mounted.settle()
    expect(mounted.lab.calls.some(({ method }) => method === 'data/link')).toBe(false)
  })
})

describe('the Model page', () => {
  it('shows the picture and the layers at the density of the address', async () => {
    const { window, lab } = await at('/model?model=resnet&depth=32&density=0.05&distribution=erk&scheme=base')
    expect(lab.calls.find(({ method }) => method === 'model/show')?.input).toMatchObject({
      spec: { model: { name: 'resnet', depth: 32 }, sparsity: { distribution: 'erk', density: 0.05 } },
    })
    expect(window.get('.facts').text()).toContain('resnet-32 for 32 × 32 × 3')
    expect(window.findAll('.picture .count').map((each) => each.text())).toEqual(['× 5', '× 4', '× 4'])
    expect(window.text()).toContain('stage3.block5.conv2')
  })

  it('marks the layers of a box that is chosen with the keyboard', async () => {
    const { window, settle } = await at('/model?model=resnet')
    await window.findAll('.picture .box')[1].trigger('keydown', { key: 'Enter' })
    await settle()
    expect(window.findAll('tr.chosen .mono:first-child').map((each) => each.text())).toEqual([
      'stem.conv',
      'stem.norm',
      'stem.activation',
    ])
  })

  it('asks again when a choice changes, and says what is wrong', async () => {
    const { window, router, settle } = await at('/model?model=vgg')
    await window.findAll('.bar select')[4].setValue('uniform')
    await settle()
    expect(router.currentRoute.value.query['distribution']).toBe('uniform')
    await router.replace('/model?model=vgg&depth=12')
    await settle()
    expect(window.text()).toMatch(/11, 13, 16, 19/)
  })

  it('lists own models, tells where one comes from, and asks before it is removed', async () => {
    const { window, lab, settle } = await at('/model?model=own:narrow-resnet')
    expect(window.findAll('.bar optgroup option').map((each) => each.text())).toEqual(['own:narrow-resnet'])
    const shown = window.get('.own')
    expect(shown.text()).toMatch(/Narrow ResNet.*from narrow-resnet\.onnx, content ab12cd34ef56/)
    expect(shown.text()).toMatch(/3 runs of it, 2 runs of what the name meant before/)
    expect(shown.text()).toContain('Dropout is left out')
    // No data set is chosen: it is shown for its own input.
    const asked = lab.calls.find(({ method }) => method === 'model/show')?.input as { spec: object }
    expect(asked.spec).not.toHaveProperty('data')
    const [, remove] = shown.findAll('button')
    await remove.trigger('click')
    expect(remove.text()).toBe('Remove; runs keep it')
    expect(lab.calls.some(({ method }) => method === 'models/remove')).toBe(false)
    await remove.trigger('click')
    await settle()
    expect(lab.calls.find(({ method }) => method === 'models/remove')?.input).toEqual({
      name: 'own:narrow-resnet',
    })
  })
})
