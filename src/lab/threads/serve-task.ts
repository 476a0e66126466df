/** Runs one task in a thread: exactly one `answer` or `failed` at the end. */
import type { MessagePort } from 'node:worker_threads'
import { BenchError, toErrorMessage } from '../../shared/contract/errors.ts'
import { explainSystem } from '../store/failures.ts'
import type { Task, TaskInput, TaskMessage } from './task-protocol.ts'

export async function serveTask(
  port: MessagePort,
  { name, input }: TaskInput,
  tasks: Readonly<Record<string, Task>>,
): Promise<void> {
  const say = (message: TaskMessage): void => port.postMessage(message)
  const abort = new AbortController()
  port.once('message', () => abort.abort(new BenchError('cancelled', 'It was cancelled.')))
  try {
    if (!Object.hasOwn(tasks, name))
      throw new Error(`no task ${name}; known: ${Object.keys(tasks).join(', ')}`)
    const output = await tasks[name](input, (value) => say({ kind: 'progress', value }), abort.signal)
    say({ kind: 'answer', output })
  } catch (error) {
    say({ kind: 'failed', error: toErrorMessage(explainSystem(error)) })
  } finally {
    port.close()
  }
}
