/** Calls to a host one after the other, each with a limit of time; what printing hosts say is kept short. */
import { BenchError } from '../../shared/contract/errors.ts'
import { failed, tooSlow } from './failure.ts'
import type { Failure } from './failure.ts'
import type { OwnFile, OwnLimits, OwnReply } from './types.ts'

const MOST_PRINTED = 8192

const WORDS = { load: 'loading it', kernel: 'kernel', distribute: 'distribute', update: 'update' } as const
export type CallName = keyof typeof WORDS

/** One question at a time, to whoever `send` reaches and `answer` is told by. */
export class Calls {
  readonly #file: OwnFile
  readonly #limits: OwnLimits
  readonly #kill: () => void
  #last: Promise<unknown> = Promise.resolve()
  #waiting: { readonly resolve: (reply: OwnReply) => void; readonly reject: (error: Error) => void } | null =
    null
  /** Why no more calls are possible. */
  #over: Error | null = null
  #printed = ''

  constructor(file: OwnFile, limits: OwnLimits, kill: () => void) {
    this.#file = file
    this.#limits = limits
    this.#kill = kill
  }

  get printed(): string {
    return this.#printed
  }

  get ended(): boolean {
    return this.#over !== null
  }

  print(text: string): void {
    this.#printed = (this.#printed + text).slice(-MOST_PRINTED)
  }

  /** Asks when earlier calls were answered. */
  ask(name: CallName, send: () => void): Promise<OwnReply> {
    const answer = this.#last.then(() => this.#askNow(name, send))
    this.#last = answer.catch(() => undefined)
    return answer
  }

  answer(reply: OwnReply): void {
    const waiting = this.#waiting
    this.#waiting = null
    if (reply.header['ok'] === true) waiting?.resolve(reply)
    else waiting?.reject(failed(this.#file, reply.header['error'] as Failure, this.#limits))
  }

  /** No more answers will come. The first reason counts. */
  end(reason: Error): void {
    this.#over ??= reason
    this.#waiting?.reject(this.#over)
    this.#waiting = null
  }

  #askNow(name: CallName, send: () => void): Promise<OwnReply> {
    if (this.#over) throw this.#over
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.end(tooSlow(this.#file, WORDS[name], this.#limits))
        this.#kill()
      }, this.#limits.seconds * 1000)
      const settle =
        <T>(how: (value: T) => void) =>
        (value: T): void => {
          clearTimeout(timer)
          how(value)
        }
      this.#waiting = { resolve: settle(resolve), reject: settle(reject) }
      send()
    })
  }
}

export const closed = (file: OwnFile): BenchError =>
  new BenchError('cancelled', `${file.file} was closed while it worked.`, file.file)
