/** Methods of the user's own: listed, looked at, tried, added, allowed, taken away. */
import type { OwnFile } from '../../engine/index.ts'
import type { MethodCheck } from '../../shared/contract/methods.ts'
import type { LabContext } from '../context.ts'
import { queueOf } from '../context.ts'
import { readMethodFile } from '../methods/file.ts'
import { untrusted } from '../methods/runs.ts'
import { addMethod, contentOf, methodRows, removeMethod, trustMethod } from '../methods/stored.ts'
import type { CheckedMethod, MethodTaskInput } from '../threads/tasks/methods.ts'
import type { OwnAbout } from '../../shared/methods/own.ts'
import { runTask } from '../threads/task-thread.ts'
import { runJob } from './jobs.ts'
import type { Handlers } from './types.ts'

async function check(
  context: LabContext,
  { sha256, ...file }: OwnFile & { readonly sha256: string },
  job: string | undefined,
): Promise<MethodCheck> {
  const { file: name, language, text } = file
  const input: MethodTaskInput = { file: { file: name, language, text }, limits: context.computer.settings() }
  const tell = (told: string, fraction: unknown): void =>
    context.emitter.emit('methods/progress', { job: told, fraction: fraction as number })
  const { about, rows, printed } = (await runJob(context, job, 'methods/check', input, tell)) as CheckedMethod
  const { descriptor, needs, traits } = about
  const passed = rows.every(({ problem }) => problem === null)
  return { file: name, sha256, descriptor, needs, traits, rows, printed, passed }
}

export const methodHandlers: Handlers<
  | 'methods/list'
  | 'methods/text'
  | 'methods/check'
  | 'methods/check-file'
  | 'methods/add'
  | 'methods/remove'
  | 'methods/trust'
  | 'methods/settings'
> = {
  'methods/list': (context) => methodRows(context),
  'methods/text': (context, { name: asked }) => {
    const { name, file, language, text, sha256 } = contentOf(context, asked)
    return { name, file, language, text, sha256, trusted: context.computer.isTrusted(sha256) }
  },
  'methods/check': (context, { name, job }) => {
    const content = contentOf(context, name)
    if (!context.computer.isTrusted(content.sha256)) throw untrusted(content)
    return check(context, content, job)
  },
  'methods/check-file': (context, { file, job }) => check(context, readMethodFile(file), job),
  'methods/add': async (context, { file }) => {
    queueOf(context)
    const read = readMethodFile(file)
    const { language, text } = read
    const task: MethodTaskInput = {
      file: { file: read.file, language, text },
      limits: context.computer.settings(),
    }
    const about = (await runTask(context.workerUrl, 'methods/read', task)) as OwnAbout
    return addMethod(context, read, about)
  },
  'methods/remove': (context, { name }) => {
    queueOf(context)
    return removeMethod(context, name)
  },
  'methods/trust': (context, { name, sha256 }) => trustMethod(context, name, sha256),
  'methods/settings': ({ computer }, change) =>
    Object.keys(change).length === 0 ? computer.settings() : computer.change(change),
}
