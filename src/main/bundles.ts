/** Share bundles that reach the shell: from a dialog, a drop, the list of recent files, the arguments. */
import { app } from 'electron'
import type { LabClient } from '../shared/contract/client.ts'
import { BenchError } from '../shared/contract/errors.ts'
import type { BundleImport } from '../shared/contract/lab.ts'
import { withRecent } from './recent.ts'
import type { Recent, SettingsFile } from './settings.ts'

export const BUNDLE_ENDING = '.givens'

export interface Bundles {
  /** Brings a file in and remembers it. @throws BenchError when it is no bundle. */
  readonly bringIn: (file: string) => Promise<BundleImport>
  readonly remember: (recent: Recent) => void
  readonly forget: () => void
}

/** `changed` is called when the list of recent things is another. */
export function createBundles(client: LabClient, settings: SettingsFile, changed: () => void): Bundles {
  function remember(recent: Recent): void {
    const recents = withRecent(settings.get().recent, recent)
    if (JSON.stringify(recents) === JSON.stringify(settings.get().recent)) return
    settings.set({ recent: recents })
    if (recent.kind === 'bundle') app.addRecentDocument(recent.file)
    changed()
  }
  return {
    remember,
    forget: () => {
      settings.set({ recent: [] })
      app.clearRecentDocuments()
      changed()
    },
    bringIn: async (file) => {
      if (!file.toLowerCase().endsWith(BUNDLE_ENDING)) {
        throw new BenchError(
          'bad-file',
          `“${file || 'What was dropped'}” is not a share bundle; its name would end in ${BUNDLE_ENDING}.`,
          'file',
        )
      }
      const imported = await client.call('bundle/import', { file })
      remember({ kind: 'bundle', file })
      return imported
    },
  }
}

/** The first bundle among the program's arguments, as a file manager gives it; null when there is none. */
export function bundleOf(argv: readonly string[]): string | null {
  return argv.slice(1).find((word) => !word.startsWith('-') && word.endsWith(BUNDLE_ENDING)) ?? null
}
