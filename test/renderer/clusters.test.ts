import { afterEach, describe, expect, it } from 'vitest'
import { parseCluster } from '../../src/shared/cluster/profile.ts'
import { OWN_STUDY } from '../fakes/fake-lab.ts'
import { mountApp } from './mount.ts'
import type { Mounted } from './mount.ts'

const CLUSTERS = [parseCluster({ name: 'near', partition: 'gpu', folder: '/shared' })]
let open: Mounted | null = null
async function at(address: string, clusters = CLUSTERS): Promise<Mounted> {
  open = await mountApp(address, { clusters, begun: [OWN_STUDY] })
  return open
}
afterEach(() => {
  open?.window.unmount()
})

function button({ window }: Mounted, label: RegExp) {
  const found = window
    .findAll('button')
    .find((each) => label.test(each.attributes('aria-label') ?? '') || label.test(each.text()))
  if (!found) throw new Error(`no button ${String(label)}`)
  return found
}

describe('clusters in the window', () => {
  it('are checked, changed and added in the settings', async () => {
    const mounted = await at('/settings')
    const { window, settle } = mounted
    expect(window.get('section[aria-labelledby="clusters"]').text()).toMatch(/near.*gpu/)
    await button(mounted, /^Check near$/).trigger('click')
    await settle()
    expect(window.text()).toContain('it does not start on node7')
    await button(mounted, /Add a cluster/).trigger('click')
    const form = window.get('form[aria-label="Cluster"]')
    await form.get('#cluster-name').setValue('far')
    await form.get('#cluster-folder').setValue('near')
    await form.trigger('submit')
    await settle()
    expect(window.text()).toContain('folder: a whole path, from / on')
    await form.get('#cluster-folder').setValue('/shared')
    await form.trigger('submit')
    await settle()
    expect(window.find('form[aria-label="Cluster"]').exists()).toBe(false)
  })

  it('are where a study may run', async () => {
    const mounted = await at('/studies')
    const { window, settle, lab } = mounted
    await button(mounted, /^(Start|Run)/).trigger('click')
    await settle()
    const choice = window.findAll('dialog select').find((each) => each.text().includes('this computer'))
    await choice?.setValue('near')
    await settle()
    // What would be sent, before it is.
    expect(window.get('#on-note').text()).toMatch(
      /2 runs in 2 tasks, 1 array. 30 min for a task: as asked for/,
    )
    await window.get('dialog form').trigger('submit')
    await settle()
    const [tried, sent] = lab.calls.filter(({ method }) => method === 'cluster/submit')
    expect(tried.input).toMatchObject({ cluster: 'near', dryRun: true })
    expect(sent.input).toMatchObject({ cluster: 'near', backend: 'auto' })
    expect(sent.input).not.toHaveProperty('dryRun')
  })

  it('without one the dialog is as it was', async () => {
    const mounted = await at('/studies', [])
    await button(mounted, /^(Start|Run)/).trigger('click')
    await mounted.settle()
    expect(mounted.window.find('dialog').text()).not.toContain('Run on')
  })
})
