/**
 * One line between a caller and a lab over two byte streams: framed messages in order, pieces of files with
 * back-pressure, a heartbeat both ways. What is received is handled one after the other; while a handler
 * waits (for a disk), the line is not read further.
 */
import type { Readable, Writable } from 'node:stream'
import { deserialize, serialize } from 'node:v8'
import { BenchError } from '../../shared/contract/errors.ts'
import { chunkFrame, FrameReader, frameOf, KINDS } from './frames.ts'
import type { Frame } from './frames.ts'
import type { Hello, LineMessage } from './messages.ts'

const BEAT_MS = 10_000
/** Silence after which a line counts as broken. */
const SILENCE_MS = 35_000

export interface LineOptions {
  readonly input: Readable
  readonly output: Writable
  readonly hello: Hello
  /** Whether what comes in begins with the magic. */
  readonly magic: boolean
  /** Hears the other's greeting first; what it throws ends the line. */
  readonly onHello: (theirs: Hello) => void
  readonly onMessage: (message: LineMessage) => void | Promise<void>
  readonly onChunk: (stream: number, bytes: Buffer) => void | Promise<void>
  /** Called once; null where the other side ended it in order. */
  readonly onClose: (error: Error | null) => void
  readonly beatMs?: number
  readonly silenceMs?: number
}

export class Line {
  readonly #options: LineOptions
  readonly #beat: NodeJS.Timeout
  #heardAt = performance.now()
  #greeted = false
  #closed = false

  constructor(options: LineOptions) {
    this.#options = options
    const { input, output, hello, beatMs = BEAT_MS, silenceMs = SILENCE_MS } = options
    output.on('error', (error) => this.#end(error))
    this.#write(frameOf(KINDS.hello, Buffer.from(JSON.stringify(hello))))
    this.#beat = setInterval(() => {
      if (performance.now() - this.#heardAt > silenceMs)
        this.#end(new BenchError('unavailable', 'Nothing came over the line for a while.', 'line'))
      else this.#write(frameOf(KINDS.beat, Buffer.alloc(0)))
    }, beatMs)
    void this.#read(input, options.magic)
  }

  /** Bytes that wait to be sent. */
  get backlog(): number {
    return this.#options.output.writableLength
  }

  /** Messages are small beside files; nobody waits for one to leave. */
  send(message: LineMessage): void {
    this.#write(frameOf(KINDS.message, serialize(message)))
  }

  /** Sends a piece of a file; waits while the other side takes no more. */
  async sendChunk(stream: number, bytes: Uint8Array): Promise<void> {
    if (this.#write(chunkFrame(stream, bytes)) || this.#closed) return
    const { output } = this.#options
    await new Promise<void>((resolve) => {
      const done = (): void => {
        output.off('drain', done).off('close', done).off('error', done)
        resolve()
      }
      output.on('drain', done).on('close', done).on('error', done)
    })
  }

  get closed(): boolean {
    return this.#closed
  }

  close(): void {
    this.#end(null)
  }

  #write(frame: Buffer): boolean {
    return this.#closed || this.#options.output.destroyed || this.#options.output.write(frame)
  }

  async #read(input: Readable, magic: boolean): Promise<void> {
    const reader = new FrameReader(magic)
    try {
      for await (const piece of input) {
        this.#heardAt = performance.now()
        for (const frame of reader.push(piece as Buffer)) await this.#handle(frame)
        if (this.#closed) return
      }
      this.#end(null)
    } catch (error) {
      this.#end(error instanceof Error ? error : new Error(String(error)))
    }
  }

  async #handle({ kind, body }: Frame): Promise<void> {
    // A handler that waits for a disk is no silence of the other side.
    this.#heardAt = performance.now()
    if (kind === KINDS.hello) {
      this.#options.onHello(JSON.parse(body.toString('utf8')) as Hello)
      this.#greeted = true
      return
    }
    if (!this.#greeted) throw new BenchError('bad-file', 'The other end did not say who it is.', 'line')
    if (kind === KINDS.message) await this.#options.onMessage(deserialize(body) as LineMessage)
    else if (kind === KINDS.chunk) await this.#options.onChunk(body.readUInt32BE(0), body.subarray(4))
    this.#heardAt = performance.now()
  }

  #end(error: Error | null): void {
    if (this.#closed) return
    this.#closed = true
    clearInterval(this.#beat)
    this.#options.output.end()
    this.#options.input.destroy()
    this.#options.onClose(error)
  }
}
