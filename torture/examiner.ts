/**
 * A lab in a process of its own that answers what it is asked: `examiner.ts HOME`. Started and watched by
 * examine.ts.
 */
import { arraysOf, readWeightsBytes } from '../src/engine/index.ts'
import { restoreBackup } from '../src/lab/backup/restore.ts'
import { openLab } from '../src/lab/lab.ts'
import { pathsOf } from '../src/lab/store/home.ts'
import type { Task } from '../src/lab/threads/task-protocol.ts'
import { dataTasks } from '../src/lab/threads/tasks/data.ts'
import { BenchError, toErrorMessage } from '../src/shared/contract/errors.ts'
import type { Answer, HomeContent, Question } from './examine.ts'

const workerUrl = new URL('../src/lab/threads/worker.ts', import.meta.url)
const lab = openLab({ home: process.argv[2], workerUrl, role: 'the torture', start: 'none' })

const TASKS: Readonly<Record<string, Task>> = dataTasks
const CURVES = [
  ['train', 'loss'],
  ['validation', 'accuracy'],
  ['test', 'accuracy'],
] as const

/** All that a home shows: studies, runs with their layers and events, curves. */
async function contentOf(home: string): Promise<HomeContent> {
  const opened = openLab({ home, workerUrl, role: 'the torture', start: 'none', readOnly: 'if-need-be' })
  const readOnly = opened.readOnly?.code ?? null
  try {
    const studies = await opened.call('studies/list', {})
    const runs = (await opened.call('runs/list', {})).map(({ id }) => id)
    const details = await Promise.all(runs.map((id) => opened.call('runs/get', { id })))
    const curves = await Promise.all(
      CURVES.map(([phase, name]) => opened.call('runs/series', { runs, phase, name, seconds: true })),
    )
    return { readOnly, content: JSON.stringify([studies, details, curves]) }
  } catch (error) {
    if (!(error instanceof BenchError) || readOnly === null) throw error
    return { readOnly, content: null }
  } finally {
    await opened.close()
  }
}

async function ask(question: Question): Promise<unknown> {
  switch (question.kind) {
    case 'page':
      return lab.requestOfPage(question.method, question.input)
    case 'shell':
      return lab.request(question.method, question.input)
    case 'weights':
      return arraysOf(question.file, readWeightsBytes(question.file))
    case 'task':
      return TASKS[question.name](question.input, () => undefined, new AbortController().signal)
    case 'home':
      return contentOf(question.home)
    case 'restore':
      return restoreBackup(pathsOf(question.home), question.file, new Date())
  }
}

const reply = (answer: Answer): void => void process.send?.(answer)

process.on('message', ({ id, question }: { id: number; question: Question }) => {
  void ask(question).then(
    (found) =>
      reply({ id, ok: true, error: null, ...(question.kind === 'home' && { found: found as HomeContent }) }),
    (error: unknown) => reply({ id, ok: false, error: toErrorMessage(error) }),
  )
})
process.on('disconnect', () => void lab.close().finally(() => process.exit(0)))
reply({ id: 0, ok: true, error: null })
