/** The command line in a process of its own, watched, and killed when asked. */
import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { processorTime, residentBytes } from './process-facts.ts'

const ENTRY = fileURLToPath(new URL('../src/cli/index.ts', import.meta.url))
const LOOK_MS = 100
const KEPT_OUTPUT = 1 << 20
const IDLE = 5

export interface Ended {
  /** Exit code, or null where a signal ended it. */
  readonly code: number | null
  readonly output: string
  /** Killed here, because it took longer than it may. */
  readonly hung: boolean
  /** Most bytes of memory that were seen in use. */
  readonly memory: number
}

export interface CallOptions {
  readonly home: string
  /** Milliseconds until SIGKILL; none: runs to its end. */
  readonly killAfter?: number
  /**
   * Milliseconds of its own work, or five times as many by the clock, after which it counts as hung: others
   * may keep the machine busy.
   */
  readonly limit?: number
  /** A module that is loaded first, in threads too. */
  readonly preload?: string
  /** What starts the program, with its arguments: `unshare`, a shell … */
  readonly through?: readonly string[]
  readonly environment?: Readonly<Record<string, string>>
}

/** Calls the command line with `--home` and these words. Never rejects for what the program does. */
export function callBench(words: readonly string[], options: CallOptions): Promise<Ended> {
  const { home, killAfter, limit = 300_000, preload, through = [], environment = {} } = options
  const command = [
    ...through,
    process.execPath,
    ...(preload ? ['--import', preload] : []),
    ENTRY,
    '--home',
    home,
    ...words,
  ]
  const child = spawn(command[0], command.slice(1), {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ELECTRON_RUN_AS_NODE: '1', TF_CPP_MIN_LOG_LEVEL: '2', ...environment },
    // What starts the program must not outlive it, nor the other way round.
    detached: through.length > 0,
  })
  const kill = (): void => {
    if (through.length === 0 || child.pid === undefined) child.kill('SIGKILL')
    else process.kill(-child.pid, 'SIGKILL')
  }
  let output = ''
  const keep = (text: string): void => {
    output = (output + text).slice(-KEPT_OUTPUT)
  }
  child.stdout.setEncoding('utf8').on('data', keep)
  child.stderr.setEncoding('utf8').on('data', keep)
  return new Promise((resolve, reject) => {
    let memory = 0
    let hung = false
    const look = setInterval(() => {
      memory = Math.max(memory, residentBytes(child.pid))
      if (killAfter === undefined && (processorTime(child.pid) ?? 0) > limit) end()
    }, LOOK_MS)
    const end = (): void => {
      hung = killAfter === undefined
      kill()
    }
    const late = setTimeout(end, killAfter ?? IDLE * limit)
    child.on('error', reject)
    child.on('close', (code) => {
      clearInterval(look)
      clearTimeout(late)
      resolve({ code, output, hung, memory })
    })
  })
}

/** What no output may hold: a stack trace, or a trouble that is called our own defect. */
export function defectIn(output: string): string | null {
  return /^.*(?:defect of the program|\n\s+at .+:\d+:\d+).*$/m.exec(output)?.[0] ?? null
}
