/** Native dialogs. The last folder is remembered; names come with their ending. */
import { app, clipboard, dialog } from 'electron'
import type { BrowserWindow } from 'electron'
import type { ClusterProfile } from '../shared/cluster/profile.ts'
import { basename, dirname, join } from 'node:path'
import type { LabInfo } from '../shared/contract/lab.ts'
import type { SettingsFile } from './settings.ts'

const FILTERS = {
  csv: { name: 'Comma-separated values', ending: 'csv' },
  latex: { name: 'LaTeX table', ending: 'tex' },
  markdown: { name: 'Markdown table', ending: 'md' },
  html: { name: 'Page', ending: 'html' },
  svg: { name: 'SVG figure', ending: 'svg' },
  png: { name: 'PNG picture', ending: 'png' },
  pdf: { name: 'PDF figure', ending: 'pdf' },
  npz: { name: 'NumPy arrays', ending: 'npz' },
  safetensors: { name: 'Safetensors', ending: 'safetensors' },
  onnx: { name: 'ONNX model', ending: 'onnx' },
  model: { name: 'Layer graph', ending: 'json' },
  bundle: { name: 'Givens Bench results', ending: 'givens' },
} as const

function filtersOf(format: keyof typeof FILTERS): Electron.FileFilter[] {
  return [{ name: FILTERS[format].name, extensions: [FILTERS[format].ending] }]
}

