import { describe, expect, it, vi } from 'vitest'
import { pathSeries, secondsText, timingSeries } from '../../src/renderer/components/laboratory/series.ts'
import {
  isSettings,
  problemOf,
  requestOf,
  STANDARD,
} from '../../src/renderer/components/laboratory/settings.ts'
import { FAKE_TIME } from '../fakes/fake-lab.ts'
import { fakeDrawing } from '../fakes/fake-drawing.ts'
import { mountApp } from './mount.ts'

describe('the Initialization lab', () => {
  it('draws the schemes side by side, and shows what one of them cannot do', async () => {
    const app = await mountApp('/laboratory')
    await app.settle()
    const titles = app.window.findAll('.card h2').map((title) => title.text())
    expect(titles).toEqual(['EOI', 'Base', 'SAO'])
    expect(app.window.find('.card').text()).toContain('theory 120')
    const drawn = app.lab.calls.filter(({ method }) => method === 'laboratory/draw')
    expect(drawn).toHaveLength(3)
    expect(app.window.find('.card canvas').attributes('aria-label')).toMatch(
      /Values of EOI: .*density 0\.1250/,
    )
  })

  it('takes a pattern from a file, whatever kind of pattern was chosen before', async () => {
    const app = await mountApp('/laboratory')
    await app.settle()
    const input = app.window.find<HTMLInputElement>('input[type="file"]')
    Object.defineProperty(input.element, 'files', { value: [new File(['10\n01'], 'own.txt')] })
    await input.trigger('change')
    await app.settle()
    expect(app.window.text()).toContain('own.txt: 2 × 2, 2 positions')
    await vi.waitFor(() => {
      const drawn = app.lab.calls.filter(({ method }) => method === 'laboratory/draw')
      const asked = drawn.map(({ input }) => JSON.stringify(input))
      expect(asked.find((text) => text.includes('"kind":"text"'))).toContain('"text":"10/01"')
    })
  })

  it('keeps settings of this version only', () => {
    expect(isSettings({ ...STANDARD })).toBe(true)
    expect(isSettings({ ...STANDARD, schemes: ['magic'] })).toBe(false)
    expect(isSettings({ ...STANDARD, density: '1' })).toBe(false)
  })

  it('asks what the form says, and says what is wrong with it', () => {
    const kernel = {
      ...STANDARD,
      kind: 'kernel' as const,
      methods: { ...STANDARD.methods, 'pairs.kind': 'blocks' },
    }
    expect(requestOf(kernel, 'eoi')).toMatchObject({
      shape: [3, 3, 64, 64],
      settings: { pairs: { kind: 'blocks', block: 8 } },
    })
    expect(requestOf(kernel, 'base').settings).not.toHaveProperty('pairs')
    expect(requestOf(STANDARD, 'dense')).toMatchObject({ density: 1, settings: { scheme: 'base' } })
    expect(requestOf({ ...STANDARD, sanity: 'shuffled' }, 'eoi').settings).toMatchObject({
      sanity: 'shuffled',
    })
    expect(requestOf({ ...STANDARD, sanity: 'shuffled' }, 'dense').settings).toMatchObject({ sanity: 'none' })
    expect(problemOf(STANDARD)).toBeNull()
    expect(problemOf({ ...STANDARD, density: 0 })).toMatch(/density/)
    expect(problemOf({ ...STANDARD, schemes: [] })).toMatch(/at least one/)
    const list = { ...STANDARD.methods, 'pairs.kind': 'list', 'pairs.list': '0 x' }
    expect(problemOf({ ...STANDARD, methods: list })).toMatch(/“0 x” is no pair/)
  })

  it('shows theory with its band, and QR level against the density', () => {
    const drawing = fakeDrawing({ shape: [8, 8], density: 0.5, settings: { scheme: 'eoi' } })
    const [, theory] = pathSeries([['eoi', drawing]])
    expect(theory.high?.[2]).toBeCloseTo(0.12, 12)
    const point = { reached: 1, repeats: 1, note: null }
    const points = [
      { ...point, scheme: 'eoi' as const, size: 8, density: 0.5, seconds: 2 },
      { ...point, scheme: 'eoi' as const, size: 8, density: 0.25, seconds: 1 },
      { ...point, scheme: 'qr' as const, size: 8, density: 1, seconds: 5 },
    ]
    const against = timingSeries(points, 'density', 8)
    expect(against.map(({ x, y }) => [x, y])).toEqual([
      [
        [0.25, 0.5],
        [1, 2],
      ],
      [
        [0.25, 0.5],
        [5, 5],
      ],
    ])
    expect(timingSeries(points, 'size', 0.5).map(({ y }) => y)).toEqual([[2], [5]])
    expect([secondsText(90), secondsText(1.5), secondsText(0.0123), secondsText(4e-6)]).toEqual([
      '1.50 min',
      '1.50 s',
      '12.3 ms',
      '4.00 µs',
    ])
  })

  it('opens at the part that the address names, and keeps it there', async () => {
    const app = await mountApp('/laboratory?tab=timing')
    await app.settle()
    expect(app.window.find('[aria-label="What is timed"]').exists()).toBe(true)
    await app.window.findAll('[role="tab"]')[0].trigger('click')
    await app.settle()
    expect(app.window.find('[aria-label="What is drawn"]').exists()).toBe(true)
  })
})

describe('the times to initialize', () => {
  it('are written as they were measured, by the button and by the command', async () => {
    const app = await mountApp('/laboratory?tab=timing')
    const exportButton = () => app.window.findAll('button').find((each) => each.text() === 'Export CSV')
    expect(exportButton()).toBeUndefined()
    app.command('export')
    await app.settle()
    expect(app.times).toEqual([])
    await app.window.find('form[aria-label="What is timed"]').trigger('submit')
    await app.settle()
    await exportButton()?.trigger('click')
    app.command('export')
    await app.settle()
    expect(app.times).toEqual([{ points: [FAKE_TIME] }, { points: [FAKE_TIME] }])
    expect(app.window.text()).toContain('Written to times-to-initialize.csv')
  })
})

describe('a file of weights in the study editor', () => {
  it('is chosen with the shell’s dialog, beside its text', async () => {
    const app = await mountApp('/studies/new')
    await app.settle()
    await app.window.get('button[aria-label="Choose: Weights file"]').trigger('click')
    await app.settle()
    const inputs = app.window.findAll('input').map((input) => (input.element as HTMLInputElement).value)
    expect(inputs).toContain('/chosen/weights.npz')
  })
})
