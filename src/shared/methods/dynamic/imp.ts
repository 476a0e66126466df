import { defineDynamic } from '../define.ts'

export const imp = defineDynamic({
  name: 'imp',
  title: 'IMP',
  help:
    'Iterative magnitude pruning, lottery tickets: trains, prunes a part of what is ' +
    'left, takes the weights ' +
    'back to an early step and trains again, round after round.',
  source: 'arXiv 1803.03635',
  settings: {
    pruneFraction: {
      type: 'number',
      title: 'Pruned a round',
      help: 'Part of the kept weights that goes after each round; the last round ends at the density.',
      default: 0.2,
      exclusiveMinimum: 0,
      exclusiveMaximum: 1,
    },
    rewindStep: {
      type: 'integer',
      title: 'Rewind to step',
      help: 'Step of the first round that all weights go back to; 0 is the initialization.',
      default: 0,
      minimum: 0,
      maximum: 100_000_000,
    },
    rewoundSchedule: {
      type: 'choice',
      title: 'Schedule of a round',
      help: 'whole: every round takes all steps again; rest: those from the step that it goes back to.',
      choices: ['whole', 'rest'],
      default: 'whole',
    },
  },
  traits: { changesDensity: true, moments: 'rounds', begins: 'dense', prunesGlobally: true, rewinds: true },
  style: { shift: 7 },
})
