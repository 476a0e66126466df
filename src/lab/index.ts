/**
 * Front door of the lab's process (Electron's utility process): takes ports from the shell and serves the lab
 * through them.
 */
import type { MessagePortMain, ParentPort } from 'electron'
import { toErrorMessage } from '../shared/contract/errors.ts'
import { FAR_LAB, LAST_LAB_DIED } from '../shared/contract/host.ts'
import type { HostMessage, LabMessage, PortRole } from '../shared/contract/host.ts'
import type { PortEvent, PortReply, PortRequest } from '../shared/contract/port.ts'
import manifest from '../../package.json' with { type: 'json' }
import { readDoor } from './line/address.ts'
import { openDoor } from './line/door.ts'
import { serveAttached, servePassing } from './far-process.ts'
import { openLab } from './lab.ts'
import type { Lab } from './lab.ts'
import { findHome } from './store/home.ts'

async function answer(lab: Lab, role: PortRole, { id, method, input }: PortRequest): Promise<PortReply> {
  try {
    const ask = role === 'shell' ? lab.request : lab.requestOfPage
    return { id, ok: true, output: await ask(method, input) }
  } catch (error) {
    return { id, ok: false, error: toErrorMessage(error) }
  }
}

function servePort(lab: Lab, role: PortRole, port: MessagePortMain): void {
  const stop = lab.onAny((event, payload) => port.postMessage({ event, payload } as PortEvent))
  port.on('message', ({ data }) => {
    void answer(lab, role, data as PortRequest).then((reply) => port.postMessage(reply))
  })
  port.on('close', stop)
  port.start()
}

/** How often a window that only reads looks whether the lab that works answers callers by now. */
const LOOK_MS = 3000

async function main(parent: ParentPort): Promise<void> {
  const say = (message: LabMessage): void => parent.postMessage(message)
  const onError = (error: unknown): void => {
    const { stack, message } = toErrorMessage(error)
    console.error(stack ?? message)
  }
  const home = findHome(undefined)
  let lab: Lab
  try {
    lab = openLab({
      home,
      role: 'the window',
      readOnly: 'if-need-be',
      lastDied: process.argv.includes(LAST_LAB_DIED),
      workerUrl: new URL('./worker.js', import.meta.url),
      onError,
    })
  } catch (error) {
    say({ kind: 'failed', error: toErrorMessage(error) })
    setTimeout(() => process.exit(1), 100)
    return
  }
  let { readOnly } = lab
  const doorThere = readDoor(home) !== null
  if (readOnly?.code === 'in-use' && doorThere) {
    const why = await serveAttached(parent, home)
    if (why === null) return lab.close()
    // Of another version: that is what to know, rather than that it is there.
    if (why.code === 'conflict') readOnly = why
  }
  // Other programs of this user find it while the window is open: the command line, and ssh.
  const door = lab.readOnly ? null : openDoor({ lab, home, version: manifest.version, onError })
  door?.catch((error: unknown) => console.error(toErrorMessage(error).message))
  async function end(): Promise<void> {
    await door?.then((opened) => opened.close()).catch(() => undefined)
    await lab.close().catch(() => undefined)
    process.exit(0)
  }
  parent.on('message', ({ data, ports }) => {
    const message = data as HostMessage
    if (message.kind === 'port') servePort(lab, message.role, ports[0])
    else void end()
  })
  say({ kind: 'ready', readOnly: readOnly && toErrorMessage(readOnly), goesOn: false })
  const again = (): void => {
    say({ kind: 'again' })
    void end()
  }
  lab.onWritable(again)
  if (readOnly?.code === 'in-use' && !doorThere)
    setInterval(() => {
      if (readDoor(home) !== null) again()
    }, LOOK_MS)
}

const far = process.argv.find((word) => word.startsWith(FAR_LAB))
if (far === undefined) void main(process.parentPort)
else servePassing(process.parentPort, far.slice(FAR_LAB.length))
