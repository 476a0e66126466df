import { afterEach, describe, expect, it, vi } from 'vitest'
import { OWN_STUDY } from '../fakes/fake-lab.ts'
import { mountApp } from './mount.ts'
import type { Mounted } from './mount.ts'

let open: Mounted | null = null
async function at(...input: Parameters<typeof mountApp>): Promise<Mounted> {
  open = await mountApp(...input)
  return open
}
afterEach(() => {
  open?.window.unmount()
  vi.restoreAllMocks()
})

describe('studies', () => {
  it('tell a first-time user what to do', async () => {
    const { window } = await at('/studies')
    expect(window.text()).toContain('New here? Begin with this')
    expect(window.text()).toContain('None yet.')
  })
  it('start only after the count and the time are shown', async () => {
    const { window, lab, settle, router } = await at('/studies')
    await window.get('.quick .button.primary').trigger('click')
    expect(window.get('dialog.start button[type=submit]').attributes('disabled')).toBeDefined()
    await settle()
    expect(window.get('dialog.start').text()).toContain('about 9 min')
    await window.get('dialog.start form').trigger('submit')
    await settle()
    expect(lab.calls.find((call) => call.method === 'studies/start')?.input).toEqual({
      id: 'quick-start',
      backend: 'auto',
    })
    expect(router.currentRoute.value.fullPath).toBe('/runs?study=quick-start')
  })
  it('show both forms of a preset on one card, and where a study without runs is answered', async () => {
    const { window } = await at('/studies')
    const card = (title: string) =>
      window.findAll('.card').find((each) => each.get('h3').text().startsWith(title))
    await vi.waitFor(() => expect(card('Figure 3')?.text()).toContain('4,800 runs'), { timeout: 5000 })
    expect(card('Figure 3')?.text()).toContain('168 runs')
    expect(card('Figure 3')?.findAll('button[aria-label^=Start]')).toHaveLength(2)
    const details = card('Figure 3')?.get('details')
    if (details) details.element.setAttribute('open', '')
    await details?.trigger('toggle')
    expect(card('Figure 3')?.text()).toContain('at the first 16 of the first batch’s 128 examples')
    for (const [title, page] of [
      ['Figure 5', '/laboratory'],
      ['Appendix A', '/model'],
      ['Appendix F', '/laboratory'],
    ]) {
      expect(card(title)?.find('button[aria-label^=Start]').exists()).toBe(false)
      expect(card(title)?.get('a.button').attributes('href')).toBe(page)
    }
  })
})

describe('the notice bar', () => {
  it('says when runs use the slow backend, and where to look', async () => {
    const { window } = await at('/studies', { native: false })
    expect(window.get('.notice').text()).toContain('The native engine is missing')
  })
  it('says that a dead lab is started again, and what becomes of its runs', async () => {
    const { window, labState, settle } = await at('/studies')
    labState({ kind: 'restarting', reason: 'The lab’s process ended unexpectedly (code 9).' })
    await settle()
    expect(window.get('.notice').text()).toContain('go on from their last checkpoint')
  })
})

describe('compare', () => {
  it('shows mean ± std (n), best of a density bold, of all underlined, incomplete marked', async () => {
    const { window, lab } = await at(`/compare?study=${OWN_STUDY.id}`, { begun: [OWN_STUDY] })
    const rows = window.findAll('.compare tbody tr')
    expect(rows).toHaveLength(9)
    expect(rows[0].get('.value').text()).toMatch(/^\d+\.\d\d ± \d+\.\d\d$/)
    expect(window.findAll('.bold')).toHaveLength(3)
    expect(window.findAll('.underlined')).toHaveLength(1)
    const finished = lab.rows.filter(
      (row) => row.group === lab.rows[5].group && row.status === 'finished',
    ).length
    expect(rows[1].text()).toContain(`${finished} of 5`)
    expect(window.text()).toContain('Bold: best among the schemes')
  })
  it('exports what is on the screen, without naming a file', async () => {
    const { command, exported, settle, window } = await at(`/compare?study=${OWN_STUDY.id}`, {
      begun: [OWN_STUDY],
    })
    await window.findAll('.segmented.tall button')[2].trigger('click')
    command('export')
    await settle()
    expect(exported).toEqual([
      {
        request: {
          what: 'groups',
          format: 'csv',
          study: OWN_STUDY.id,
          metric: 'test.accuracy',
          at: 'best-validation',
        },
        name: `${OWN_STUDY.id}-test.accuracy-best-validation`,
      },
    ])
    expect(window.text()).toContain('3 rows written to table.csv')
  })
})

