/** A disk whose writes fail for a while, then work again, or fail for good. Needs a C compiler, once. */
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Trial } from '../types.ts'
import { EPOCHS, disturbed, runUndisturbed, settle } from './undisturbed.ts'

const SOURCE = fileURLToPath(new URL('../inputs/failing-disk.c', import.meta.url))
const LIBRARY = 'failing-disk.so'

/** Writes below the home until the first that fails, those that fail, and that stands for all. */
const WITHIN_WRITES = 600
const SOME = 40
const ALL = 1_000_000_000
const MOST_TRIES = 3

/** Of what the disk itself says. */
const NAMED =
  /reports an error|disk I\/O error|EIO|could not be (read or )?written|cannot be opened for writing/i

function compile(folder: string): boolean {
  const words = ['-O2', '-shared', '-fPIC', '-o', join(folder, LIBRARY), SOURCE, '-ldl']
  return spawnSync('cc', words, { stdio: 'ignore' }).status === 0
}

export const failingDisk: Trial = {
  about: 'writes to the disk fail, for a while or for good',
  missing: () =>
    process.platform === 'linux' && spawnSync('cc', ['--version']).status === 0
      ? null
      : 'it takes Linux and a C compiler (cc)',
  run: async (turn) => {
    if (!compile(turn.folder) || !existsSync(join(turn.folder, LIBRARY)))
      throw new Error(`${SOURCE} cannot be compiled`)
    const undisturbed = await runUndisturbed('sparse', EPOCHS.few)
    const words = ['study', 'run', undisturbed.study, '--backend', 'sparse']
    let homes = 0
    let failed = 0
    const goesOn = turn.start()
    for (; goesOn() || homes === 0; homes++) {
      const home = join(turn.folder, `home-${homes}`)
      for (let tries = 0; tries < MOST_TRIES; tries++) {
        const count = turn.stream.integer(3) === 0 ? ALL : 1 + turn.stream.integer(SOME)
        const from = turn.stream.integer(WITHIN_WRITES)
        const { code, output } = await disturbed(turn, words, {
          home,
          limit: 60_000,
          environment: {
            LD_PRELOAD: join(turn.folder, LIBRARY),
            FAILING_BELOW: home,
            FAILING_FROM: String(from),
            FAILING_COUNT: String(count),
          },
        })
        if (code === 0) break
        failed++
        const about = `${count === ALL ? 'all' : count} writes from number ${from} fail`
        if (code === null) turn.find(`${about}: ended by a signal: ${output.slice(-600)}`)
        else if (!NAMED.test(output)) turn.find(`${about}: not named (${code}): ${output.slice(-600)}`)
      }
      await settle(turn, undisturbed, home, 'sparse')
    }
    return { homes, failed }
  },
}
