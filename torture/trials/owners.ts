/** Several command lines on one home at once: one works, nobody's work is damaged. */
import { join } from 'node:path'
import type { Trial } from '../types.ts'
import { EPOCHS, disturbed, runUndisturbed, settle } from './undisturbed.ts'

const OTHERS = [['study', 'run'], ['runs'], ['resume'], ['study', 'show', 'torture'], ['queue', 'list']]

export const owners: Trial = {
  about: 'several programs want one home',
  run: async (turn) => {
    const undisturbed = await runUndisturbed('sparse', EPOCHS.usual)
    const home = join(turn.folder, 'home')
    const work = ['study', 'run', undisturbed.study, '--backend', 'sparse']
    const calls = [work, work, ...OTHERS.map((words) => (words[1] === 'run' ? work : words))]
    const ended = await Promise.all(
      calls.map(async (words) => {
        await new Promise((resolve) => setTimeout(resolve, turn.stream.integer(1500)))
        return disturbed(turn, words, { home })
      }),
    )
    if (!ended.some(({ code }, call) => calls[call] === work && code === 0))
      turn.find(`of ${calls.length} programs none did the work: ${ended[0].output.slice(-600)}`)
    for (const { code, output } of ended)
      if (code !== 0 && output.trim() === '') turn.find(`one ended with ${code} without a word`)
    await settle(turn, undisturbed, home, 'sparse')
    return { programs: calls.length }
  },
}
