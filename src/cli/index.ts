/** Entry of the command line. */
import { runCommandLine } from './program.ts'

/** Threads start from the sources, or from what is built beside this file. */
const workerUrl = import.meta.url.endsWith('.ts')
  ? new URL('../lab/threads/worker.ts', import.meta.url)
  : new URL('./worker.js', import.meta.url)

// A reader that left (`… | head`) wants no more words; what the command does, it still does to its end.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error
  })
}

process.exitCode = await runCommandLine(process.argv.slice(2), {
  out: (text) => {
    process.stdout.write(text)
  },
  err: (text) => {
    process.stderr.write(text)
  },
  live: process.stderr.isTTY === true,
  workerUrl,
  onInterrupt: (listener) => {
    process.on('SIGINT', listener)
    process.on('SIGTERM', listener)
    return () => {
      process.off('SIGINT', listener)
      process.off('SIGTERM', listener)
    }
  },
  environment: process.env,
  terminal: process.stdin.isTTY === true && process.stderr.isTTY === true,
})

// In an installed program this is a process of Electron's, which waits for messages when its work is done.
if ('parentPort' in process) process.exit()
