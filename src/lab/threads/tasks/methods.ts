/** Own methods: what a file says of itself, and the check of one. Both run its code. */
import { checkMethod, syntheticScores, openBackend, openMethod } from '../../../engine/index.ts'
import type { OwnFile, OwnLimits } from '../../../engine/index.ts'
import type { MethodCheckRow } from '../../../shared/contract/methods.ts'
import type { OwnAbout } from '../../../shared/methods/own.ts'
import type { Task } from '../task-protocol.ts'

export interface MethodTaskInput {
  readonly file: OwnFile
  readonly limits: OwnLimits
}

export interface CheckedMethod {
  readonly about: OwnAbout
  readonly rows: readonly MethodCheckRow[]
  readonly printed: string
}

/** Lets what came in meanwhile, a cancellation, be heard. */
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

async function read({ file, limits }: MethodTaskInput): Promise<OwnAbout> {
  const { about, host } = await openMethod(file, limits)
  host.close()
  return about
}

async function check(
  { file, limits }: MethodTaskInput,
  onProgress: (fraction: number) => void,
  signal: AbortSignal,
): Promise<CheckedMethod> {
  const method = await openMethod(file, limits)
  const end = (): void => method.host.close()
  signal.addEventListener('abort', end, { once: true })
  try {
    const rows = await checkMethod(method, {
      now: () => performance.now(),
      scores: syntheticScores(await openBackend('reference')),
      onProgress,
      check: async () => {
        await turn()
        signal.throwIfAborted()
      },
    })
    return { about: method.about, rows, printed: method.host.printed() }
  } finally {
    signal.removeEventListener('abort', end)
    method.host.close()
  }
}

export const methodTasks = {
  'methods/read': (input) => read(input as MethodTaskInput),
  'methods/check': (input, progress, signal) => check(input as MethodTaskInput, progress, signal),
} satisfies Readonly<Record<string, Task>>
