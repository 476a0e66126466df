/**
 * The command line of an installed program. Its Electron does not run as Node (a fuse forbids it, so that
 * nobody borrows the program's name for a script of their own): the shell starts without a window, on no
 * display, and hands the words to the command line in a process of its own.
 */
import { app, utilityProcess } from 'electron'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Ends what is for Electron and Chromium; what follows is ours. */
const END_OF_SWITCHES = '--'
const COMMAND = 'lab'

/** The words of `… -- lab WORDS`, or null where a window is asked for. */
export function commandLine(argv: readonly string[]): readonly string[] | null {
  const end = argv.indexOf(END_OF_SWITCHES)
  return end !== -1 && argv[end + 1] === COMMAND ? argv.slice(end + 2) : null
}

/** Runs the command line at `entry` and ends with its exit code. */
export function runCommandLine(entry: string, words: readonly string[]): void {
  // Chromium wants a folder for a profile, also where no page is ever opened.
  const profile = mkdtempSync(join(tmpdir(), 'givens-bench-'))
  app.setPath('userData', profile)
  app.disableHardwareAcceleration()
  void app.whenReady().then(() => {
    const child = utilityProcess.fork(entry, [...words], {
      serviceName: 'Givens Bench command line',
      stdio: 'inherit',
      env: process.env,
    })
    const pass = (signal: NodeJS.Signals): void => {
      if (child.pid !== undefined) process.kill(child.pid, signal)
    }
    process
      .on('SIGTERM', pass)
      .on('SIGHUP', pass)
      // A terminal sends it to both.
      .on('SIGINT', process.stdin.isTTY ? () => undefined : pass)
    child.on('exit', (code) => {
      rmSync(profile, { recursive: true, force: true })
      app.exit(code)
    })
  })
}
