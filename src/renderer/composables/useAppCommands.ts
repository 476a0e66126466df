/** Commands that can be given whatever the page. */
import { onScopeDispose } from 'vue'
import { useRouter } from 'vue-router'
import { fromErrorMessage } from '../../shared/contract/errors.ts'
import type { BenchBridge } from '../../shared/contract/shell.ts'
import type { Bench } from './useBench.ts'
import type { Bundles } from './useBundles.ts'
import type { Commands } from './useCommands.ts'
import { useLab } from './useLab.ts'
import type { Toasts } from './useToasts.ts'
import type { Tour } from './useTour.ts'

export interface AppParts {
  readonly bridge: BenchBridge
  readonly bench: Bench
  readonly commands: Commands
  readonly toasts: Toasts
  readonly tour: Tour
  readonly bundles: Bundles
  readonly showPalette: (mode: 'commands' | 'shortcuts') => void
  readonly showExport: (what?: string) => void
  readonly toggleQueue: () => void
  readonly toggleQueuePanel: () => void
}

/** Registers them for as long as the app lives, and goes where the shell leads. */
export function useAppCommands(parts: AppParts): void {
  const { bridge, bench, commands, toasts, tour, bundles } = parts
  const router = useRouter()
  const lab = useLab()
  const go = (address: string) => () => void router.push(address)

  async function retryFailed(): Promise<void> {
    try {
      const filters = [{ column: 'status', relation: ':' as const, value: 'failed' }]
      const { ids } = await lab.call('runs/query', { filters, limit: 0 })
      if (ids.length > 0) await lab.call('runs/retry', { ids })
      toasts.done(ids.length > 0 ? `${ids.length} queued again.` : 'No run has failed.')
    } catch (reason) {
      toasts.failed(reason)
    }
  }
  async function copyDiagnostics(): Promise<void> {
    const reply = await bridge.copyDiagnostics()
    if (reply.ok) toasts.done('Versions, devices and the state of the lab are on the clipboard.')
    else toasts.failed(fromErrorMessage(reply.error))
  }

  onScopeDispose(
    commands.register({
      'go/studies': go('/studies'),
      'go/runs': go('/runs'),
      'go/compare': go('/compare'),
      'go/model': go('/model'),
      'go/data': go('/data'),
      'go/laboratory': go('/laboratory'),
      'go/theory': go('/theory'),
      'go/methods': go('/methods'),
      'go/settings': go('/settings'),
      'go/back': () => router.back(),
      'study/new': go('/studies/new'),
      'theme/system': () => void bench.setTheme('system'),
      'theme/light': () => void bench.setTheme('light'),
      'theme/dark': () => void bench.setTheme('dark'),
      'queue/toggle': parts.toggleQueue,
      'queue/panel': parts.toggleQueuePanel,
      'queue/retry': () => void retryFailed(),
      'bundle/import': () => void bundles.openFile(),
      'bundle/export': () => parts.showExport('bundle'),
      'bundle/sample': () => void bundles.openSample(),
      'export/choose': () => parts.showExport(),
      palette: () => parts.showPalette('commands'),
      'help/shortcuts': () => parts.showPalette('shortcuts'),
      'help/tour': () => void tour.start(),
      'help/diagnostics': () => void copyDiagnostics(),
      'help/about': () => void bridge.showAbout(),
    }),
  )
  onScopeDispose(bridge.onCommand((name) => commands.run(name)))
  onScopeDispose(bridge.onImported((reply) => bundles.show(reply)))
  onScopeDispose(
    bridge.onGo((address) => {
      // Addresses of ours only: the router knows no others, and leads those to the studies.
      if (address.startsWith('/')) void router.push(address)
    }),
  )
}
