/** A file that is fetched over many sittings: what came stays, under a name of its own, until it is whole. */
import { createHash } from 'node:crypto'
import { createReadStream, createWriteStream, existsSync, renameSync, rmSync, statSync } from 'node:fs'
import { Readable, Transform } from 'node:stream'
import type { ReadableStream } from 'node:stream/web'
import { pipeline } from 'node:stream/promises'
import { networkReason } from '../../engine/index.ts'
import { BenchError } from '../../shared/contract/errors.ts'

/** SHA-256 of a file, in hex. */
export async function sha256Of(file: string, signal?: AbortSignal): Promise<string> {
  const hash = createHash('sha256')
  await pipeline(createReadStream(file, { highWaterMark: 1 << 20 }), hash, { signal })
  return hash.digest('hex')
}

/**
 * Fetches `address` into `file`, from where an earlier try ended.
 * @param wanted bytes and SHA-256 that the file must have
 * @param told bytes that are here, now and then
 * @throws BenchError `unavailable` for a network that ends too soon (what came is kept), `bad-data` for
 *   another file (nothing is kept)
 */
export async function download(
  address: string,
  file: string,
  wanted: { readonly bytes: number; readonly sha256: string },
  told: (received: number) => void,
  signal: AbortSignal,
): Promise<void> {
  const partial = `${file}.part`
  let received = existsSync(partial) ? statSync(partial).size : 0
  if (received > wanted.bytes) received = 0
  if (received < wanted.bytes) {
    const headers: Record<string, string> = received > 0 ? { Range: `bytes=${received}-` } : {}
    try {
      const response = await fetch(address, { headers, signal })
      if (!response.ok || response.body === null) throw new Error(`it answered ${response.status}`)
      // A server that knows no ranges sends all of it.
      if (response.status !== 206) received = 0
      const count = new Transform({
        transform(chunk: Buffer, _encoding, done) {
          received += chunk.length
          told(received)
          done(null, chunk)
        },
      })
      const body = Readable.fromWeb(response.body as ReadableStream)
      await pipeline(body, count, createWriteStream(partial, { flags: received > 0 ? 'a' : 'w' }), { signal })
    } catch (cause) {
      signal.throwIfAborted()
      const why = networkReason(cause)
      throw new BenchError(
        'unavailable',
        `${address} could not be fetched to its end: ${why}. ` + 'What came is kept; try again.',
        'tensorflow',
        { cause },
      )
    }
  }
  const found = await sha256Of(partial, signal)
  if (found !== wanted.sha256) {
    if (statSync(partial).size < wanted.bytes)
      throw new BenchError(
        'unavailable',
        `${address} ended after ${received} of ${wanted.bytes} bytes. What came is kept; try again.`,
        'tensorflow',
      )
    rmSync(partial)
    throw new BenchError(
      'bad-data',
      `${address} is not the expected file (SHA-256 ${found}, expected ${wanted.sha256}); nothing was kept.`,
      'tensorflow',
    )
  }
  renameSync(partial, file)
}
