/** The one export: a native dialog in the shell, the file written by the lab, a message when it is done. */
import type { ShellInput } from '../../shared/contract/shell.ts'
import { BenchError } from '../../shared/contract/errors.ts'
import type { Written } from '../../shared/contract/export.ts'
import { useBench } from './useBench.ts'
import { useToasts } from './useToasts.ts'

export type ExportInput = ShellInput<'shell/export'>['request']

/** What was written where: a figure and a report are no rows. */
function wroteText({ what, format }: ExportInput, { file, rows }: Written): string {
  if (what === 'figure' && format !== 'csv') return `Figure written to ${file}`
  if (what === 'report') return `Report written to ${file}`
  return `${rows.toLocaleString('en')} ${rows === 1 ? 'row' : 'rows'} written to ${file}`
}

/** Returns the function that exports; `name` is the suggested file name without ending. */
export function useExport(): (request: ExportInput, name: string) => Promise<void> {
  const { bridge } = useBench()
  const toasts = useToasts()
  return async (request, name) => {
    // Reactive wrappers cannot cross to the shell; a plain copy can.
    const reply = await bridge.exportFile(
      JSON.parse(JSON.stringify({ request, name })) as ShellInput<'shell/export'>,
    )
    toasts.answered(reply, (written) => wroteText(request, written))
    if (!reply.ok) return
    for (const note of reply.output?.notes ?? []) toasts.failed(new BenchError('impossible', note))
  }
}
