/** Lets methods of the user's own in: through dialogs of the shell, or by a drop; says what became of it. */
import { useRouter } from 'vue-router'
import { fromErrorMessage } from '../../shared/contract/errors.ts'
import type { MethodRow } from '../../shared/contract/methods.ts'
import type { ShellReply } from '../../shared/contract/shell.ts'
import { useBench } from './useBench.ts'
import { useToasts } from './useToasts.ts'

type RowReply = ShellReply<'shell/add-method'>

/** Endings of files that may hold a method. */
const ENDINGS = /\.(py|js|mjs|ts|mts)$/i

export const isMethodFile = (name: string): boolean => ENDINGS.test(name)

export interface MethodDoor {
  readonly add: () => Promise<void>
  readonly drop: (file: File) => Promise<void>
  readonly update: (method: MethodRow) => Promise<void>
  readonly allow: (method: MethodRow) => Promise<void>
}

export function useMethodDoor(): MethodDoor {
  const { bridge } = useBench()
  const toasts = useToasts()
  const router = useRouter()

  /** Says what was done; the name of the method, or null where the user declined. */
  function told(reply: RowReply, done: (row: MethodRow) => string): MethodRow | null {
    if (!reply.ok) toasts.failed(fromErrorMessage(reply.error))
    else if (reply.output) toasts.done(done(reply.output))
    return reply.ok ? reply.output : null
  }
  const added = ({ name }: MethodRow): string => `${name} is here, and can be chosen in studies.`
  return {
    add: async () => void told(await bridge.addMethod(), added),
    drop: async (file) => {
      const row = told(await bridge.dropMethod(file), added)
      if (row) await router.push('/methods')
    },
    update: async ({ name }) =>
      void told(await bridge.updateMethod({ name }), (row) => `${row.name} is up to date.`),
    allow: async ({ name, sha256 }) =>
      void told(await bridge.trustMethod({ name, sha256 }), (row) => `${row.name} may run on this computer.`),
  }
}
