/** What commands share: output, the lab of the home that was named, the exit code. */
import { withMethods } from '../engine/index.ts'
import type { Lab, LabDoor } from '../lab/lab.ts'
import { openLab } from '../lab/lab.ts'
import { readDoor } from '../lab/line/address.ts'
import { dialHere } from '../lab/line/dial-here.ts'
import { openFarLab } from '../lab/line/far-lab.ts'
import type { FarLab } from '../lab/line/far-lab.ts'
import { dialRemote } from '../lab/remote/dial.ts'
import { remoteOf } from '../lab/remote/remotes.ts'
import { findComputerFile } from '../lab/methods/computer.ts'
import { findHome } from '../lab/store/home.ts'
import manifest from '../../package.json' with { type: 'json' }
import { BenchError } from '../shared/contract/errors.ts'
import { HERE } from '../shared/contract/remotes.ts'
import { METHOD_FIELDS } from '../shared/spec/method-fields.ts'
import { isOwn } from '../shared/spec/own.ts'
import type { RunSpec } from '../shared/spec/schema.ts'
import { errorText, EXIT, jsonText } from './io.ts'
import type { Io } from './io.ts'

export class Session {
  readonly io: Io
  exitCode: number = EXIT.done
  #home: string | undefined
  #lab: LabDoor | null = null
  #far: string | null = null

  constructor(io: Io) {
    this.io = io
  }

  setHome(home: string | undefined): void {
    this.#home = home
  }

  /** The lab of another computer that was named, in place of a home of this one. */
  setLab(name: string | undefined): void {
    this.#far = name === undefined || name === HERE ? null : name
  }

  /** Name of the lab of another computer that commands speak to; null for this one's. */
  get elsewhere(): string | null {
    return this.#far
  }

  /** For what works on this computer alone. @throws BenchError `impossible` where another lab was named. */
  onlyHere(what: string): void {
    if (this.#far !== null)
      throw new BenchError('impossible', `${what} works on this computer alone; leave --lab out.`, '--lab')
  }

  /** The home folder that was named, or the usual one. */
  get home(): string {
    return findHome(this.#home, this.io.environment)
  }

  /** The lab for reading only, beside whatever runs. */
  reader(): LabDoor {
    return this.#open(true)
  }

  /**
   * The lab that runs things; it waits for `work`. Where a lab serves the home already, that one.
   * @throws BenchError `in-use` when another program that does not serve has the home.
   */
  worker(): LabDoor {
    return this.#open(false)
  }

  /** This computer's lab that writes, whatever lab was named; the caller closes it. */
  workerHere(): LabDoor {
    return this.#openHere(false)
  }

  /** A lab of another computer, by its name. */
  dial(name: string): FarLab {
    const remote = remoteOf(name, this.io.environment)
    const asking = this.io.terminal ? 'terminal' : 'never'
    return dialRemote(
      remote,
      manifest.version,
      { asking },
      {
        onState: (state) => {
          if (state.kind === 'broken')
            this.io.err(
              `${state.reason}\nTrying again in ${Math.ceil(state.retryMs / 1000)} s; runs go on there.\n`,
            )
        },
      },
    )
  }

  /** The lab that serves this home already. @throws BenchError, `otherwise` where none answers. */
  serving(otherwise: unknown): FarLab {
    const { home } = this
    return openFarLab({
      name: `The lab of ${home}`,
      here: true,
      version: manifest.version,
      remedy: 'It was started by an older program: end it with “serve --stop”, or close its window.',
      dial: async () => {
        try {
          return await dialHere(home)
        } catch (error) {
          throw otherwise instanceof BenchError ? otherwise : error
        }
      },
    })
  }

  /**
   * Does something with a specification whose methods may be the user's own: those of the home, where they
   * are allowed to run.
   */
  withMethods<T>(spec: RunSpec, work: () => Promise<T>): Promise<T> {
    const own = METHOD_FIELDS.some(({ named }) => isOwn(named(spec)))
    return withMethods(own ? this.reader().methodsFor(spec) : undefined, work)
  }

  #open(readOnly: boolean): LabDoor {
    return (this.#lab ??= this.#far === null ? this.#openHere(readOnly) : this.dial(this.#far))
  }

  #openHere(readOnly: boolean): LabDoor {
    try {
      return this.#openLab(readOnly)
    } catch (error) {
      const served = error instanceof BenchError && error.code === 'in-use' && readDoor(this.home) !== null
      if (!served) throw error
      return this.serving(error)
    }
  }

  #openLab(readOnly: boolean): Lab {
    return openLab({
      home: this.home,
      workerUrl: this.io.workerUrl,
      computerFile: findComputerFile(this.io.environment),
      role: 'the command line',
      readOnly,
      start: 'none',
      onError: (error) => this.io.err(errorText(error, false)),
    })
  }

  /** Writes a result: as JSON, or as text made for people. */
  print(json: boolean | undefined, value: unknown, text: () => string): void {
    this.io.out(json ? jsonText(value) : `${text()}\n`)
  }

  async close(): Promise<void> {
    await this.#lab?.close()
  }
}
