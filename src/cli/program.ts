/**
 * The commands together. To add one: a file in commands/ with a function that registers it, and its line
 * here.
 */
import { Command, CommanderError } from 'commander'
import manifest from '../../package.json' with { type: 'json' }
import { addBackupCommands } from './commands/backup.ts'
import { addBundleCommand } from './commands/bundle.ts'
import { addClusterCommand } from './commands/cluster.ts'
import { addDataCommand } from './commands/data.ts'
import { addDensityCommand } from './commands/density.ts'
import { addDoctorCommand } from './commands/doctor.ts'
import { addExportWeightsCommand } from './commands/export-weights.ts'
import { addExportOnnxCommand } from './commands/export-onnx.ts'
import { addPredictCommand } from './commands/predict.ts'
import { addExportCommand } from './commands/export.ts'
import { addInitCommand } from './commands/init.ts'
import { addMethodsCommand } from './commands/methods.ts'
import { addModelCommand } from './commands/model.ts'
import { addQueueCommand } from './commands/queue.ts'
import { addResumeCommand } from './commands/resume.ts'
import { addRoundsCommand } from './commands/rounds.ts'
import { addRunsCommand } from './commands/runs.ts'
import { addSendCommand } from './commands/send.ts'
import { addServeCommands } from './commands/serve.ts'
import { addRemoteCommand, withHomeThere } from './commands/remote.ts'
import { addSpecCommand } from './commands/spec.ts'
import { addSpectrumCommand } from './commands/spectrum.ts'
import { addStudyCommand } from './commands/study.ts'
import { addTensorFlowCommand } from './commands/tensorflow.ts'
import { addVerifyCommand } from './commands/verify.ts'
import { addViewCommand } from './commands/view.ts'
import { addTheoryCommand } from './commands/theory.ts'
import { addTimingCommand } from './commands/timing.ts'
import { errorText, EXIT, exitCodeOf, harmless } from './io.ts'
import type { Io } from './io.ts'
import { Session } from './session.ts'
import { explainSystem } from '../lab/store/failures.ts'

const COMMANDS = [
  addDoctorCommand,
  addStudyCommand,
  addRunsCommand,
  addRoundsCommand,
  addQueueCommand,
  addClusterCommand,
  addResumeCommand,
  addExportCommand,
  addBundleCommand,
  addBackupCommands,
  addVerifyCommand,
  addInitCommand,
  addDensityCommand,
  addTheoryCommand,
  addSpectrumCommand,
  addTimingCommand,
  addExportWeightsCommand,
  addExportOnnxCommand,
  addPredictCommand,
  addModelCommand,
  addDataCommand,
  addMethodsCommand,
  addSpecCommand,
  addTensorFlowCommand,
  addServeCommands,
  addSendCommand,
  addRemoteCommand,
  addViewCommand,
]

/** What computes in this process, or is about this computer: not for the lab of another. */
const HERE_ALONE: ReadonlySet<string> = new Set([
  ...['init', 'density', 'theory', 'spectrum', 'timing', 'spec'],
  ...['tensorflow', 'restore', 'serve', 'connect', 'remote'],
])

/** Commander ends with 0 for help and the version, with 1 for what it could not parse. */
function usageCode(error: CommanderError): number {
  return error.exitCode === 0 ? EXIT.done : EXIT.usage
}

function build(io: Io, session: Session): Command {
  const program = new Command('lab')
  program
    .description('Givens Bench without a window: the same studies, runs and results.')
    .version(manifest.version)
    .option(
      '--home <folder>',
      'folder of the bench’s data (default: GIVENS_HOME, else the user’s data folder)',
    )
    .option('--lab <name>', 'a lab of another computer, by the name that “remote add” gave it')
    .option('--debug', 'show the stack of an error')
    .showHelpAfterError('(--help shows what there is)')
    .addHelpText(
      'after',
      '\nExit codes: 0 done, 1 a run failed or it is not possible now, 2 wrong usage, 130 stopped by Ctrl-C.',
    )
  for (const add of COMMANDS) add(program, session)
  const quiet = (command: Command): void => {
    command.exitOverride()
    command.configureOutput({ writeOut: io.out, writeErr: io.err, outputError: (text, write) => write(text) })
    for (const child of command.commands) quiet(child)
  }
  quiet(program)
  program.hook('preAction', (root, command) => {
    const { home, lab } = root.opts<{ home?: string; lab?: string }>()
    session.setHome(home)
    session.setLab(lab)
    let top = command
    while (top.parent !== null && top.parent !== root) top = top.parent
    if (HERE_ALONE.has(top.name())) session.onlyHere(`“${top.name()}”`)
  })
  return program
}

/** Runs one command line; returns the exit code. Never throws for what a user did. */
export async function runCommandLine(words: readonly string[], given: Io): Promise<number> {
  const io: Io = {
    ...given,
    out: (text) => given.out(harmless(text)),
    err: (text) => given.err(harmless(text)),
  }
  const session = new Session(io)
  try {
    await build(io, session).parseAsync(withHomeThere(words), { from: 'user' })
    return session.exitCode
  } catch (thrown) {
    if (thrown instanceof CommanderError) return usageCode(thrown)
    const error = explainSystem(thrown)
    io.err(errorText(error, words.includes('--debug')))
    return exitCodeOf(error)
  } finally {
    await session.close()
  }
}
