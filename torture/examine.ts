/**
 * Asks a lab in another process, and watches it: a crash, an answer that is our own defect, ten seconds
 * without one, or a gigabyte of memory is a finding.
 */
import { fork } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { ErrorMessage } from '../src/shared/contract/errors.ts'
import { processorTime, residentBytes } from './process-facts.ts'

const ENTRY = fileURLToPath(new URL('./examiner.ts', import.meta.url))
/** Of the process's own time: others may keep the machine busy. Where no system tells it, of the clock's. */
const HUNG_MS = 10_000
/** Of the clock's time: it waits for something that does not come. */
const STUCK_MS = 120_000
const MOST_MEMORY = 1e9
const LOOK_MS = 50
const START_MS = 60_000

export type Question =
  | { readonly kind: 'page' | 'shell'; readonly method: string; readonly input: unknown }
  /** Reads a file of weights. */
  | { readonly kind: 'weights'; readonly file: string }
  /** What a task's thread does, without the thread: starting one takes longer than most files. */
  | { readonly kind: 'task'; readonly name: 'data/check' | 'data/samples'; readonly input: object }
  /** Opens a home as the window does and reads all of it. */
  | { readonly kind: 'home'; readonly home: string }
  /** Puts a backup in the place of what a home holds. */
  | { readonly kind: 'restore'; readonly home: string; readonly file: string }

export interface Answer {
  readonly id: number
  readonly ok: boolean
  readonly error: ErrorMessage | null
  /** What a look at a home found. */
  readonly found?: HomeContent
}

export interface HomeContent {
  /** Why it is not written to, or null. */
  readonly readOnly: string | null
  /** All that it shows, as text: equal where everything is; null where a part of it could not be read. */
  readonly content: string | null
}

export class Examined {
  readonly #home: string
  readonly #find: (what: string) => void
  #child: ChildProcess | null = null
  #next = 1
  accepted = 0
  refused = 0

  constructor(home: string, find: (what: string) => void) {
    this.#home = home
    this.#find = find
  }

  get pid(): number | undefined {
    return this.#child?.pid
  }

  async #start(): Promise<ChildProcess> {
    const child = fork(ENTRY, [this.#home], {
      execPath: process.execPath,
      execArgv: [],
      env: { ...process.env, ELECTRON_RUN_AS_NODE: '1', TF_CPP_MIN_LOG_LEVEL: '2' },
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    })
    await new Promise<void>((resolve, reject) => {
      const late = setTimeout(() => reject(new Error('the examined lab does not start')), START_MS)
      child.once('message', () => (clearTimeout(late), resolve()))
      child.once('exit', (code) => reject(new Error(`the examined lab ended with ${code} at its start`)))
    })
    child.removeAllListeners('exit')
    // Many questions wait at once in a flood.
    child.setMaxListeners(0)
    return child
  }

  /** Asks; what must not be is told together with `about`. @returns the answer, null where there was none */
  async ask(question: Question, about: string): Promise<Answer | null> {
    const child = (this.#child ??= await this.#start())
    const id = this.#next++
    const answer = await new Promise<Answer | string>((resolve) => {
      const end = (outcome: Answer | string): void => {
        clearInterval(look)
        clearTimeout(late)
        child.off('message', hear)
        child.off('exit', die)
        resolve(outcome)
      }
      const hear = (heard: Answer): void => {
        if (heard.id === id) end(heard)
      }
      const die = (code: number | null, signal: string | null): void =>
        end(`the process died (${signal ?? code})`)
      const late = setTimeout(() => end('no answer within two minutes'), STUCK_MS)
      const began = performance.now()
      const before = processorTime(child.pid)
      const look = setInterval(() => {
        const bytes = residentBytes(child.pid)
        if (bytes > MOST_MEMORY) end(`${Math.round(bytes / 1e6)} MB of memory`)
        const now = processorTime(child.pid)
        const worked = now === null || before === null ? performance.now() - began : now - before
        if (worked > HUNG_MS) end('ten seconds of work without an answer')
      }, LOOK_MS)
      child.on('message', hear)
      child.on('exit', die)
      child.send({ id, question })
    })
    if (typeof answer === 'string') {
      this.#find(`${about}: ${answer}`)
      this.#child?.kill('SIGKILL')
      this.#child = null
      return null
    }
    if (answer.ok) this.accepted++
    else this.refused++
    if (answer.error?.code === 'internal')
      this.#find(`${about}: ${answer.error.stack ?? answer.error.message}`)
    return answer
  }

  /** Ends the process, and waits for it. */
  async close(): Promise<void> {
    const child = this.#child
    this.#child = null
    if (!child || child.exitCode !== null) return
    const ended = new Promise((resolve) => child.once('exit', resolve))
    child.disconnect()
    const late = setTimeout(() => {
      this.#find('the examined lab does not end')
      child.kill('SIGKILL')
    }, STUCK_MS)
    await ended
    clearTimeout(late)
  }
}
