/** Entry of the thread that runs one method in JavaScript or TypeScript; requests in, replies out. */
import { parentPort, workerData } from 'node:worker_threads'
import type { Failure } from '../failure.ts'
import type { OwnArrays, OwnFile, OwnReply, OwnRequest } from '../types.ts'
import { AnswerError } from './answers.ts'
import { answerTo, describe } from './call.ts'
import type { Method } from './call.ts'
import { importText, lineOf, TextError } from './module.ts'

export interface ThreadRequest {
  readonly request: OwnRequest
  readonly arrays: OwnArrays
}

const file = workerData as OwnFile
let method: Method | null = null

async function reply({ request, arrays }: ThreadRequest): Promise<OwnReply> {
  if (request.call !== 'load') {
    if (!method) throw new Error('nothing was loaded')
    return answerTo(method, request, arrays)
  }
  const loaded = describe(await importText(file))
  method = loaded.method
  return { header: { about: loaded.about }, arrays: new Map() }
}

function failureOf(error: unknown): Failure {
  const wrong = error instanceof AnswerError || error instanceof TextError
  const memory = error instanceof RangeError && /array buffer allocation/i.test(error.message)
  return {
    kind: memory ? 'memory' : wrong ? 'answer' : 'raised',
    message: error instanceof Error && !wrong ? `${error.name}: ${error.message}` : messageOf(error),
    line: lineOf(error, file.file),
  }
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

// Node warns that stripping types is an experiment; that is no word of the method's.
process.removeAllListeners('warning')
parentPort?.on('message', (question: ThreadRequest) => {
  reply(question).then(
    ({ header, arrays }) => parentPort?.postMessage({ header: { ...header, ok: true }, arrays }),
    (error: unknown) =>
      parentPort?.postMessage({ header: { ok: false, error: failureOf(error) }, arrays: new Map() }),
  )
})
