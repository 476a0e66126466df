/** A process that serves a home: its lab with an open door, until it is idle, or told to end. */
import type { LabOptions } from '../lab.ts'
import { openLab } from '../lab.ts'
import manifest from '../../../package.json' with { type: 'json' }
import { openDoor } from './door.ts'

export interface Serving {
  readonly address: string
  /** Settled when the lab has closed: by idleness, a caller's wish, or `stop`. */
  readonly ended: Promise<void>
  readonly stop: () => void
}

/**
 * Opens the lab of a home and its door.
 * @throws BenchError as openLab does; `unavailable` where the door cannot be opened.
 */
export async function serveHome(
  options: Pick<LabOptions, 'home' | 'workerUrl' | 'computerFile' | 'onError'> & {
    readonly idleMinutes: number
    readonly environment?: NodeJS.ProcessEnv
  },
): Promise<Serving> {
  const { idleMinutes, environment, ...rest } = options
  const lab = openLab({ ...rest, role: 'a lab that serves it', start: 'all' })
  let stop: () => void = () => undefined
  const told = new Promise<void>((resolve) => {
    stop = resolve
  })
  try {
    const door = await openDoor({
      lab,
      home: options.home,
      version: manifest.version,
      idleMinutes,
      onIdle: () => stop(),
      onError: options.onError,
      environment,
    })
    // The door first: who calls now finds nobody and waits for the next lab.
    const ended = told.then(() => door.close()).finally(() => lab.close())
    return { address: door.address, ended, stop }
  } catch (error) {
    await lab.close()
    throw error
  }
}
