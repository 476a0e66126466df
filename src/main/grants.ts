/**
 * Files and folders that the user chose in a dialog: told to the lab, which lets the page name no others, and
 * kept, so that a study of yesterday finds its folder.
 */
import type { LabClient } from '../shared/contract/client.ts'
import type { SettingsFile } from './settings.ts'

const MOST = 500

export interface ChosenPaths {
  /** Gives the path on once the lab knows that the page may name it; null (cancelled) passes through. */
  readonly chosen: (path: string | null) => Promise<string | null>
  /** Tells a lab that has just come up. */
  readonly tellAll: () => Promise<void>
}

export function createChosenPaths(client: LabClient, settings: SettingsFile): ChosenPaths {
  return {
    chosen: async (path) => {
      if (path === null) return null
      const granted = [...settings.get().granted.filter((each) => each !== path), path].slice(-MOST)
      settings.set({ granted })
      await client.call('paths/grant', { paths: [path] })
      return path
    },
    tellAll: async () => {
      const { granted } = settings.get()
      if (granted.length > 0) await client.call('paths/grant', { paths: granted })
    },
  }
}
