/** Short messages at the edge of the window: what was done, what went wrong, and one thing to do about it. */
import { inject, provide, shallowRef } from 'vue'
import type { InjectionKey, ShallowRef } from 'vue'
import { fromErrorMessage, toErrorMessage } from '../../shared/contract/errors.ts'
import type { ErrorMessage } from '../../shared/contract/errors.ts'

export interface Toast {
  readonly id: number
  readonly kind: 'done' | 'error'
  readonly text: string
  readonly action: { readonly label: string; readonly run: () => void } | null
}

type Reply<Output> =
  { readonly ok: true; readonly output: Output } | { readonly ok: false; readonly error: ErrorMessage }

export interface Toasts {
  readonly list: ShallowRef<readonly Toast[]>
  readonly done: (text: string, action?: Toast['action']) => void
  readonly failed: (reason: unknown) => void
  /** What became of a wish to the shell: its error, or `text` of its output; nothing when cancelled. */
  readonly answered: <Output>(reply: Reply<Output>, text: (output: NonNullable<Output>) => string) => void
  readonly dismiss: (id: number) => void
}

const KEY: InjectionKey<Toasts> = Symbol('toasts')
const SHOWN_MS = 8_000

export function provideToasts(): Toasts {
  const list = shallowRef<readonly Toast[]>([])
  let last = 0
  const dismiss = (id: number): void => {
    list.value = list.value.filter((toast) => toast.id !== id)
  }
  const add = (kind: Toast['kind'], text: string, action: Toast['action']): void => {
    const id = ++last
    list.value = [...list.value.slice(-3), { id, kind, text, action }]
    // Errors stay until they are read.
    if (kind === 'done') setTimeout(() => dismiss(id), SHOWN_MS)
  }
  const toasts: Toasts = {
    list,
    dismiss,
    done: (text, action = null) => add('done', text, action),
    failed: (reason) => add('error', toErrorMessage(reason).message, null),
    answered: (reply, text) => {
      if (!reply.ok) toasts.failed(fromErrorMessage(reply.error))
      else if (reply.output) toasts.done(text(reply.output))
    },
  }
  provide(KEY, toasts)
  return toasts
}

export function useToasts(): Toasts {
  const toasts = inject(KEY)
  if (!toasts) throw new Error('useToasts: none were provided')
  return toasts
}
