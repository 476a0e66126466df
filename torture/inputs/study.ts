/** Studies whose runs take a second or two, on data made here. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { StudyInput } from '../../src/shared/spec/study-schema.ts'
import type { Stream } from '../../src/engine/rng.ts'
import { writeDigits } from './digits.ts'

/** Four runs: two schemes, two seeds; `epochs` of 20 steps each. */
export function smallStudy(data: string, epochs: number): StudyInput {
  return {
    id: 'torture',
    title: 'Torture',
    base: {
      model: { name: 'mlp', depth: 3, width: 48, activation: 'tanh' },
      data: { name: 'mnist', path: data },
      sparsity: { density: 0.25, distribution: 'erk' },
      training: {
        epochs,
        batchSize: 32,
        optimizer: 'sgd',
        momentum: 0.9,
        learningRate: 0.01,
        evaluations: 3,
      },
    },
    axes: [
      {
        name: 'Scheme',
        points: ['base', 'eoi'].map((scheme) => ({
          label: scheme,
          set: { 'initialization.scheme': scheme },
        })),
      },
    ],
    seeds: [1, 2],
  }
}

/** Writes a study's file and its data into a folder. @returns the file */
export function writeStudy(folder: string, stream: Stream, epochs: number): string {
  mkdirSync(folder, { recursive: true })
  const data = writeDigits(join(folder, 'digits'), stream.split('digits'))
  const file = join(folder, 'study.json')
  writeFileSync(file, JSON.stringify(smallStudy(data, epochs)))
  return file
}
