/** Labs with an open door, and lines to them that a test can slow down and cut. */
import { join } from 'node:path'
import { Transform } from 'node:stream'
import { afterEach } from 'vitest'
import type { Lab } from '../../../src/lab/lab.ts'
import { openDoor } from '../../../src/lab/line/door.ts'
import type { Door, DoorOptions } from '../../../src/lab/line/door.ts'
import { dialHere } from '../../../src/lab/line/dial-here.ts'
import { openFarLab } from '../../../src/lab/line/far-lab.ts'
import type { Dialed, FarLab, FarLabOptions } from '../../../src/lab/line/far-lab.ts'
import { fakeLab, temporaryFolder } from '../support.ts'

export const VERSION = '1.2.3'

const open: { close: () => Promise<void> }[] = []

afterEach(async () => {
  for (const each of open.splice(0).toReversed()) await each.close()
})

export interface Served {
  readonly home: string
  readonly lab: Lab
  readonly door: Door
}

/** A lab with the fake trainer that listens. */
export async function served(options: Partial<DoorOptions> = {}): Promise<Served> {
  const home = options.home ?? join(temporaryFolder(), 'home')
  const lab = options.lab ?? fakeLab({ home })
  const door = await openDoor({ lab, home, version: VERSION, ...options })
  open.push(door)
  return { home, lab, door }
}

/** A caller of the lab of a home; one of another computer unless `here`. */
export function caller(home: string, options: Partial<FarLabOptions> = {}): FarLab {
  const lab = openFarLab({
    name: 'The lab of the test',
    here: false,
    version: VERSION,
    remedy: 'Bring it up to date.',
    dial: () => dialHere(home),
    firstPauseMs: 20,
    ...options,
  })
  open.push(lab)
  return lab
}

/** A pipe that gives each piece on after `ms`. */
export function delay(ms: number): Transform {
  return new Transform({
    transform(piece, _encoding, done) {
      setTimeout(() => this.push(piece), ms)
      done()
    },
    flush(done) {
      setTimeout(done, ms + 1)
    },
  })
}

/** A line of so many milliseconds each way. */
export async function slowly(home: string, ms: number): Promise<Dialed> {
  const dialed = await dialHere(home)
  const output = delay(ms)
  output.pipe(dialed.output)
  return { ...dialed, input: dialed.input.pipe(delay(ms)), output }
}
