import { describe, expect, it } from 'vitest'
import { openLab } from '../../../src/lab/lab.ts'
import { runUntilKilled } from './crash.ts'
import { curve, fakeLab, temporaryFolder } from '../support.ts'
import type { StudyInput } from '../../../src/shared/spec/study-schema.ts'
import { WORKER } from '../../entries.ts'

const study: StudyInput = {
  id: 'tiny',
  title: 'Tiny',
  base: {
    model: { name: 'mlp', depth: 2, width: 32 },
    data: { name: 'mnist', limit: 4000 },
    sparsity: { density: 0.25, distribution: 'erk' },
    initialization: { scheme: 'eoi' },
    training: { epochs: 3, batchSize: 32, evaluations: 2 },
  },
}

async function whole(
  home: string,
): Promise<{ loss: [number, number][]; validation: [number, number][]; interruptions: number }> {
  const lab = openLab({ home, workerUrl: WORKER, role: 'a test', start: 'none' })
  try {
    const { runs } = await lab.call('studies/start', { id: 'tiny', backend: 'tensorflow' })
    const ended = new Promise<string>((resolve) =>
      lab.on('run/changed', ({ status, error }) => {
        if (status === 'finished' || status === 'failed') resolve(error?.message ?? status)
      }),
    )
    lab.work(null)
    expect(await ended).toBe('finished')
    const { events } = await lab.call('runs/get', { id: runs[0] })
    return {
      loss: await curve(lab, runs[0]),
      validation: await curve(lab, runs[0], 'accuracy', 'validation'),
      interruptions: events.filter(({ message }) => message.includes('lab ended')).length,
    }
  } finally {
    await lab.close()
  }
}

describe('a real run whose lab is killed with SIGKILL', () => {
  it('ends with the curve of the uninterrupted run, bit for bit', async () => {
    const home = temporaryFolder()
    const other = temporaryFolder()
    for (const folder of [home, other]) {
      const lab = fakeLab({ home: folder, start: 'none' })
      await lab.call('studies/save', { study })
      if (folder === home) await lab.call('studies/start', { id: 'tiny', backend: 'tensorflow' })
      await lab.close()
    }
    // Side by side: starting TensorFlow takes most of the time.
    const [signal, smooth] = await Promise.all([
      runUntilKilled(home, WORKER, (line) => line.includes('running') && Number(line.split(' ')[2]) > 150),
      whole(other),
    ])
    expect(signal).toBe('SIGKILL')
    const killed = await whole(home)
    expect(killed.interruptions).toBe(1)
    expect(smooth.interruptions).toBe(0)
    expect(killed.loss).toEqual(smooth.loss)
    expect(killed.validation).toEqual(smooth.validation)
    expect(killed.loss.length).toBeGreaterThan(100)
  })
})
