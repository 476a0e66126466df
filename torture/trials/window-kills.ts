/** The window and its lab are killed while they train. Needs a display and the built program. */
import { spawn } from 'node:child_process'
import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Trial } from '../types.ts'
import { EPOCHS, disturbed, runUndisturbed, settle } from './undisturbed.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const START_MS = 2500
const WITHIN_MS = 5000
const MOST_KILLS = 4

/** Processes whose command line names Electron's utility service and that are below `parent`. */
function labsBelow(parent: number): number[] {
  return readdirSync('/proc')
    .map(Number)
    .filter((pid) => {
      if (!pid) return false
      try {
        const words = readFileSync(`/proc/${pid}/cmdline`, 'utf8')
        const above = Number(
          readFileSync(`/proc/${pid}/stat`, 'utf8')
            .replace(/^.*\) \S /, '')
            .split(' ')[0],
        )
        return above === parent && words.includes('node.mojom.NodeService')
      } catch {
        return false // It has ended meanwhile.
      }
    })
}

export const windowKills: Trial = {
  about: 'the window, or its lab, is killed while it trains',
  missing: () => {
    if (!process.env['DISPLAY']) return 'there is no display'
    if (!existsSync('/proc/self/stat')) return 'processes cannot be looked at here'
    return existsSync(join(ROOT, 'out/main/index.js')) ? null : 'the program is not built (npm run build)'
  },
  run: async (turn) => {
    const undisturbed = await runUndisturbed('sparse', EPOCHS.many)
    const home = join(turn.folder, 'home')
    // The study is there, and interrupted: the window takes it up by itself.
    await disturbed(turn, ['study', 'run', undisturbed.study, '--backend', 'sparse'], {
      home,
      killAfter: 2500,
    })
    let killed = 0
    const goesOn = turn.start()
    for (; killed < MOST_KILLS && goesOn(); killed++) {
      const environment: NodeJS.ProcessEnv = { ...process.env, GIVENS_HOME: home }
      delete environment['ELECTRON_RUN_AS_NODE']
      const root = process.getuid?.() === 0
      const window = spawn(process.execPath, [ROOT, ...(root ? ['--no-sandbox'] : [])], {
        env: environment,
        stdio: 'ignore',
        detached: true,
      })
      const ended = new Promise((resolve) => window.once('exit', resolve))
      await new Promise((resolve) => setTimeout(resolve, START_MS + turn.stream.integer(WITHIN_MS)))
      const pid = window.pid ?? 0
      if (turn.stream.integer(2) === 0) {
        for (const lab of labsBelow(pid)) process.kill(lab, 'SIGKILL')
        await new Promise((resolve) => setTimeout(resolve, turn.stream.integer(WITHIN_MS)))
      }
      // The whole group, as a log-out does.
      if (window.exitCode === null) process.kill(-pid, 'SIGKILL')
      await ended
    }
    await settle(turn, undisturbed, home, 'sparse')
    return { killed, runs: 4 }
  },
}
