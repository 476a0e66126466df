/** What lies above all pages: queue, export, bundles, tour; and what is told before a study starts. */
import { afterEach, describe, expect, it, vi } from 'vitest'
import { dataNeeds, missingData } from '../../src/renderer/components/study/needs.ts'
import { draftOf, studyOf } from '../../src/renderer/components/study/draft.ts'
import { reusedText } from '../../src/renderer/components/study/text.ts'
import { exportRequest, offersAt } from '../../src/renderer/components/export/offers.ts'
import { placeOf } from '../../src/renderer/components/export/place.ts'
import { EXPORT_FORMATS } from '../../src/shared/contract/lab.ts'
import { parseShellInput } from '../../src/main/shell.ts'
import { appendixJ } from '../../src/shared/studies/appendix-j.ts'
import { fakeData } from '../fakes/fake-data.ts'
import { OWN_STUDY } from '../fakes/fake-lab.ts'
import { mountApp } from './mount.ts'
import type { Mounted } from './mount.ts'

vi.mock('electron', () => ({ ipcMain: {} }))

let open: Mounted | null = null
async function at(...input: Parameters<typeof mountApp>): Promise<Mounted> {
  open = await mountApp(...input)
  return open
}
afterEach(() => {
  open?.window.unmount()
  open = null
  vi.restoreAllMocks()
})

describe('the export', () => {
  const place = placeOf({ path: '/compare', query: { study: 'a', metric: 'validation.loss', at: 'last' } })
  it('takes study, runs, metric and moment from the address', () => {
    expect(place).toEqual({ study: 'a', runs: null, metric: 'validation.loss', at: 'last' })
    expect(placeOf({ path: '/runs/7', query: {} })).toMatchObject({ study: null, runs: [7] })
    expect(placeOf({ path: '/compare', query: { runs: '3,x,4' } }).runs).toEqual([3, 4])
    expect(offersAt(placeOf({ path: '/settings', query: {} }))).toEqual([])
  })
  it('offers every form that the lab writes, and every offer passes the gate of the shell', () => {
    const forms = new Set<string>()
    const one = { ...place, runs: [7] }
    for (const offer of offersAt(one)) {
      for (const format of offer.formats) {
        forms.add(format)
        const known = EXPORT_FORMATS.find((each) => each === format)
        if (known)
          expect(() => parseShellInput('shell/export', exportRequest(one, offer.id, known))).not.toThrow()
      }
    }
    expect([...forms].sort()).toEqual([...EXPORT_FORMATS, 'bundle', 'onnx', 'npz', 'safetensors'].sort())
  })
  it('writes what is chosen in the dialog', async () => {
    const { window, command, exported, settle } = await at(`/runs?study=${OWN_STUDY.id}`, {
      begun: [OWN_STUDY],
    })
    command('export/choose')
    await settle()
    const dialog = window.get('dialog.export')
    expect(dialog.text()).toContain('45 runs')
    await dialog.get('select').setValue('figure:pareto')
    await dialog.get('input[value=pdf]').setValue(true)
    await dialog.get('form').trigger('submit')
    await settle()
    expect(exported).toHaveLength(1)
    expect(exported[0]).toMatchObject({
      request: { what: 'figure', figure: 'pareto', format: 'pdf', metric: 'test.accuracy' },
      name: `${OWN_STUDY.id}-pareto`,
    })
    expect(exported[0].request.runs).toHaveLength(45)
  })
})

describe('the queue', () => {
  it('is ordered by keyboard, with priorities, and retries what failed', async () => {
    const { window, lab, command, settle } = await at('/studies', { begun: [OWN_STUDY] })
    for (const row of lab.rows.slice(20, 24)) lab.rows[row.id - 1] = { ...row, status: 'queued' }
    command('queue/panel')
    await settle()
    const order = () => window.findAll('[data-run]').map((line) => Number(line.attributes('data-run')))
    const before = order()
    expect(before.length).toBeGreaterThanOrEqual(4)
    await window
      .get(`[data-run="${before[0]}"] .handle`)
      .trigger('keydown', { key: 'ArrowDown', altKey: true })
    await settle()
    expect(order()).toEqual([before[1], before[0], ...before.slice(2)])
    await window.get(`[data-run="${before[0]}"] .handle`).trigger('keydown', { key: 'End', altKey: true })
    await settle()
    expect(order().at(-1)).toBe(before[0])
    await window.get(`select[aria-label="Priority of run ${before[0]}"]`).setValue('high')
    await settle()
    expect(order()[0]).toBe(before[0])
    const failed = lab.rows.filter((row) => row.status === 'failed').map((row) => row.id)
    await window
      .findAll('button')
      .find((button) => button.text().startsWith('Retry'))
      ?.trigger('click')
    await settle()
    expect(lab.calls.find((call) => call.method === 'runs/retry')?.input).toEqual({ ids: failed })
  })
})

