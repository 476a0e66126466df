/**
 * The only bridge between page and shell: passes the lab's port on and names a few questions. No logic, no
 * files.
 */
import { contextBridge, ipcRenderer, webUtils } from 'electron'
import type { IpcRendererEvent } from 'electron'
import type { BenchBridge } from '../shared/contract/shell.ts'

const PORT_MESSAGE: typeof import('../shared/contract/shell.ts').PORT_MESSAGE = 'givens-bench/lab-port'

function listen<T>(channel: string, listener: (payload: T) => void): () => void {
  const wrapped = (_event: IpcRendererEvent, payload: T) => listener(payload)
  ipcRenderer.on(channel, wrapped)
  return () => ipcRenderer.off(channel, wrapped)
}

ipcRenderer.on(PORT_MESSAGE, (event) => window.postMessage(PORT_MESSAGE, window.location.origin, event.ports))

const bridge: BenchBridge = {
  ready: () => ipcRenderer.invoke('shell/ready', null),
  exportFile: (input) => ipcRenderer.invoke('shell/export', input),
  exportDrawing: (input) => ipcRenderer.invoke('shell/export-drawing', input),
  exportTimes: (input) => ipcRenderer.invoke('shell/export-times', input),
  exportWeights: (input) => ipcRenderer.invoke('shell/export-weights', input),
  exportOnnx: (input) => ipcRenderer.invoke('shell/export-onnx', input),
  importModel: () => ipcRenderer.invoke('shell/import-model', null),
  dropModel: (file) => ipcRenderer.invoke('shell/drop-model', { file: webUtils.getPathForFile(file) }),
  exportModel: (input) => ipcRenderer.invoke('shell/export-model', input),
  exportBundle: (input) => ipcRenderer.invoke('shell/export-bundle', input),
  importBundle: () => ipcRenderer.invoke('shell/import-bundle', null),
  // A path can only be had of a file that the user gave to the page; of any other it is empty.
  dropBundle: (file) => ipcRenderer.invoke('shell/drop-bundle', { file: webUtils.getPathForFile(file) }),
  addRecentStudy: (input) => ipcRenderer.invoke('shell/recent-study', input),
  copyDiagnostics: () => ipcRenderer.invoke('shell/diagnostics', null),
  copyText: (input) => ipcRenderer.invoke('shell/copy', input),
  showAbout: () => ipcRenderer.invoke('shell/about', null),
  chooseFolder: () => ipcRenderer.invoke('shell/folder', null),
  chooseOwnData: (kind) => ipcRenderer.invoke('shell/own-data', { kind }),
  dropData: (file) => ipcRenderer.invoke('shell/drop-data', { file: webUtils.getPathForFile(file) }),
  chooseWeightsFile: () => ipcRenderer.invoke('shell/weights-file', null),
  addMethod: () => ipcRenderer.invoke('shell/add-method', null),
  dropMethod: (file) => ipcRenderer.invoke('shell/drop-method', { file: webUtils.getPathForFile(file) }),
  updateMethod: (input) => ipcRenderer.invoke('shell/update-method', input),
  trustMethod: (input) => ipcRenderer.invoke('shell/trust-method', input),
  choosePython: () => ipcRenderer.invoke('shell/python', null),
  methodSettings: (input) => ipcRenderer.invoke('shell/method-settings', input),
  saveCluster: (input) => ipcRenderer.invoke('shell/save-cluster', input),
  setTheme: (theme) => ipcRenderer.invoke('shell/theme', theme),
  notify: (notice) => ipcRenderer.invoke('shell/notify', notice),
  labs: (input) => ipcRenderer.invoke('shell/labs', input),
  answerQuestion: (input) => ipcRenderer.invoke('shell/answer', input),
  onQuestions: (listener) => listen('shell/questions', listener),
  onSetup: (listener) => listen('shell/setup', listener),
  restartLab: () => ipcRenderer.invoke('shell/restart-lab', null),
  onCommand: (listener) => listen('shell/command', listener),
  onLabState: (listener) => listen('shell/lab-state', listener),
  onGo: (listener) => listen('shell/go', listener),
  onImported: (listener) => listen('shell/imported', listener),
}

contextBridge.exposeInMainWorld('bench', bridge)
