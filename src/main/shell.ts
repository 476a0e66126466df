/** The one gate for the page's questions: only our page may ask, and every payload is parsed here. */
import { ipcMain } from 'electron'
import type { IpcMainInvokeEvent } from 'electron'
import { BenchError, toErrorMessage } from '../shared/contract/errors.ts'
import { SHELL_SCHEMAS } from '../shared/contract/shell.ts'
import type { ShellAnswers, ShellChannel, ShellInput, ShellReply } from '../shared/contract/shell.ts'
import { isOurs } from './security.ts'

export type ShellHandlers = {
  readonly [C in ShellChannel]: (input: ShellInput<C>) => Promise<ShellAnswers[C]> | ShellAnswers[C]
}

/** Parses the payload of a channel; throws a BenchError that says which field is wrong. */
export function parseShellInput<C extends ShellChannel>(channel: C, payload: unknown): ShellInput<C> {
  const parsed = SHELL_SCHEMAS[channel].safeParse(payload)
  if (parsed.success) return parsed.data as ShellInput<C>
  const [issue] = parsed.error.issues
  const where = [channel, ...issue.path].join('.')
  throw new BenchError('bad-input', `${where}: ${issue.message}`, where)
}

/** Answers one question of a page at `url`, never by throwing: errors cross as data. */
export async function answer<C extends ShellChannel>(
  handlers: ShellHandlers,
  channel: C,
  url: string,
  payload: unknown,
): Promise<ShellReply<C>> {
  try {
    if (!isOurs(url))
      throw new BenchError('bad-input', `${channel}: only the bench’s own page may ask this.`, channel)
    return { ok: true, output: await handlers[channel](parseShellInput(channel, payload)) }
  } catch (error) {
    return { ok: false, error: toErrorMessage(error) }
  }
}

/** Listens on every channel of the contract. */
export function serveShell(handlers: ShellHandlers): void {
  for (const channel of Object.keys(SHELL_SCHEMAS) as ShellChannel[]) {
    ipcMain.handle(channel, (event: IpcMainInvokeEvent, payload: unknown) =>
      answer(handlers, channel, event.senderFrame?.url ?? '', payload),
    )
  }
}
