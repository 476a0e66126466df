// What a run's thread says at its end when its weights could not be stored.
import { mkdirSync, readdirSync } from 'node:fs'
import { MessageChannel } from 'node:worker_threads'
import { expect, it } from 'vitest'
import { decodeCheckpoint, encodeCheckpoint } from '../../../src/engine/train/checkpoint.ts'
import type { TrainResult } from '../../../src/engine/train/types.ts'
import type { WorkerMessage } from '../../../src/lab/threads/protocol.ts'
import { serve } from '../../../src/lab/threads/serve.ts'
import type { Trainer } from '../../../src/lab/threads/serve.ts'
import { BenchError } from '../../../src/shared/contract/errors.ts'
import { DEFAULT_METHOD_SETTINGS } from '../../../src/shared/contract/methods.ts'
import { parseSpec } from '../../../src/shared/spec/parse.ts'
import { temporaryFolder } from '../support.ts'

/** A trainer of three checkpoints; the disk is full at those of these steps. */
function trainer(full: readonly number[], outcome: TrainResult['outcome']): Trainer {
  return {
    decode: decodeCheckpoint,
    encode: (checkpoint) => {
      if (full.includes(checkpoint.step)) throw new BenchError('disk-full', 'The disk is full.')
      return encodeCheckpoint(checkpoint)
    },
    train: async ({ callbacks }) => {
      for (const step of [1, 2, 3]) {
        const running = { loss: 0, correct: 0, examples: 0 }
        const variables = new Map([['w', new Float64Array([step])]])
        await callbacks.checkpoint({ step, variables, best: null, wall: 0, running })
      }
      return { outcome, step: 3, message: '' }
    },
  }
}

async function messages(full: readonly number[], outcome: TrainResult['outcome'] = 'finished') {
  const folder = temporaryFolder()
  mkdirSync(folder, { recursive: true })
  const { port1, port2 } = new MessageChannel()
  const said: WorkerMessage[] = []
  port2.on('message', (message: WorkerMessage) => said.push(message))
  const input = {
    job: 'train' as const,
    spec: parseSpec({}),
    models: [],
    methods: { limits: DEFAULT_METHOD_SETTINGS, methods: [] },
    backend: 'auto',
    recorded: null,
    dataHash: null,
    ratesFile: '',
    checkpoint: null,
    secondsBefore: 0,
    checkpointFolder: folder,
    checkpointOwner: '7-abc',
    checkpointEveryMs: 1,
    keepsTrail: false,
    flag: new SharedArrayBuffer(4),
    probeMs: null,
  }
  await serve(port1, input, trainer(full, outcome))
  await new Promise((resolve) => setTimeout(resolve, 20))
  port1.close()
  return { end: said.at(-1), said, files: readdirSync(folder) }
}

it('is over when its weights are stored', async () => {
  const { end, files } = await messages([1])
  expect(end).toMatchObject({ kind: 'done', outcome: 'finished' })
  expect(files.map((name) => name.replace(/[0-9a-f]{64}/, 'HASH')).sort()).toEqual([
    '7-abc-2-HASH.safetensors',
    '7-abc-3-HASH.safetensors',
  ])
})

it.each(['finished', 'diverged'] as const)('is not %s while its weights are not', async (outcome) => {
  const { end, said } = await messages([3], outcome)
  expect(end).toMatchObject({ kind: 'failed', error: { code: 'disk-full' } })
  expect(said.filter(({ kind }) => kind === 'done')).toEqual([])
})

it('pauses all the same: it goes on from the checkpoint before', async () => {
  expect((await messages([3], 'paused')).end).toMatchObject({ kind: 'done', outcome: 'paused' })
})
