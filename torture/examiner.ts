/**
 * A lab in a process of its own that answers what it is asked: `examiner.ts HOME`. Started and watched by
 * examine.ts.
 */
import { arraysOf, readWeightsBytes } from '../src/engine/index.ts'
import { openLab } from '../src/lab/lab.ts'
import { toErrorMessage } from '../src/shared/contract/errors.ts'
import type { Answer, Question } from './examine.ts'

const lab = openLab({
  home: process.argv[2],
  workerUrl: new URL('../src/lab/threads/worker.ts', import.meta.url),
  role: 'the torture',
  start: 'none',
})

async function ask(question: Question): Promise<unknown> {
  switch (question.kind) {
    case 'page':
      return lab.requestOfPage(question.method, question.input)
    case 'shell':
      return lab.request(question.method, question.input)
    case 'weights':
      return arraysOf(question.file, readWeightsBytes(question.file))
  }
}

const reply = (answer: Answer): void => void process.send?.(answer)

process.on('message', ({ id, question }: { id: number; question: Question }) => {
  void ask(question).then(
    () => reply({ id, ok: true, error: null }),
    (error: unknown) => reply({ id, ok: false, error: toErrorMessage(error) }),
  )
})
process.on('disconnect', () => void lab.close().finally(() => process.exit(0)))
reply({ id: 0, ok: true, error: null })