/** A file name without what file systems refuse. */
function safeName(name: string): string {
  return basename(name.replaceAll(/[\\/:*?"<>|\0]/g, '-')) || 'export'
}

/** Asks where to write; null when cancelled. */
export async function askForFile(
  window: BrowserWindow,
  settings: SettingsFile,
  format: keyof typeof FILTERS,
  name: string,
): Promise<string | null> {
  const { ending } = FILTERS[format]
  const safe = safeName(name)
  const folder = settings.get().folder ?? app.getPath('documents')
  const answer = await dialog.showSaveDialog(window, {
    title: 'Export',
    defaultPath: join(folder, safe.endsWith(`.${ending}`) ? safe : `${safe}.${ending}`),
    filters: filtersOf(format),
    properties: ['showOverwriteConfirmation', 'createDirectory'],
  })
  if (answer.canceled || !answer.filePath) return null
  settings.set({ folder: dirname(answer.filePath) })
  return answer.filePath
}

/**
 * Asks for a folder and returns the path of a new one in it, named `name`: event files come as a folder.
 * Null when cancelled.
 */
export async function askForNewFolder(
  window: BrowserWindow,
  settings: SettingsFile,
  name: string,
): Promise<string | null> {
  const answer = await dialog.showOpenDialog(window, {
    title: `Export into a new folder “${safeName(name)}” in …`,
    defaultPath: settings.get().folder ?? app.getPath('documents'),
    buttonLabel: 'Export here',
    properties: ['openDirectory', 'createDirectory'],
  })
  const [folder] = answer.filePaths
  if (answer.canceled || !folder) return null
  settings.set({ folder })
  return join(folder, safeName(name))
}

/** Asks for a share bundle; null when cancelled. */
export async function askForBundle(window: BrowserWindow, settings: SettingsFile): Promise<string | null> {
  const answer = await dialog.showOpenDialog(window, {
    title: 'Import results',
    defaultPath: settings.get().folder ?? app.getPath('documents'),
    filters: filtersOf('bundle'),
    properties: ['openFile'],
  })
  const [file] = answer.filePaths
  if (answer.canceled || !file) return null
  settings.set({ folder: dirname(file) })
  return file
}

/** Asks for a model; null when cancelled. */
export async function askForModel(window: BrowserWindow, settings: SettingsFile): Promise<string | null> {
  const answer = await dialog.showOpenDialog(window, {
    title: 'Import a model',
    defaultPath: settings.get().folder ?? app.getPath('documents'),
    filters: [{ name: 'Models (ONNX, layer graphs)', extensions: ['onnx', 'json'] }],
    properties: ['openFile'],
  })
  const [file] = answer.filePaths
  if (answer.canceled || !file) return null
  settings.set({ folder: dirname(file) })
  return file
}

/** Asks for an existing file of weights; null when cancelled. */
export async function askForWeights(window: BrowserWindow): Promise<string | null> {
  const answer = await dialog.showOpenDialog(window, {
    title: 'Choose a file of weights',
    filters: [{ name: 'Weights', extensions: ['npz', 'safetensors'] }],
    properties: ['openFile'],
  })
  return answer.canceled ? null : (answer.filePaths[0] ?? null)
}

/** Asks for an existing file of data; null when cancelled. */
export async function askForData(window: BrowserWindow): Promise<string | null> {
  const answer = await dialog.showOpenDialog(window, {
    title: 'Choose a file of data',
    filters: [
      { name: 'Data', extensions: ['npz', 'parquet', 'csv', 'tsv', 'txt', 'text', 'md'] },
      { name: 'All files', extensions: ['*'] },
    ],
    properties: ['openFile'],
  })
  return answer.canceled ? null : (answer.filePaths[0] ?? null)
}

/** Asks for a file with a method of the user's own; null when cancelled. */
export async function askForMethod(window: BrowserWindow): Promise<string | null> {
  const answer = await dialog.showOpenDialog(window, {
    title: 'Add a method: its code will run on this computer',
    buttonLabel: 'Add',
    filters: [{ name: 'Python, JavaScript, TypeScript', extensions: ['py', 'js', 'mjs', 'ts', 'mts'] }],
    properties: ['openFile'],
  })
  return answer.canceled ? null : (answer.filePaths[0] ?? null)
}

/** Asks for a Python interpreter; null when cancelled. */
export async function askForPython(window: BrowserWindow): Promise<string | null> {
  const answer = await dialog.showOpenDialog(window, {
    title: 'Choose the Python interpreter that runs methods',
    properties: ['openFile'],
  })
  return answer.canceled ? null : (answer.filePaths[0] ?? null)
}

/** Asks whether code may run on this computer. `what` names it. */
export async function mayRun(window: BrowserWindow, what: string): Promise<boolean> {
  const answer = await dialog.showMessageBox(window, {
    type: 'warning',
    title: 'Let this code run?',
    message: `Let ${what} run on this computer?`,
    detail:
      'A method is a program with your rights: it can read and change your files. Allow it only if you ' +
      'have read it, or trust who wrote it.',
    buttons: ['Cancel', 'Allow'],
    defaultId: 0,
    cancelId: 0,
    noLink: true,
  })
  return answer.response === 1
}

/** Asks whether a cluster is kept: what it is told to run is shown. */
export async function mayUse(
  window: BrowserWindow,
  { name, folder, program, setUp }: ClusterProfile,
): Promise<boolean> {
  const lines = [...setUp, ...(program === '' ? [] : [program])]
  const answer = await dialog.showMessageBox(window, {
    type: lines.length > 0 ? 'warning' : 'question',
    title: 'Keep this cluster?',
    message: `Keep the cluster “${name}”?`,
    detail:
      `Studies that you send there are written into ${folder}.` +
      (lines.length > 0 ? `\n\nWith your rights, each of its tasks runs:\n${lines.join('\n')}` : ''),
    buttons: ['Cancel', 'Keep'],
    defaultId: 1,
    cancelId: 0,
    noLink: true,
  })
  return answer.response === 1
}

/** Asks whether a path of another computer, as the page has it, may be read there. */
export async function mayName(window: BrowserWindow, lab: string, path: string): Promise<boolean> {
  const answer = await dialog.showMessageBox(window, {
    type: 'question',
    title: 'Use this path?',
    message: `Let “${lab}” read this?`,
    detail: path,
    buttons: ['Cancel', 'Use it'],
    defaultId: 1,
    cancelId: 0,
    noLink: true,
  })
  return answer.response === 1
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
  if (info) lines.push(`Data folder ${info.home}`)
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