describe('the editor', () => {
  it('counts while one types, shows problems in place, sends a study that a port can carry', async () => {
    const { window, lab, settle } = await at(`/studies/new?from=${OWN_STUDY.id}`, { begun: [OWN_STUDY] })
    expect(window.get('.summary').text()).toContain('Runs45')
    await window.get('#seeds').setValue('1-2')
    expect(window.get('.summary').text()).toContain('Runs18')
    // Fields are chips; those who want it write them.
    expect(window.get('.axis .setting').text()).toContain('Weight scheme')
    const asText = window.findAll('.axis label').find((label) => label.text() === 'As text')
    await asText?.get('input').setValue(true)
    await window.get('input[aria-label="What point 1 sets"]').setValue('initialization.scheme=eio')
    expect(window.get('.axis').text()).toContain('eoi')
    expect(window.get('.summary .primary').attributes('disabled')).toBeDefined()
    await window.get('input[aria-label="What point 1 sets"]').setValue('initialization.scheme=base')
    await window.get('.summary .primary').trigger('click')
    await settle()
    const saved = lab.calls.find((call) => call.method === 'studies/save')?.input
    expect(saved).toMatchObject({ study: { seeds: [1, 2], base: OWN_STUDY.base } })
    expect(lab.calls.some((call) => call.method === 'studies/start')).toBe(true)
  })
  it('forgets the draft of a study that was saved', async () => {
    const { window, settle } = await at('/studies/new')
    await window.get('#title').setValue('A question')
    expect(localStorage.getItem('study.draft')).toContain('A question')
    await window.get('.summary .button:not(.primary)').trigger('click')
    await settle()
    expect(localStorage.getItem('study.draft')).toBeNull()
  })
})

describe('a run', () => {
  it('grows its curve by what the lab pushes and drops what it has', async () => {
    const { window, lab, settle } = await at('/runs/1', { begun: [OWN_STUDY] })
    const label = (): string => window.get('canvas').attributes('aria-label') ?? ''
    const before = Number(/Training: (\d+) points/.exec(label())?.[1])
    const point = (step: number) => ({
      step,
      epoch: 9,
      wall: 1,
      phase: 'train' as const,
      name: 'loss',
      value: 0.5,
    })
    lab.emit('run/metrics', { run: 1, points: [point(1), point(90_001), point(90_002)] })
    await settle()
    expect(label()).toContain(`Training: ${before + 2} points`)
  })
  it('says what failed', async () => {
    const { window, lab } = await at('/runs/13', { begun: [OWN_STUDY] })
    expect(lab.rows[12].status).toBe('failed')
    expect(window.get('[role=alert]').text()).toContain('ends after 4,096 bytes')
  })
  it('has tags and a note, which are changed where they stand', async () => {
    const { window, lab, settle } = await at('/runs/1', { begun: [OWN_STUDY] })
    await window.get('[title="Change the tags"]').trigger('click')
    await window.get('[aria-label^="Tags of the run"]').setValue('good, , check ,good')
    await window.get('[aria-label^="Tags of the run"]').trigger('keydown', { key: 'Enter' })
    await settle()
    const asked = lab.calls.findLast((call) => call.method === 'runs/annotate')
    expect(asked?.input).toEqual({ ids: [1], tags: ['good', 'check'] })
    expect(window.get('[title="Change the tags"]').text()).toBe('good, check')
  })
  it('shows a layer then and now, of this run or another, and writes its picture', async () => {
    const { window, lab, settle, exported } = await at('/runs/1', { begun: [OWN_STUDY] })
    await window.findAll('[role=tab]')[1].trigger('click')
    await window.get('button.open').trigger('click')
    await settle()
    const asked = () => lab.calls.filter(({ method }) => method === 'runs/layer').map(({ input }) => input)
    const layer = window.get('button.open').text()
    expect(asked()).toEqual([
      { run: 1, layer, step: 0 },
      { run: 1, layer },
    ])
    const [then, now] = window.findAll('.layer article')
    expect(then.text()).toContain('as initialized')
    expect(now.text()).toContain('after step 100')
    await now.get('input[type=range]').setValue('1')
    await settle()
    await now.get('select').setValue('2')
    await settle()
    expect(asked().slice(2)).toEqual([
      { run: 1, layer, step: 50 },
      { run: 2, layer },
    ])
    expect(window.get('.layer canvas[aria-label*="run 2"]').attributes('aria-label')).toContain(layer)
    await now
      .findAll('button')
      .find((each) => each.text() === 'PNG')
      ?.trigger('click')
    expect(exported.at(-1)?.request).toEqual({ what: 'layer', format: 'png', runs: [2], layer, step: 100 })
  })
  it('marks the fields that differ from their defaults', async () => {
    const { window } = await at('/runs/1', { begun: [OWN_STUDY] })
    await window.findAll('[role=tab]')[3].trigger('click')
    const differing = window.findAll('dd.strong').map((each) => each.text())
    expect(differing).toEqual(expect.arrayContaining(['0.03', 'erk', '4']))
    expect(differing).not.toContain('tanh')
  })
})

describe('runs', () => {
  it('archives what is chosen, and brings it back', async () => {
    const { window, lab, settle } = await at('/runs', { begun: [OWN_STUDY] })
    expect(window.text()).toContain('45 runs')
    await window.get('input[aria-label="Select all runs shown"]').trigger('change')
    const button = (text: string) => window.findAll('button').find((each) => each.text() === text)
    await button('Archive')?.trigger('click')
    await settle()
    expect(lab.rows.every((row) => row.archived)).toBe(true)
    await vi.waitFor(() => expect(window.text()).toContain('All runs are archived'))
    await button('Undo')?.trigger('click')
    await settle()
    expect(lab.rows.some((row) => row.archived)).toBe(false)
    await vi.waitFor(() => expect(window.get('h1 + p').text()).toContain('45 runs'))
  })
})
