import { expect, it } from 'vitest'
import { methodNotes } from '../../../src/shared/studies/method-notes.ts'

it('tells own methods of a study whose files are others by now, wherever they are named', () => {
  const study = {
    base: { initialization: { scheme: 'own:mine' }, 'sparsity.distribution': 'erk' },
    axes: [
      { name: 'Distribution', points: [{ label: 'x', set: { 'sparsity.distribution': 'own:gone' } }] },
      { name: 'Dynamic', points: [{ label: 'y', set: { 'dynamic.method': 'own:same' } }] },
    ],
  }
  const states = [
    { name: 'own:mine', state: 'changed' },
    { name: 'own:gone', state: 'missing' },
    { name: 'own:same', state: 'ready' },
    { name: 'own:other', state: 'changed' },
  ] as const
  expect(methodNotes(study, states)).toEqual([
    expect.stringMatching(/^own:mine: its file has changed since it was added/),
    expect.stringMatching(/^own:gone: its file is gone/),
  ])
})
