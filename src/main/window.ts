/** The one window: confined, remembered, shown when it has something to show. */
import { BrowserWindow, nativeTheme, screen } from 'electron'
import type { Rectangle } from 'electron'
import { confine, webPreferences } from './security.ts'
import type { SettingsFile } from './settings.ts'

const SIZE = { width: 1360, height: 860 }
const LEAST = { width: 860, height: 560 }

/** Page background before the first paint; the same values as the tokens of the page. */
export const BACKGROUND = { light: '#f7f7f5', dark: '#131518' } as const

/** Bounds moved and shrunk so that they lie on a display; null when there is nothing to keep. */
export function clampBounds(bounds: Rectangle | null, areas: readonly Rectangle[]): Rectangle | null {
  if (!bounds || areas.length === 0) return null
  const overlap = (area: Rectangle) =>
    Math.max(0, Math.min(bounds.x + bounds.width, area.x + area.width) - Math.max(bounds.x, area.x)) *
    Math.max(0, Math.min(bounds.y + bounds.height, area.y + area.height) - Math.max(bounds.y, area.y))
  const area = areas.reduce((best, each) => (overlap(each) > overlap(best) ? each : best))
  if (overlap(area) === 0) return null
  const width = Math.min(Math.max(bounds.width, LEAST.width), area.width)
  const height = Math.min(Math.max(bounds.height, LEAST.height), area.height)
  const x = Math.min(Math.max(bounds.x, area.x), area.x + area.width - width)
  const y = Math.min(Math.max(bounds.y, area.y), area.y + area.height - height)
  return { x, y, width, height }
}

export interface WindowOptions {
  readonly preload: string
  readonly url: string
  readonly icon: string
  readonly settings: SettingsFile
}

/** Opens the window and keeps its place in the settings. */
export function openWindow({ preload, url, icon, settings }: WindowOptions): BrowserWindow {
  const kept = clampBounds(
    settings.get().bounds,
    screen.getAllDisplays().map((display) => display.workArea),
  )
  const window = new BrowserWindow({
    ...SIZE,
    ...(kept ?? {}),
    minWidth: LEAST.width,
    minHeight: LEAST.height,
    show: false,
    icon,
    title: 'Givens Bench',
    backgroundColor: nativeTheme.shouldUseDarkColors ? BACKGROUND.dark : BACKGROUND.light,
    webPreferences: webPreferences(preload),
  })
  confine(window.webContents)
  if (settings.get().maximized) window.maximize()
  window.once('ready-to-show', () => window.show())
  // The title tells the progress of the queue; the page's own title would overwrite it.
  window.on('page-title-updated', (event) => event.preventDefault())
  window.on('close', () =>
    settings.set({ bounds: window.getNormalBounds(), maximized: window.isMaximized() }),
  )
  void window.loadURL(url)
  return window
}
