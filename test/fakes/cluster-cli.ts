/** The command line with the fake trainer, for the tasks of a real scheduler. */
import { runCommandLine } from '../../src/cli/program.ts'

process.exitCode = await runCommandLine(process.argv.slice(2), {
  out: (text) => void process.stdout.write(text),
  err: (text) => void process.stderr.write(text),
  live: false,
  workerUrl: new URL('./worker.ts', import.meta.url),
  onInterrupt: () => () => undefined,
  environment: process.env,
})
