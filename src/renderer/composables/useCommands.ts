/**
 * Who does what a command says: pages register handlers while they are shown; menu, palette and keys run
 * them.
 */
import { inject, onScopeDispose, provide, shallowReactive } from 'vue'
import type { InjectionKey } from 'vue'
import type { CommandName } from '../../shared/commands.ts'

type Handler = () => void

export interface Commands {
  /** Runs the handler registered last; false when nobody is there to do it now. */
  readonly run: (name: CommandName) => boolean
  readonly available: (name: CommandName) => boolean
  readonly register: (handlers: Partial<Record<CommandName, Handler>>) => () => void
}

const KEY: InjectionKey<Commands> = Symbol('commands')

export function provideCommands(): Commands {
  const stacks = shallowReactive(new Map<CommandName, readonly Handler[]>())
  const commands: Commands = {
    run: (name) => {
      const handler = stacks.get(name)?.at(-1)
      handler?.()
      return handler !== undefined
    },
    available: (name) => (stacks.get(name)?.length ?? 0) > 0,
    register: (handlers) => {
      const entries = Object.entries(handlers) as [CommandName, Handler][]
      for (const [name, handler] of entries) stacks.set(name, [...(stacks.get(name) ?? []), handler])
      return () => {
        for (const [name, handler] of entries) {
          stacks.set(
            name,
            (stacks.get(name) ?? []).filter((each) => each !== handler),
          )
        }
      }
    },
  }
  provide(KEY, commands)
  return commands
}

export function useCommands(): Commands {
  const commands = inject(KEY)
  if (!commands) throw new Error('useCommands: none were provided')
  return commands
}

/** Registers handlers for as long as the component lives. */
export function useCommandHandlers(handlers: Partial<Record<CommandName, Handler>>): void {
  onScopeDispose(useCommands().register(handlers))
}
