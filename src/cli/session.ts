/** What commands share: output, the lab of the home that was named, the exit code. */
import { withMethods } from '../engine/index.ts'
import type { Lab } from '../lab/lab.ts'
import { openLab } from '../lab/lab.ts'
import { findComputerFile } from '../lab/methods/computer.ts'
import { findHome } from '../lab/store/home.ts'
import { METHOD_FIELDS } from '../shared/spec/method-fields.ts'
import { isOwn } from '../shared/spec/own.ts'
import type { RunSpec } from '../shared/spec/schema.ts'
import { errorText, EXIT, jsonText } from './io.ts'
import type { Io } from './io.ts'

export class Session {
  readonly io: Io
  exitCode: number = EXIT.done
  #home: string | undefined
  #lab: Lab | null = null

  constructor(io: Io) {
    this.io = io
  }

  setHome(home: string | undefined): void {
    this.#home = home
  }

  /** The home folder that was named, or the usual one. */
  get home(): string {
    return findHome(this.#home, this.io.environment)
  }

  /** The lab for reading only, beside whatever runs. */
  reader(): Lab {
    return this.#open(true)
  }

  /** The lab that runs things; it waits for `work`. @throws BenchError `in-use` when another has the home. */
  worker(): Lab {
    return this.#open(false)
  }

  /**
   * Does something with a specification whose methods may be the user's own: those of the home, where they
   * are allowed to run.
   */
  withMethods<T>(spec: RunSpec, work: () => Promise<T>): Promise<T> {
    const own = METHOD_FIELDS.some(({ named }) => isOwn(named(spec)))
    return withMethods(own ? this.reader().methodsFor(spec) : undefined, work)
  }

  #open(readOnly: boolean): Lab {
    this.#lab ??= openLab({
      home: this.home,
      workerUrl: this.io.workerUrl,
      computerFile: findComputerFile(this.io.environment),
      role: 'the command line',
      readOnly,
      start: 'none',
      onError: (error) => this.io.err(errorText(error, false)),
    })
    return this.#lab
  }

  /** Writes a result: as JSON, or as text made for people. */
  print(json: boolean | undefined, value: unknown, text: () => string): void {
    this.io.out(json ? jsonText(value) : `${text()}\n`)
  }

  async close(): Promise<void> {
    await this.#lab?.close()
  }
}
