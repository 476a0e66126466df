import { expect, it } from 'vitest'
import { gapText } from '../../src/renderer/components/theory/gap.ts'
import { parseSpec } from '../../src/shared/spec/parse.ts'
import { gainHint } from '../../src/shared/theory/verdict.ts'
import { theorySchema } from '../../src/shared/theory/requests.ts'
import { fakeMeasurement } from '../fakes/fake-measurement.ts'
import { mountApp } from './mount.ts'

it('predicts at once, measures when asked, tells the gap and why, and exports what it shows', async () => {
  const app = await mountApp('/theory')
  await app.settle()
  expect(app.window.find('[aria-label="Prediction"]').text()).toContain('critical through 8 layers')
  expect(app.window.find('[aria-label="Prediction"]').text()).toContain('0.0259')
  const charts = () => app.window.findAll('.chart-panel').map((chart) => chart.attributes('aria-label'))
  expect(charts()).toEqual([
    'Critical line',
    'Depth scale',
    'Jacobian: mean σ²',
    'Jacobian: variance of σ² over mean²',
  ])
  expect(app.window.find('[aria-label="Theory and measurement"]').exists()).toBe(false)
  const button = (text: string) => app.window.findAll('button').find((each) => each.text() === text)
  await button('Measure')?.trigger('click')
  await app.settle()
  const gap = app.window.find('[aria-label="Theory and measurement"]').text()
  expect(gap).toContain('100.0 % above mean-field theory')
  expect(gap).toContain('not Gaussian')
  expect(gap).toContain('measured 25.0 % above')
  const third = app.window.findAll('.chart-panel')[2]
  await third
    .findAll('button')
    .find((each) => each.text() === 'Export')
    ?.trigger('click')
  await app.window
    .findAll('button')
    .find((each) => each.text().startsWith('CSV'))
    ?.trigger('click')
  await app.settle()
  expect(app.exported[0].request).toMatchObject({
    what: 'figure',
    format: 'csv',
    theory: { figure: 'mean', network: { activation: 'tanh' }, measured: { networks: 5 } },
  })
  // Another network was not measured.
  await app.window.find('select').setValue('relu')
  await app.settle()
  expect(app.window.find('[aria-label="Theory and measurement"]').exists()).toBe(false)
})

it('the button that makes a network critical sets the gain', async () => {
  const app = await mountApp('/theory')
  await app.settle()
  await app.window.find('select').setValue('relu')
  await app.settle()
  expect(app.window.find('[aria-label="Prediction"]').text()).toContain('signals and gradients die')
  const button = app.window.findAll('button').find((each) => each.text() === 'Make it critical')
  await button?.trigger('click')
  await app.settle()
  expect(app.window.find('[aria-label="Prediction"]').text()).toContain('critical through 8 layers')
})

it('many weights a row leave theory its Gaussian', () => {
  const network = theorySchema.parse({ depth: 2 })
  const measured = { ...fakeMeasurement({ depth: 2 }), rowFourthMoment: 0.02 }
  expect(gapText(network, measured).join()).toContain('nearly Gaussian')
})

it('a gain that lets signals die at the depth is hinted at, with the number that would not', async () => {
  const hint = (spec: object) => gainHint(parseSpec(spec))
  const base = { sparsity: { density: 0.125, distribution: 'uniform' } }
  expect(hint({ ...base, initialization: { scheme: 'base', gain: 1.0247 } })).toMatch(
    /die: squared, by 10\^-.* critical here is 2\.8/,
  )
  const critical = { scheme: 'eoi', gain: 1.0247, biasStd: 0.00448 }
  expect(hint({ ...base, model: { depth: 999 }, initialization: critical })).toBeNull()
  expect(hint({ ...base, model: { depth: 999 }, initialization: { ...critical, gain: 1.1 } })).toMatch(
    /explode.* critical here is 1\.0247/,
  )
  const relu = { model: { activation: 'relu', depth: 30 }, initialization: { scheme: 'eoi', gain: 1 } }
  expect(hint({ ...base, ...relu })).toMatch(/die.* critical here is 1\.4142/)
  expect(hint({ ...base, model: { name: 'resnet' } })).toBeNull()
  const app = await mountApp('/studies/new')
  await app.settle()
  const field = () => app.window.find('.field-hint')
  expect(field().exists()).toBe(false)
  const label = app.window.findAll('label').find((each) => each.text() === 'Gain σ_w')
  await app.window.find(`[id="${label?.attributes('for')}"]`).setValue('0.3')
  await app.settle()
  expect(field().text()).toMatch(/gradients die.*critical here is/)
})
