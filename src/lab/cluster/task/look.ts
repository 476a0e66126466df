/** What a node is, looked at from a task of the check. */
import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { cpus, hostname, totalmem } from 'node:os'
import { join } from 'node:path'
import { threadCount } from '../../../engine/index.ts'
import { writePieces } from '../../export/writer.ts'
import { dataStore } from '../ready.ts'
import type { Scheduler } from '../schedulers/types.ts'

export interface NodeFacts {
  readonly version: string
  readonly node: string
  /** Processors of the task. */
  readonly threads: number
  readonly processor: string
  /** Bytes of the node. */
  readonly memory: number
  readonly gpus: readonly string[]
  /** What the scheduler gave of them; null where it says nothing. */
  readonly devices: string | null
  /** The folder of fetched data, and whether it is there. */
  readonly store: string
  readonly data: boolean
}

export const factsFile = (root: string): string => join(root, 'facts.json')

const QUICK_MS = 10_000

function gpus(): string[] {
  try {
    const text = execFileSync('nvidia-smi', ['-L'], {
      encoding: 'utf8',
      timeout: QUICK_MS,
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    return text
      .split('\n')
      .map((line) => line.replace(/ \(UUID.*/, '').trim())
      .filter((line) => line !== '')
  } catch {
    // No driver here: the node has none that could be used.
    return []
  }
}

/** Writes what is seen from here into a folder. */
export function lookAround(
  root: string,
  scheduler: Scheduler,
  environment: NodeJS.ProcessEnv,
  version: string,
): void {
  const place = scheduler.place(environment)
  const facts: NodeFacts = {
    version,
    node: place.node ?? hostname(),
    threads: place.cpus ?? threadCount(),
    processor: cpus()[0]?.model.trim() ?? 'unknown',
    memory: totalmem(),
    gpus: gpus(),
    devices: place.devices,
    store: dataStore(),
    data: existsSync(dataStore()),
  }
  writePieces(factsFile(root), [JSON.stringify(facts)])
}
