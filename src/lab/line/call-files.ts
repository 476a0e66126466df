/**
 * The files of calls at the caller's end: those that a call takes are sent after it, those that it writes
 * come before its answer, under a temporary name beside the one that was asked for, which they get when all
 * of them are whole.
 */
import { existsSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { makeFolder } from '../../engine/index.ts'
import { filesOf } from '../../shared/contract/calls/index.ts'
import { BenchError, toErrorMessage } from '../../shared/contract/errors.ts'
import { writesFolder } from '../../shared/contract/export.ts'
import type { ExportRequest } from '../../shared/contract/export.ts'
import type { PortEvent, PortReply, PortRequest } from '../../shared/contract/port.ts'
import { isRecord } from '../../shared/spec/paths.ts'
import { targetOf } from '../export/writer.ts'
import { explain } from '../store/failures.ts'
import type { Line } from './line.ts'
import type { LineMessage } from './messages.ts'
import { Incoming, sendFiles } from './transfer.ts'

interface Wanted {
  /** Field → where its file goes at last, as the caller named it, and under which name it comes. */
  readonly fields: Readonly<Record<string, { asked: string; target: string; part: string }>>
  error: Error | null
}

let parts = 0

export class CallFiles {
  readonly #line: () => Line
  readonly #receive: (message: PortReply | PortEvent) => void
  readonly #wanted = new Map<number, Wanted>()
  readonly #incoming: Incoming
  #streams = 0

  constructor(line: () => Line, receive: (message: PortReply | PortEvent) => void) {
    this.#line = line
    this.#receive = receive
    this.#incoming = new Incoming(
      (id, field) => this.#wanted.get(id)?.fields[field]?.part ?? null,
      (id, error) => {
        const wanted = this.#wanted.get(id)
        if (wanted) wanted.error ??= error
      },
    )
  }

  /** Sends a call and what it takes; `here`: the lab reads and writes this disk itself. */
  send({ id, method, input, page = false }: PortRequest, here: boolean): void {
    const files = here || !isRecord(input) ? [] : Object.entries(filesOf(method))
    const named = (use: string): [string, string][] =>
      files.flatMap(([field, each]) => {
        const value = isRecord(input) ? input[field] : undefined
        return each === use && typeof value === 'string' ? [[field, value]] : []
      })
    const taken = named('taken')
    const line = this.#line()
    try {
      const exports = isRecord(input) && method === 'export/write'
      const folder = exports && writesFolder(input as Pick<ExportRequest, 'what' | 'format'>)
      const written = named('written').map(([field, asked]) => [field, place(asked, folder)] as const)
      for (const [, file] of taken) mustBeFile(file)
      if (written.length > 0) this.#wanted.set(id, { fields: Object.fromEntries(written), error: null })
      const names = [...taken, ...named('written')].map(([field, value]) => [field, basename(value)])
      const sent = files.length === 0 ? input : { ...(input as object), ...Object.fromEntries(names) }
      line.send({ kind: 'request', id, method, input: sent, page, sends: taken.map(([field]) => field) })
    } catch (error) {
      queueMicrotask(() => this.#receive({ id, ok: false, error: toErrorMessage(error) }))
      return
    }
    void this.#sendAll(line, id, taken)
  }

  async #sendAll(line: Line, id: number, taken: readonly (readonly [string, string])[]): Promise<void> {
    for (const [field, path] of taken) {
      try {
        await sendFiles(line, () => ++this.#streams, { id, field, path })
      } catch {
        return // The lab was told, and answers with it.
      }
    }
  }

  async hear(message: LineMessage): Promise<void> {
    switch (message.kind) {
      case 'file':
        return this.#incoming.begin(message)
      case 'end':
        return this.#incoming.end(message)
      case 'broken':
        return this.#incoming.broken(message)
      case 'reply':
        return this.#receive(this.#finished(message))
      default:
        throw new BenchError('bad-file', 'A lab sent what only a caller sends.', 'line')
    }
  }

  chunk(stream: number, bytes: Buffer): Promise<void> {
    return this.#incoming.piece(stream, bytes)
  }

  /** Gives the files of an answer their names, or removes what came of them. */
  #finished(reply: Extract<LineMessage, { kind: 'reply' }>): PortReply {
    const wanted = this.#wanted.get(reply.id)
    if (!wanted) return reply
    this.#wanted.delete(reply.id)
    const fields = Object.entries(wanted.fields)
    try {
      if (!reply.ok) return reply
      if (wanted.error) throw wanted.error
      for (const [, { target, part }] of fields) putInPlace(part, target)
      const names = Object.fromEntries(fields.map(([field, { asked }]) => [field, asked]))
      return { ...reply, output: isRecord(reply.output) ? { ...reply.output, ...names } : reply.output }
    } catch (error) {
      const told = explain(error, fields[0][1].target)
      return { id: reply.id, ok: false, error: toErrorMessage(told) }
    } finally {
      for (const [, { part }] of fields) rmSync(part, { recursive: true, force: true })
    }
  }

  async close(): Promise<void> {
    await this.#incoming.close()
    for (const { fields } of this.#wanted.values())
      for (const { part } of Object.values(fields)) rmSync(part, { recursive: true, force: true })
    this.#wanted.clear()
  }
}

/** @throws BenchError for what cannot be sent. */
function mustBeFile(file: string): void {
  const found = statSync(file, { throwIfNoEntry: false })
  if (!found) throw new BenchError('not-found', `There is no file ${file}.`, file)
  if (!found.isFile()) throw new BenchError('bad-input', `${file} is a folder; name a file.`, file)
}

function place(asked: string, folder: boolean): { asked: string; target: string; part: string } {
  const target = folder ? asked : targetOf(asked)
  try {
    makeFolder(dirname(target))
  } catch (error) {
    throw explain(error, target)
  }
  return { asked, target, part: `${target}.${process.pid}-${++parts}.part` }
}

/** A folder's files go into one that is there already, each by a rename. */
function putInPlace(part: string, target: string): void {
  if (!existsSync(part)) throw new BenchError('bad-file', `Nothing of ${target} came over the line.`, target)
  if (!statSync(part).isDirectory() || !existsSync(target)) return renameSync(part, target)
  for (const entry of readdirSync(part, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue
    const from = join(entry.parentPath, entry.name)
    const to = join(target, from.slice(part.length + 1))
    makeFolder(dirname(to))
    renameSync(from, to)
  }
}
