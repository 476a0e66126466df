/** A Python process that runs one method's file (resources/python/own_method_host.py). */
import { spawn } from 'node:child_process'
import type { ChildProcessWithoutNullStreams } from 'node:child_process'
import { existsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Calls, closed } from '../calls.ts'
import { endedEarly } from '../failure.ts'
import { FrameReader, frameParts } from '../frame.ts'
import type { OwnArrays, OwnFile, OwnHost, OwnLimits, OwnReply, OwnRequest } from '../types.ts'

/** A slow disk, or many processes at once, may take so long to import NumPy. */
const START_SECONDS = 60

/** What the process says of itself when it has started. */
export interface Greeting {
  readonly python: string
  /** Version of NumPy; null where it cannot be imported, and then why. */
  readonly numpy: string | null
  readonly numpyError: string | null
}

/** The host's script, from the sources or beside what is built. */
function script(): string {
  const places = ['../../../..', '../../..', '../..'].map((up) =>
    join(import.meta.dirname, up, 'resources', 'python', 'own_method_host.py'),
  )
  return places.find((place) => existsSync(place)) ?? places[0]
}

/**
 * Libraries below NumPy keep to one thread, unless the environment says otherwise: sums that are split by
 * the machine's cores differ from machine to machine.
 */
const ONE_THREAD = ['OMP_NUM_THREADS', 'OPENBLAS_NUM_THREADS', 'MKL_NUM_THREADS', 'VECLIB_MAXIMUM_THREADS']

function environment(): NodeJS.ProcessEnv {
  const { ELECTRON_RUN_AS_NODE: _, ...rest } = process.env
  return { ...Object.fromEntries(ONE_THREAD.map((name) => [name, '1'])), ...rest, PYTHONIOENCODING: 'utf-8' }
}

export class PythonProcess implements OwnHost {
  readonly #child: ChildProcessWithoutNullStreams
  readonly #calls: Calls
  readonly #file: OwnFile
  #greet: (greeting: Greeting) => void = () => undefined
  #refuse: (error: Error) => void = () => undefined
  readonly greeting: Promise<Greeting>

  constructor(interpreter: string, file: OwnFile, limits: OwnLimits) {
    this.#file = file
    this.#child = spawn(interpreter, ['-B', script()], {
      cwd: tmpdir(),
      env: environment(),
      windowsHide: true,
    })
    this.#calls = new Calls(file, limits, () => this.#child.kill('SIGKILL'))
    this.greeting = new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#end(`Python did not start within ${START_SECONDS} seconds`)
        this.#child.kill('SIGKILL')
      }, START_SECONDS * 1000)
      this.#greet = (greeting) => {
        clearTimeout(timer)
        resolve(greeting)
      }
      this.#refuse = (error) => {
        clearTimeout(timer)
        reject(error)
      }
    })
    this.greeting.catch(() => undefined)
    this.#listen()
  }

  call(request: OwnRequest, arrays: OwnArrays = new Map()): Promise<OwnReply> {
    return this.#calls.ask(request.call, () => {
      for (const part of frameParts(request, arrays)) this.#child.stdin.write(part)
    })
  }

  get ended(): boolean {
    return this.#calls.ended
  }

  printed(): string {
    return this.#calls.printed
  }

  close(): void {
    this.#calls.end(closed(this.#file))
    this.#child.kill('SIGKILL')
  }

  #listen(): void {
    const child = this.#child
    let greeted = false
    const reader = new FrameReader((reply) => {
      if (greeted) return this.#calls.answer(reply)
      greeted = true
      const { python, numpy, numpyError } = reply.header
      this.#greet({ python, numpy, numpyError } as Greeting)
    })
    child.stdout.on('data', (chunk: Uint8Array) => {
      try {
        reader.push(chunk)
      } catch (error) {
        child.kill('SIGKILL')
        this.#end(error instanceof Error ? error.message : String(error))
      }
    })
    child.stderr.setEncoding('utf8')
    child.stderr.on('data', (text: string) => this.#calls.print(text))
    // A process that is gone is told by `close`; what is still written to it is lost.
    child.stdin.on('error', () => undefined)
    child.on('error', (error) => {
      this.#refuse(error)
      this.#calls.end(error)
    })
    child.on('close', (code, signal) => this.#end(signal ? `signal ${signal}` : `code ${code}`))
  }

  #end(how: string): void {
    const error = endedEarly(this.#file, how, this.#calls.printed)
    this.#refuse(error)
    this.#calls.end(error)
  }
}
