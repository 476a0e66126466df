import { describe, expect, it } from 'vitest'
import { paperAiSteps } from '../../../src/shared/methods/schemes/ai-steps.ts'
import { honestLabels, schemeQualifier } from '../../../src/shared/spec/qualifiers.ts'
import { parseSpec } from '../../../src/shared/spec/parse.ts'
import { schemeName } from '../../../src/shared/spec/scheme-name.ts'
import { schemeStyle } from '../../../src/shared/figure/palette.ts'
import { compareTable } from '../../../src/shared/stats/compare.ts'
import { expandStudy } from '../../../src/shared/studies/grid.ts'
import { presetStudies } from '../../../src/shared/studies/index.ts'
import { parseStudy } from '../../../src/shared/spec/parse.ts'
import { overriddenStudy } from '../../../src/lab/run/start.ts'

const ai = (aiSteps: number, model = {}) =>
  parseSpec({
    model,
    sparsity: { distribution: 'erk', density: 0.1 },
    initialization: { scheme: 'ai', aiSteps },
  })
const thousand = { name: 'mlp', depth: 999, width: 128 }

describe('names of runs that use no distribution', () => {
  it('leave it out under a pattern of dense kernels alone', () => {
    const blocks = { scheme: 'eoi', pattern: { kind: 'blocks', size: 2 } }
    const named = (name: string, distribution: string) =>
      schemeName(
        parseSpec({ model: { name }, sparsity: { distribution, density: 0.1 }, initialization: blocks }),
      )
    expect(named('mlp', 'erk')).toBe('EOI (blocks of 2)')
    expect(named('mlp', 'dense')).toBe('EOI (blocks of 2)')
    expect(named('cnn', 'erk')).toBe('ERK-EOI (blocks of 2)')
  })

  it('tell of the values what is told of them', () => {
    const named = (sanity: string) =>
      schemeName(
        parseSpec({ sparsity: { density: 0.1 }, initialization: { sanity }, dynamic: { method: 'imp' } }),
      )
    expect(named('none')).toBe('IMP')
    expect(named('redrawn')).toBe('Base (redrawn) + IMP')
  })
})

describe('steps of approximate isometry', () => {
  it('are the paper’s: 1,000 for its networks of 1000 layers, 10,000 for all others', () => {
    expect(paperAiSteps(ai(1, thousand).model)).toBe(1000)
    expect(paperAiSteps(ai(1, { name: 'cnn', depth: 997, width: 128 }).model)).toBe(1000)
    expect(paperAiSteps(ai(1, { depth: 100 }).model)).toBe(10_000)
    expect(paperAiSteps(ai(1, { name: 'resnet', depth: 110 }).model)).toBe(10_000)
  })

  it('are told in a row’s name where there are fewer', () => {
    expect(schemeName(ai(200))).toBe('ERK-AI (200 steps)')
    expect(schemeName(ai(1))).toBe('ERK-AI (1 step)')
    expect(schemeName(ai(1000))).toBe('ERK-AI (1,000 steps)')
    expect(schemeName(ai(10_000))).toBe('ERK-AI')
    expect(schemeName(ai(1000, thousand))).toBe('ERK-AI')
    expect(schemeName(ai(999, thousand))).toBe('ERK-AI (999 steps)')
    expect(schemeQualifier(parseSpec({ initialization: { scheme: 'base', aiSteps: 5 } }))).toBeNull()
  })

  it('change no colour', () => {
    expect(schemeStyle('ERK-AI (200 steps)')).toEqual(schemeStyle('ERK-AI'))
    expect(schemeStyle('SNIP-AI (1,000 steps) + RigL')).toEqual(schemeStyle('SNIP-AI + RigL'))
  })

  it('stand at the label that names the scheme, once', () => {
    const spec = ai(200)
    const labels = { Density: '0.1', Scheme: 'ERK-AI' }
    const told = honestLabels(labels, spec)
    expect(told).toEqual({ Density: '0.1', Scheme: 'ERK-AI (200 steps)' })
    expect(honestLabels(told, spec)).toEqual(told)
    expect(honestLabels({ Start: 'near isometry' }, spec)).toEqual({ Start: 'near isometry (200 steps)' })
    expect(honestLabels(labels, ai(10_000))).toEqual(labels)
  })

  it('are told by studies whose fields were set for one start, and by runs labelled before', () => {
    const table1 = presetStudies().find(({ study }) => study.id === 'table-1-reduced')
    const few = overriddenStudy(parseStudy(table1?.study), { 'initialization.aiSteps': 7 })
    expect(expandStudy(few).runs.map(({ labels }) => labels.Scheme)).toContain('ERK-AI (7 steps)')
    const entry = { id: 1, group: 'a', status: 'finished' as const, divergedAt: null, value: 0.5 }
    const { rows } = compareTable({
      metric: 'test.accuracy',
      at: 'last',
      axes: ['Scheme'],
      entries: [{ ...entry, labels: { Scheme: 'ERK-AI' }, spec: ai(200), parameters: null, density: null }],
    })
    expect(rows[0]).toMatchObject({
      label: 'ERK-AI (200 steps)',
      labels: { Scheme: 'ERK-AI (200 steps)' },
      scheme: 'ERK-AI (200 steps)',
    })
  })

  it('are never fewer in a preset without its rows saying so', () => {
    for (const { study } of presetStudies()) {
      for (const { spec, labels } of expandStudy(study).runs) {
        const told = schemeQualifier(spec)?.text
        if (told !== undefined) expect(Object.values(labels).join(' ')).toContain(told)
        // A reduced form is smaller, but not unfair: a hundred layers take what a thousand take.
        if (spec.initialization.scheme === 'ai')
          expect(spec.initialization.aiSteps).toBeGreaterThanOrEqual(1000)
      }
    }
  })
})
