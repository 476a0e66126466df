/** Native dialogs. The last folder is remembered; names come with their ending. */
import { app, clipboard, dialog } from 'electron'
import type { BrowserWindow } from 'electron'
import { basename, dirname, join } from 'node:path'
import type { LabInfo } from '../shared/contract/lab.ts'
import type { SettingsFile } from './settings.ts'

const FILTERS = {
  csv: [{ name: 'Comma-separated values', extensions: ['csv'] }],
  latex: [{ name: 'LaTeX table', extensions: ['tex'] }],
  npz: [{ name: 'NumPy arrays', extensions: ['npz'] }],
  safetensors: [{ name: 'Safetensors', extensions: ['safetensors'] }],
  png: [{ name: 'PNG picture', extensions: ['png'] }],
} as const

/** Asks where to write; null when cancelled. */
export async function askForFile(
  window: BrowserWindow,
  settings: SettingsFile,
  format: keyof typeof FILTERS,
  name: string,
): Promise<string | null> {
  const ending = FILTERS[format][0].extensions[0]
  const safe = basename(name.replaceAll(/[\\/:*?"<>|\0]/g, '-')) || 'export'
  const folder = settings.get().folder ?? app.getPath('documents')
  const answer = await dialog.showSaveDialog(window, {
    title: 'Export',
    defaultPath: join(folder, safe.endsWith(`.${ending}`) ? safe : `${safe}.${ending}`),
    filters: FILTERS[format].map(({ name, extensions }) => ({ name, extensions: [...extensions] })),
    properties: ['showOverwriteConfirmation', 'createDirectory'],
  })
  if (answer.canceled || !answer.filePath) return null
  settings.set({ folder: dirname(answer.filePath) })
  return answer.filePath
}

/** Asks for an existing folder; null when cancelled. */
export async function askForFolder(window: BrowserWindow): Promise<string | null> {
  const answer = await dialog.showOpenDialog(window, {
    title: 'Choose a folder',
    properties: ['openDirectory'],
  })
  return answer.canceled ? null : (answer.filePaths[0] ?? null)
}

/** Versions and state, as text that a user can paste into a report. */
export function diagnostics(info: LabInfo | null): string {
  const { versions } = process
  const lines = [
    `Givens Bench ${app.getVersion()}`,
    `Electron ${versions.electron}, Chromium ${versions.chrome}, Node ${versions.node}`,
    `${process.platform} ${process.arch}`,
  ]
  for (const backend of info?.backends ?? []) {
    lines.push(
      `${backend.name}: ${backend.available ? `${backend.version} on ${backend.device}` : backend.reason}`,
    )
  }
  return lines.join('\n')
}

export async function showAbout(window: BrowserWindow, info: LabInfo | null): Promise<void> {
  const detail = diagnostics(info)
  const answer = await dialog.showMessageBox(window, {
    type: 'info',
    title: 'About Givens Bench',
    message: 'Givens Bench',
    detail: `A desktop lab bench for sparse-training research.\n\n${detail}`,
    buttons: ['Close', 'Copy diagnostics'],
    defaultId: 0,
    cancelId: 0,
    noLink: true,
  })
  if (answer.response === 1) clipboard.writeText(detail)
}
