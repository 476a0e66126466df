import { defineScheme } from '../define.ts'
import { paperAiSteps, stepsText } from './ai-steps.ts'

export const ai = defineScheme({
  name: 'ai',
  title: 'AI',
  help: 'Approximate isometry: gradient steps on the kept weights towards orthogonality.',
  source: 'arXiv 1906.06307',
  settings: {
    aiSteps: {
      type: 'integer',
      default: 10_000,
      minimum: 1,
      maximum: 1_000_000,
      title: 'AI steps',
      help: 'Gradient steps towards approximate isometry.',
    },
    aiRate: {
      type: 'number',
      default: 0.1,
      exclusiveMinimum: 0,
      maximum: 10,
      title: 'AI rate',
      help: 'Learning rate of approximate isometry.',
    },
    aiResidual: {
      type: 'number',
      default: 0,
      minimum: 0,
      maximum: 100,
      title: 'AI residual',
      help:
        'AI ends as soon as no layer’s ‖WᵀW − σ_w²I‖_max is above this, W the flattened kernel, of ' +
        'convolutions too; 0 takes all steps.',
    },
  },
  traits: { startsDense: true, optimizes: true, timed: true },
  style: { color: 2 },
  qualify({ aiSteps, aiResidual }, { model }) {
    const parts = [
      ...(aiResidual > 0 ? [`to residual ${aiResidual}`] : []),
      ...(aiSteps < paperAiSteps(model) ? [stepsText(aiSteps)] : []),
    ]
    return parts.length === 0 ? null : { text: parts.join(', '), inLabels: true }
  },
})
