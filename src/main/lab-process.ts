/**
 * The lab's process: forked, handed its ports, started again when it dies. Runs go on from their last
 * checkpoint by the lab's own doing; here only the process is kept alive, at a limited rate.
 */
import { MessageChannelMain, utilityProcess } from 'electron'
import type { MessagePortMain, UtilityProcess } from 'electron'
import type { ErrorMessage } from '../shared/contract/errors.ts'
import { FAR_LAB, LAST_LAB_DIED } from '../shared/contract/host.ts'
import type { HostMessage, LabMessage, PortRole } from '../shared/contract/host.ts'
import type { LabState } from '../shared/contract/shell.ts'

/** A lab that dies more often than this in the span is left down until the user asks. */
const MOST_RESTARTS = 5
const RESTART_SPAN_MS = 60_000
const FIRST_DELAY_MS = 250
/** Exit codes of SIGKILL and SIGTERM, as the operating system or as a shell tells them. */
const FROM_OUTSIDE: ReadonlySet<number> = new Set([9, 15, 137, 143])

export interface LabProcess {
  readonly state: () => LabState
  /** Whether its runs are another process’s, and go on when this one ends. */
  readonly goesOn: () => boolean
  /** Process id of the running lab, null when there is none. */
  readonly pid: () => number | null
  /** A new port to the running lab; null while it is not up. */
  readonly openPort: (role: PortRole) => MessagePortMain | null
  /** Starts a lab that was left down. */
  readonly restart: () => void
  /** Asks the lab to bring runs to a checkpoint and end; kills it after `limitMs`. */
  readonly stop: (limitMs: number) => Promise<void>
}

export interface LabProcessOptions {
  readonly entry: string
  readonly environment: NodeJS.ProcessEnv
  /** Name of the lab of another computer that it passes on to; left out, it is this one's. */
  readonly far?: string
  readonly onState: (state: LabState) => void
}

const broken = ({ reason, retryMs }: { readonly reason: string; readonly retryMs: number }): string =>
  `${reason} Dialing again in ${Math.ceil(retryMs / 1000)} s; runs go on there.`

/** Forks the lab at `entry` and keeps it alive. */
export function startLabProcess(options: LabProcessOptions): LabProcess {
  let child: UtilityProcess | null = null
  let state: LabState = { kind: 'starting' }
  let failure: ErrorMessage | null = null
  /** It ends of its own will, to be started again. */
  let again = false
  let stopping = false
  let goesOn = false
  let restarts = 0
  /** The last one ended of itself: not stopped, and not by a signal from outside. */
  let died = false
  let deaths: number[] = []
  let delayed: NodeJS.Timeout | null = null

  function become(next: LabState): void {
    state = next
    options.onState(next)
  }

  function words(): string[] {
    if (options.far !== undefined) return [`${FAR_LAB}${options.far}`]
    return died ? [LAST_LAB_DIED] : []
  }

  function fork(): void {
    delayed = null
    failure = null
    again = false
    const forked = utilityProcess.fork(options.entry, words(), {
      serviceName: 'Givens Bench lab',
      stdio: 'inherit',
      env: options.environment,
    })
    child = forked
    forked.on('message', (message: LabMessage) => {
      if (child !== forked) return
      if (message.kind === 'ready') {
        goesOn = message.goesOn
        become({ kind: 'up', restarts, readOnly: message.readOnly })
      } else if (message.kind === 'again') again = true
      else if (message.kind === 'broken') become({ kind: 'broken', reason: broken(message) })
      else failure = message.error
    })
    forked.on('exit', (code) => {
      if (child === forked) child = null
      if (!stopping) onDeath(code)
    })
  }

  function onDeath(code: number): void {
    if (again) {
      become({ kind: 'starting' })
      fork()
      return
    }
    died = !FROM_OUTSIDE.has(code)
    // A lab that says why it cannot start would say the same again.
    if (failure) return become({ kind: 'down', reason: failure.message, error: failure })
    const now = performance.now()
    deaths = [...deaths.filter((at) => now - at < RESTART_SPAN_MS), now]
    const reason = `The lab’s process ended unexpectedly (code ${code}).`
    if (deaths.length > MOST_RESTARTS) {
      return become({
        kind: 'down',
        reason: `${reason} It was started ${MOST_RESTARTS} times within a minute.`,
        error: null,
      })
    }
    restarts += 1
    become({ kind: 'restarting', reason })
    delayed = setTimeout(fork, FIRST_DELAY_MS * 2 ** (deaths.length - 1))
  }

  function send(message: HostMessage, ports: MessagePortMain[] = []): void {
    child?.postMessage(message, ports)
  }

  fork()
  return {
    state: () => state,
    goesOn: () => goesOn,
    pid: () => child?.pid ?? null,
    openPort: (role) => {
      if (!child || state.kind !== 'up') return null
      const { port1, port2 } = new MessageChannelMain()
      send({ kind: 'port', role }, [port1])
      return port2
    },
    restart: () => {
      if (child && state.kind === 'broken') send({ kind: 'retry' })
      if (child || delayed) return
      deaths = []
      become({ kind: 'starting' })
      fork()
    },
    stop: (limitMs) => {
      stopping = true
      if (delayed) clearTimeout(delayed)
      const ending = child
      if (!ending) return Promise.resolve()
      return new Promise((resolve) => {
        const timer = setTimeout(() => ending.kill(), limitMs)
        ending.once('exit', () => {
          clearTimeout(timer)
          resolve()
        })
        send({ kind: 'stop' })
      })
    },
  }
}
