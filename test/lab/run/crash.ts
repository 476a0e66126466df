/** Killing a lab’s process in the middle of its work. */
import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const SCRIPT = fileURLToPath(new URL('../../fakes/lab-process.ts', import.meta.url))

/**
 * Starts a lab on a home and kills it with SIGKILL once `enough` says so of a line of its output; also
 * returns when it dies by itself. Returns the signal or code.
 */
export function runUntilKilled(
  home: string,
  workerUrl: URL,
  enough: (line: string) => boolean,
  /** The lab is told that the last one died of itself. */
  died = false,
): Promise<string> {
  const child = spawn(process.execPath, [SCRIPT, home, workerUrl.href, ...(died ? ['died'] : [])], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  return new Promise((resolve, reject) => {
    let text = ''
    child.stdout.on('data', (chunk: Buffer) => {
      text += chunk.toString()
      const lines = text.split('\n')
      text = lines.pop() ?? ''
      if (lines.some(enough)) child.kill('SIGKILL')
    })
    child.on('error', reject)
    child.on('exit', (code, signal) => resolve(signal ?? String(code)))
  })
}
