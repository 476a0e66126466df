/** SIGKILL at random moments, again and again, at the cadence of checkpoints that users have. */
import { join } from 'node:path'
import type { Trial } from '../types.ts'
import { EPOCHS, disturbed, runUndisturbed, settle } from './undisturbed.ts'

/** From the start of the process: before the lock, in the first step, in a checkpoint, at the end. */
const KILLED_WITHIN_MS = 4000
const MOST_KILLS = 12

function killing(backend: string): Trial {
  return {
    about: `the command line is killed at random moments of a study (${backend})`,
    run: async (turn) => {
      const undisturbed = await runUndisturbed(backend, EPOCHS.usual)
      const home = join(turn.folder, 'home')
      let killed = 0
      const goesOn = turn.start()
      while (killed < MOST_KILLS && goesOn()) {
        const words =
          killed === 0 || turn.stream.integer(2) === 0
            ? ['study', 'run', undisturbed.study, '--backend', backend]
            : ['resume']
        const killAfter = 200 + turn.stream.integer(KILLED_WITHIN_MS)
        const { code } = await disturbed(turn, words, { home, killAfter })
        if (code === 0 && words[0] === 'study') break
        if (code === null) killed++
        // A home without the study yet has nothing to resume, which is said and no fault.
        else if (killed === 0) turn.find(`ended with ${code} although nobody killed it`)
      }
      await settle(turn, undisturbed, home, backend)
      return { killed, runs: 4 }
    },
  }
}

export const killsOfSparse = killing('sparse')
export const killsOfTensorFlow = killing('tensorflow')
