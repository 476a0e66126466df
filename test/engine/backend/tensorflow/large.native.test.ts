/** Tensors that Electron's own allocator would end the process over (resources/native/memory.cc). */
import { expect, it } from 'vitest'
import { openTensorFlow } from '../../../../src/engine/backend/tensorflow/index.ts'
import { broadcastTo, sum } from '../../../../src/engine/ops/support/make.ts'
import { Builder } from '../../../../src/engine/program/builder.ts'

/** 1.2 GB in single precision; a gigabyte in one piece is refused. */
const ROWS = 300_000
const COLUMNS = 1000

it.runIf(process.platform === 'linux')('a tensor of more than a gigabyte has room', async () => {
  const builder = new Builder()
  const row = builder.feed('row', [COLUMNS])
  const all = broadcastTo(builder, row, [ROWS, COLUMNS])
  const program = {
    variables: [],
    functions: [builder.finish('case', [{ name: 'total', value: sum(builder, all, [0]) }])],
  }
  const executable = await openTensorFlow().compile(program)
  const { total } = executable.run('case', { row: Float32Array.from({ length: COLUMNS }, (_, k) => k % 2) })
  expect([total[0], total[1]]).toEqual([0, ROWS])
  executable.dispose()
})
