import { describe, expect, it } from 'vitest'
import { registerMethod } from '../../../src/shared/methods/registry.ts'
import { parseSpec } from '../../../src/shared/spec/parse.ts'
import { oneOfSections } from '../../../src/shared/spec/sections.ts'
import { isSet } from '../../../src/shared/stats/scheme-fields.ts'

describe('settings that a run has', () => {
  it('follow the methods that are known, although what was found is kept', () => {
    const initialization = { scheme: 'own:spread', settings: { spread: 2 } }
    const remove = register()
    const spec = parseSpec({ initialization })
    remove()
    const path = 'initialization.settings.spread'
    // Of a method that is not known nothing can be said to be unused.
    expect(isSet(spec, path)).toBe(true)
    const other = register('else')
    expect(isSet(spec, path)).toBe(false)
    other()
    const again = register()
    expect(isSet(spec, path)).toBe(true)
    again()
  })

  it('are told of runs that share their sections once, and apart where one section differs', () => {
    const spec = parseSpec({ seed: 1, initialization: { scheme: 'eoi' } })
    const seeds = [1, 2, 3].map((seed) => ({ ...spec, seed }))
    const ai = { ...spec, initialization: { ...spec.initialization, scheme: 'ai' as const } }
    expect(oneOfSections([...seeds, ai, { ...ai, seed: 5 }])).toEqual([seeds[0], ai])
    expect(isSet(spec, 'initialization.aiSteps')).toBe(false)
    // The model, by which what was found is kept, is the same.
    expect(isSet(ai, 'initialization.aiSteps')).toBe(true)
    expect(isSet(spec, 'initialization.aiSteps')).toBe(false)
  })
})

function register(setting = 'spread'): () => void {
  const number = { type: 'number', default: 1, title: 'Spread', help: 'How far.' } as const
  return registerMethod({
    kind: 'scheme',
    name: 'own:spread',
    title: 'Spread',
    help: 'Values that are spread.',
    traits: {},
    settings: { [setting]: number },
  })
}
