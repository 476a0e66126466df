import { InvalidArgumentError } from 'commander'
import type { Command } from 'commander'
import { findComputerFile } from '../../lab/methods/computer.ts'
import { readDoor } from '../../lab/line/address.ts'
import { serveHome } from '../../lab/line/serve-home.ts'
import { pathsOf } from '../../lab/store/home.ts'
import { isLocked } from '../../lab/store/lock.ts'
import { callServing } from '../../lab/line/start-serving.ts'
import { BenchError } from '../../shared/contract/errors.ts'
import { errorText } from '../io.ts'
import { numberIn } from '../options.ts'
import type { Session } from '../session.ts'

/** Minutes without callers and work after which a lab that serves ends. */
const IDLE = 15

/** `serve`: a lab that others speak to; `connect --stdio`: the line to it, which `ssh` carries. */
export function addServeCommands(program: Command, session: Session): void {
  program
    .command('serve')
    .description('work on the queue and answer other programs of this user, until there is nothing to do')
    .option(
      '--idle <minutes>',
      'end after so long without callers and running runs',
      numberIn(0.001, 1e6),
      IDLE,
    )
    .option('--stop', 'end the lab that serves this home, at a checkpoint')
    .action(async ({ idle, stop }: { idle: number; stop?: boolean }) => {
      if (stop) await end(session)
      else await serve(session, idle)
    })
  program
    .command('connect')
    .description('the line to the lab of a home over standard input and output, started where none serves')
    .option('--stdio', 'over standard input and output')
    .option('--idle <minutes>', 'of a lab that is started', numberIn(0.001, 1e6), IDLE)
    .action(async ({ stdio, idle }: { stdio?: boolean; idle: number }) => {
      if (!stdio) throw new InvalidArgumentError('Say --stdio: it is for programs, such as ssh.')
      const socket = await callServing(session.home, idle)
      await new Promise<void>((resolve) => {
        socket.on('close', () => resolve()).on('error', () => undefined)
        process.stdout.on('error', () => socket.destroy())
        process.stdin.pipe(socket)
        socket.pipe(process.stdout)
      })
      process.stdin.destroy()
    })
}

/** A lab that ends brings its runs to a checkpoint first. */
const MOST_ENDING_MS = 120_000
const LOOK_MS = 50

async function serve(session: Session, idleMinutes: number): Promise<void> {
  const { io, home } = session
  const serving = await serveHome({
    home,
    workerUrl: io.workerUrl,
    computerFile: findComputerFile(io.environment),
    idleMinutes,
    environment: io.environment,
    onError: (error) => io.err(errorText(error, false)),
  })
  io.err(`Serving ${home} at ${serving.address}; ends after ${idleMinutes} minutes without anything to do.\n`)
  const release = io.onInterrupt(serving.stop)
  await serving.ended
  release()
}

async function end(session: Session): Promise<void> {
  const { io, home } = session
  if (readDoor(home) === null) {
    io.err(`No lab serves ${home}.\n`)
    return
  }
  const lab = session.serving(new BenchError('not-found', `No lab serves ${home}.`, home))
  await lab.stop()
  const paths = pathsOf(home)
  for (let waited = 0; isLocked(paths) && waited < MOST_ENDING_MS; waited += LOOK_MS)
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS))
  io.err(`The lab of ${home} was told to end; its runs go on from their checkpoints with the next one.\n`)
}
