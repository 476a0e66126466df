/** Entry of the command line. */
import { runCommandLine } from './program.ts'

process.exitCode = await runCommandLine(process.argv.slice(2), {
  out: (text) => {
    process.stdout.write(text)
  },
  err: (text) => {
    process.stderr.write(text)
  },
  live: process.stderr.isTTY === true,
  workerUrl: new URL('../lab/threads/worker.ts', import.meta.url),
  onInterrupt: (listener) => {
    process.on('SIGINT', listener)
    process.on('SIGTERM', listener)
    return () => {
      process.off('SIGINT', listener)
      process.off('SIGTERM', listener)
    }
  },
  environment: process.env,
})