describe('the window', () => {
  it('says where a file may be dropped, and brings it in', async () => {
    const { window, dropped, settle, router } = await at('/studies')
    const drag = (type: string) => {
      const event = new Event(type, { bubbles: true, cancelable: true })
      Object.assign(event, {
        dataTransfer: { types: ['Files'], files: [new File(['x'], 'a.givens')], dropEffect: 'none' },
      })
      document.dispatchEvent(event)
      return event
    }
    drag('dragenter')
    await settle()
    expect(window.text()).toContain('Drop to import')
    expect(drag('dragover').defaultPrevented).toBe(true)
    drag('drop')
    await settle()
    expect(dropped).toEqual(['a.givens'])
    expect(window.text()).not.toContain('Drop to import')
    expect(router.currentRoute.value.fullPath).toBe('/compare?study=quick-start')
  })
  it('takes a dropped model for one, and shows it', async () => {
    const { window, dropped, settle, router } = await at('/studies')
    const event = new Event('drop', { bubbles: true, cancelable: true })
    const files = [new File(['x'], 'Narrow.ONNX')]
    Object.assign(event, { dataTransfer: { types: ['Files'], files, dropEffect: 'none' } })
    document.dispatchEvent(event)
    await settle()
    expect(dropped).toEqual(['Narrow.ONNX'])
    expect(router.currentRoute.value.fullPath).toBe('/model?model=own:narrow-resnet')
    expect(window.text()).toContain('own:narrow-resnet: 48 layers, 75130 parameters')
  })
  it('goes where a notification leads', async () => {
    const { go, settle, router } = await at('/studies', { begun: [OWN_STUDY] })
    go('/runs/3')
    await settle()
    expect(router.currentRoute.value.path).toBe('/runs/3')
    go('https://example.org')
    await settle()
    expect(router.currentRoute.value.path).toBe('/runs/3')
  })
  it('shows the tour on sample results, step by step, and lets it be left', async () => {
    const { window, lab, command, settle, router } = await at('/settings', { begun: [OWN_STUDY] })
    command('help/tour')
    await settle()
    expect(lab.calls.find((call) => call.method === 'bundle/import')?.input).toEqual({ sample: true })
    expect(window.get('.tour').text()).toContain('1 of 5')
    await window.get('.tour .primary').trigger('click')
    await settle()
    expect(router.currentRoute.value.fullPath).toBe('/runs?study=quick-start')
    await window.get('.tour .quiet').trigger('click')
    expect(window.find('.tour').exists()).toBe(false)
  })
})

describe('before a study starts', () => {
  const entries = fakeData()['data/list']({})
  it('it is told which data are missing and what to do', () => {
    expect(missingData(appendixJ.study, entries)).toContain('data.path')
    const pointed = { ...appendixJ.study, base: { data: { name: 'image-folder' as const, path: '/images' } } }
    expect(missingData(pointed, entries)).toBeNull()
    expect(dataNeeds(OWN_STUDY, entries).map((need) => need.state)).toEqual(['here'])
    expect(
      dataNeeds({ ...OWN_STUDY, base: { data: { name: 'cifar-10' } } }, entries).map((need) => need.state),
    ).toEqual(['fetched'])
  })
  it('it cannot be started without them', async () => {
    const { window } = await at('/studies')
    await vi.waitFor(() => {
      const card = window.findAll('.card').find((each) => each.get('h3').text().startsWith('Appendix J'))
      const start = card?.get('button[aria-label^="Start Appendix J: ResNet"]')
      expect(start?.attributes('disabled')).toBeDefined()
      expect(card?.text()).toContain('needs data.path')
    })
  })
  it('says how many of its runs are reused', () => {
    expect(reusedText({ existing: 3, runs: 12 })).toBe('3 of 12 exist and are reused.')
    expect(reusedText({ existing: 1, runs: 12 })).toBe('1 of 12 exists and is reused.')
    expect(reusedText({ existing: 12, runs: 12 })).toContain('nothing new')
  })
  it('combinations can be left out, with the count at once', async () => {
    const { window } = await at(`/studies/new?from=${OWN_STUDY.id}`, { begun: [OWN_STUDY] })
    expect(window.get('.summary').text()).toContain('Runs45')
    await window
      .findAll('button')
      .find((button) => button.text() === 'Leave out a combination')
      ?.trigger('click')
    await window.get('section[aria-labelledby="left-out"] input[type=checkbox]').setValue(true)
    const line = window.get('input[aria-label="Combination 1 that is left out"]')
    await line.setValue('initialization.scheme=ai; sparsity.density=0.1')
    expect(window.get('.summary').text()).toContain('Runs40')
    await line.setValue('sparsity.densty=1')
    expect(window.get('.summary .primary').attributes('disabled')).toBeDefined()
    expect(window.text()).toContain('There is no field “sparsity.densty”')
  })
  it('what is left out comes back as it was', () => {
    const study = { ...OWN_STUDY, exclude: [{ 'sparsity.density': 0.1, 'initialization.scheme': 'ai' }] }
    expect(studyOf(draftOf(study)).study?.exclude).toEqual(study.exclude)
  })
})

describe('the palette', () => {
  it('finds commands, studies by their titles, and runs by number', async () => {
    const { window, command, settle, router } = await at('/settings', { begun: [OWN_STUDY] })
    command('palette')
    await settle()
    const search = window.get('[aria-label^="Find a command"]')
    await search.setValue(OWN_STUDY.title.slice(0, 9).toUpperCase())
    expect(window.get('#palette-list').text()).toContain(OWN_STUDY.title)
    await search.setValue('run 12')
    expect(window.get('#palette-list [aria-selected=true]').text()).toContain('Run 12')
    await search.trigger('keydown', { key: 'Enter' })
    await settle()
    expect(router.currentRoute.value.path).toBe('/runs/12')
  })

  it('finds fields, which a new study then varies, and lists the keys of tables', async () => {
    const { window, command, settle, router } = await at('/settings', { begun: [OWN_STUDY] })
    command('palette')
    await settle()
    const search = window.get('[aria-label^="Find a command"]')
    await search.setValue('training.weightdecay')
    expect(window.get('#palette-list [aria-selected=true]').text()).toContain('training.weightDecay')
    await search.trigger('keydown', { key: 'Enter' })
    await settle()
    expect(router.currentRoute.value.fullPath).toBe('/studies/new?vary=training.weightDecay')
    const chosen = window.findAll('select').map(({ element }) => element.value)
    expect(chosen).toContain('training.weightDecay')
    command('help/shortcuts')
    await settle()
    expect(window.get('dialog.palette').text()).toContain('On a head: pin, hide its column')
  })
})
