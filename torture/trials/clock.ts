/** A clock that jumps by days, forwards and back, while a study runs. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Trial } from '../types.ts'
import { EPOCHS, disturbed, runUndisturbed, settle } from './undisturbed.ts'

/** A module under which `Date` jumps by up to `days`, every tenth of a second or so. */
const jumping = (seed: number, days: number): string => `
let state = ${seed} >>> 0
const next = () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 2 ** 32
const Real = Date
let offset = 0
setInterval(() => { offset = (2 * next() - 1) * ${days} * 864e5 }, 100).unref()
const now = () => Math.round(Real.now() + offset)
globalThis.Date = class extends Real {
  constructor(...given) { super(...(given.length === 0 ? [now()] : given)) }
  static now() { return now() }
}
`

export const clock: Trial = {
  about: 'the clock jumps by days while a study runs',
  run: async (turn) => {
    const undisturbed = await runUndisturbed('sparse', EPOCHS.usual)
    const home = join(turn.folder, 'home')
    const preload = join(turn.folder, 'jumping.mjs')
    writeFileSync(preload, jumping(turn.stream.integer(2 ** 31), 400))
    const words = ['study', 'run', undisturbed.study, '--backend', 'sparse']
    const options = { home, preload: pathToFileURL(preload).href }
    const { code, output } = await disturbed(turn, words, options)
    if (code !== 0) turn.find(`ended with ${code}: ${output.slice(-600)}`)
    await settle(turn, undisturbed, home, 'sparse')
    return { studies: 1 }
  },
}
