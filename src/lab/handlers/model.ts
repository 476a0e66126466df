/** Models. */
import { z } from 'zod'
import { isQuickToDescribe } from '../../engine/train/describe.ts'
import type { ModelDescription } from '../../shared/contract/model.ts'
import { parseSpec } from '../../shared/spec/parse.ts'
import { knownInputOf, lookAtOwnData } from '../store/data-files.ts'
import { runTask } from '../threads/task-thread.ts'
import { describe } from '../threads/tasks/model.ts'
import type { ModelTaskInput } from '../threads/tasks/model.ts'
import { parseInput } from './types.ts'
import type { Handlers } from './types.ts'

const schema = z.strictObject({
  spec: z.record(z.string(), z.unknown()),
  input: z.array(z.number().int().min(1).max(4096)).max(3).optional(),
  classes: z.number().int().min(2).max(1_000_000).optional(),
})

export const modelHandlers: Handlers<'model/show'> = {
  'model/show': async (context, input) => {
    const { spec: given, ...shape } = parseInput(schema, input)
    const spec = parseSpec(given)
    await lookAtOwnData(context, [spec])
    const request: ModelTaskInput = { spec, ...knownInputOf(spec.data, shape) }
    if (isQuickToDescribe(spec)) return describe(request)
    return (await runTask(context.workerUrl, 'model/show', request)) as ModelDescription
  },
}
