/** The one export: a native dialog in the shell, the file written by the lab, a message when it is done. */
import type { ShellInput } from '../../shared/contract/shell.ts'
import { useBench } from './useBench.ts'
import { useToasts } from './useToasts.ts'

export type ExportInput = ShellInput<'shell/export'>['request']

/** Returns the function that exports; `name` is the suggested file name without ending. */
export function useExport(): (request: ExportInput, name: string) => Promise<void> {
  const { bridge } = useBench()
  const toasts = useToasts()
  return async (request, name) => {
    // Reactive wrappers cannot cross to the shell; a plain copy can.
    const reply = await bridge.exportFile(
      JSON.parse(JSON.stringify({ request, name })) as ShellInput<'shell/export'>,
    )
    toasts.answered(reply, ({ file, rows }) =>
      request.what === 'figure' && request.format !== 'csv'
        ? `Figure written to ${file}`
        : `${rows.toLocaleString('en')} ${rows === 1 ? 'row' : 'rows'} written to ${file}`,
    )
  }
}
