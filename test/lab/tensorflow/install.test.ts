import { createHash } from 'node:crypto'
import {
  existsSync,
  mkdtempSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { createServer } from 'node:http'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { zipSync } from 'fflate'
import { afterAll, beforeAll, beforeEach, expect, it, vi } from 'vitest'
import { installTensorFlow } from '../../../src/lab/tensorflow/install.ts'
import type { Wheel } from '../../../src/lab/tensorflow/manifest.ts'

const scratch = mkdtempSync(join(tmpdir(), 'givens-tensorflow-'))
const carried = join(scratch, 'carried')
/** Numbers that do not pack. */
let noise = 1
const LIBRARY = new Uint8Array(300_000).map(() => (noise = Math.imul(noise, 1_103_515_245) + 12_345) >>> 23)

/** A wheel with a library, another file and what is not wanted; `level` 0 stores. */
const bytes = Buffer.from(
  zipSync(
    {
      'tensorflow/libtensorflow_cc.so.2': [LIBRARY, { level: 6 }],
      'tensorflow/libtensorflow_framework.so.2': [LIBRARY.subarray(0, 1000), { level: 0 }],
      'tensorflow/python/much.py': new Uint8Array(10),
    },
    {},
  ),
)
const sha256 = createHash('sha256').update(bytes).digest('hex')
const wheel: Wheel = {
  name: 'tensorflow-cpu',
  version: '1.0',
  sha256,
  bytes: bytes.length,
  take: ['tensorflow/libtensorflow_'],
  unpackedBytes: 301_000,
}

/** The form of the server’s index, and after how many bytes the next answer breaks off, or halts. */
const server = {
  form: 'json',
  breaks: Infinity,
  halts: Infinity,
  wrong: false,
  ranges: [] as (string | undefined)[],
}
let folders = ''
const PARTIAL = 'tensorflow-cpu-1.0.whl.part'
/** Bytes of the wheel that came and were written. */
const received = (): number => statSync(join(folders, PARTIAL), { throwIfNoEntry: false })?.size ?? 0
const untilReceived = (count: number): Promise<boolean> =>
  vi.waitUntil(() => received() >= count, { timeout: 20_000, interval: 10 })

let listening: Server
let index = ''
beforeAll(async () => {
  mkdirSync(carried)
  writeFileSync(join(carried, 'tfjs_binding-4-r1.node'), 'binding')
  writeFileSync(join(carried, 'libgivens_quiet.so'), 'quiet')
  listening = createServer((request, response) => {
    if (request.url === '/simple/tensorflow-cpu/') {
      const html = server.form === 'html'
      response.setHeader('Content-Type', html ? 'text/html' : 'application/vnd.pypi.simple.v1+json')
      const address = '../../files/tensorflow.whl'
      const files = [
        { url: 'other.whl', hashes: { sha256: '0'.repeat(64) } },
        { url: address, hashes: { sha256 } },
      ]
      response.end(
        html
          ? `<a href="other.whl#sha256=${'0'.repeat(64)}">a</a> <a href="${address}#sha256=${sha256}">b</a>`
          : JSON.stringify({ files }),
      )
      return
    }
    if (request.url !== '/files/tensorflow.whl') {
      response.writeHead(404).end()
      return
    }
    const { range } = request.headers
    server.ranges.push(range)
    const start = Number(/bytes=(\d+)-/.exec(range ?? '')?.[1] ?? 0)
    const sent = server.wrong ? Buffer.alloc(bytes.length) : bytes.subarray(start)
    response.writeHead(start > 0 ? 206 : 200, { 'Content-Length': sent.length })
    const { breaks, halts } = server
    Object.assign(server, { breaks: Infinity, halts: Infinity })
    if (halts < sent.length) response.write(sent.subarray(0, halts))
    else if (breaks < sent.length) {
      response.write(sent.subarray(0, breaks))
      const close = (): unknown => response.destroy()
      untilReceived(breaks).then(close, close)
    } else response.end(sent)
  })
  await new Promise<void>((resolve) => listening.listen(0, '127.0.0.1', resolve))
  index = `http://127.0.0.1:${(listening.address() as AddressInfo).port}/simple/`
})
afterAll(() => {
  listening.close()
  rmSync(scratch, { recursive: true, force: true })
})

beforeEach(() => {
  folders = mkdtempSync(join(scratch, 'engine-'))
  Object.assign(server, { form: 'json', breaks: Infinity, halts: Infinity, wrong: false, ranges: [] })
})

const told: string[] = []
const install = (from: readonly string[] = [], controller = new AbortController()) =>
  installTensorFlow(
    { variant: 'cpu', from, carried },
    { progress: ({ what }) => told.push(what), signal: controller.signal },
    { wheels: [wheel], folders, index },
  )
function expectWhole(folder: string): void {
  expect(readFileSync(join(folder, 'tensorflow/libtensorflow_cc.so.2'))).toEqual(Buffer.from(LIBRARY))
  expect(readFileSync(join(folder, 'tensorflow/libtensorflow_framework.so.2'))).toHaveLength(1000)
  expect(existsSync(join(folder, 'tensorflow/python'))).toBe(false)
  expect(readFileSync(join(folder, 'tfjs_binding-4-r1.node'), 'utf8')).toBe('binding')
  expect(readFileSync(join(folder, 'tensorflow/libgivens_quiet.so'), 'utf8')).toBe('quiet')
  expect(readdirSync(folders)).toHaveLength(1)
}

it.each(['json', 'html'])(
  'finds the wheel by its hash in an index of %s, and unpacks what is wanted',
  async (form) => {
    server.form = form
    expectWhole(await install())
    expect(told).toContain('Fetching tensorflow-cpu 1.0')
  },
)

it('goes on where a fetch broke off', async () => {
  server.breaks = 50_000
  await expect(install()).rejects.toMatchObject({
    code: 'unavailable',
    message: expect.stringContaining('kept'),
  })
  expectWhole(await install())
  expect(server.ranges).toEqual([undefined, 'bytes=50000-'])
})

it('keeps nothing of another file than the pinned one', async () => {
  server.wrong = true
  await expect(install()).rejects.toMatchObject({
    code: 'bad-data',
    message: expect.stringContaining(sha256),
  })
  expect(readdirSync(folders)).toEqual([])
})

it('takes wheels that were brought along, from a folder too, without the network', async () => {
  const brought = join(scratch, 'brought')
  mkdirSync(brought)
  writeFileSync(join(brought, 'any-name.whl'), bytes)
  writeFileSync(join(brought, 'another.whl'), 'another')
  expectWhole(await install([brought]))
  expect(server.ranges).toEqual([])
  await expect(install([join(brought, 'another.whl')])).rejects.toMatchObject({
    code: 'bad-data',
    message: expect.stringContaining('none of the wheels'),
  })
  await expect(install([join(brought, 'none.whl')])).rejects.toMatchObject({ code: 'not-found' })
})

it('stops when it is told to, and keeps what came for the next time', async () => {
  server.halts = 50_000
  const controller = new AbortController()
  const stopped = expect(install([], controller)).rejects.toThrow('enough')
  await untilReceived(50_000)
  controller.abort(new Error('enough'))
  await stopped
  expect(readdirSync(folders)).toEqual([PARTIAL])
  expect(received()).toBe(50_000)
})

it('says what a checkout does instead, and that an index does not have it', async () => {
  await expect(
    installTensorFlow(
      { variant: 'cpu', from: [], carried: join(scratch, 'nothing') },
      { progress: () => undefined, signal: new AbortController().signal },
      { wheels: [wheel], folders, index },
    ),
  ).rejects.toMatchObject({ code: 'unavailable', message: expect.stringContaining('npm start') })
  await expect(
    installTensorFlow(
      { variant: 'cpu', from: [], carried },
      { progress: () => undefined, signal: new AbortController().signal },
      { wheels: [{ ...wheel, sha256: 'f'.repeat(64) }], folders, index },
    ),
  ).rejects.toMatchObject({ message: expect.stringContaining('--from') })
})
