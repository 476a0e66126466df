/**
 * The one command registry: menu, shortcuts, palette and cheat sheet are made from it. A command says what
 * can be done;
 * who does it registers a handler in the window (or is named by `role` and done by Electron).
 */

export const MENUS = ['file', 'edit', 'view', 'run', 'help'] as const
export type MenuName = (typeof MENUS)[number]

export interface Command {
  readonly title: string
  readonly menu: MenuName
  /** Electron accelerator; none for commands that only stand in menu and palette. */
  readonly accelerator?: string
  /** A line above it in the menu. */
  readonly separated?: boolean
}

export const COMMANDS = {
  'study/new': { title: 'New study…', menu: 'file', accelerator: 'CmdOrCtrl+N' },
  'study/save': { title: 'Save study', menu: 'file', accelerator: 'CmdOrCtrl+S' },
  'bundle/import': { title: 'Import results…', menu: 'file', accelerator: 'CmdOrCtrl+O', separated: true },
  'bundle/export': { title: 'Share a study with its results…', menu: 'file' },
  'bundle/sample': { title: 'Open sample results', menu: 'file' },
  'export/choose': { title: 'Export…', menu: 'file', accelerator: 'CmdOrCtrl+E', separated: true },
  export: { title: 'Export what is shown', menu: 'file', accelerator: 'CmdOrCtrl+Shift+E' },
  'go/studies': { title: 'Studies', menu: 'view', accelerator: 'CmdOrCtrl+1' },
  'go/runs': { title: 'Runs', menu: 'view', accelerator: 'CmdOrCtrl+2' },
  'go/compare': { title: 'Compare', menu: 'view', accelerator: 'CmdOrCtrl+3' },
  'go/model': { title: 'Model', menu: 'view', accelerator: 'CmdOrCtrl+5' },
  'go/data': { title: 'Data', menu: 'view', accelerator: 'CmdOrCtrl+6' },
  'go/laboratory': { title: 'Initialization lab', menu: 'view', accelerator: 'CmdOrCtrl+4' },
  'go/theory': { title: 'Theory', menu: 'view', accelerator: 'CmdOrCtrl+8' },
  'go/methods': { title: 'Methods', menu: 'view', accelerator: 'CmdOrCtrl+7' },
  'go/settings': { title: 'Settings', menu: 'view', accelerator: 'CmdOrCtrl+,' },
  'go/back': { title: 'Back', menu: 'view', accelerator: 'Alt+Left', separated: true },
  find: { title: 'Find…', menu: 'view', accelerator: 'CmdOrCtrl+F' },
  palette: { title: 'Command palette…', menu: 'view', accelerator: 'CmdOrCtrl+K' },
  'theme/system': { title: 'Theme of the system', menu: 'view', separated: true },
  'theme/light': { title: 'Light theme', menu: 'view' },
  'theme/dark': { title: 'Dark theme', menu: 'view' },
  'queue/toggle': { title: 'Pause or go on with the queue', menu: 'run', accelerator: 'CmdOrCtrl+P' },
  'queue/panel': { title: 'Show or hide the queue', menu: 'run', accelerator: 'CmdOrCtrl+J' },
  'queue/retry': { title: 'Retry all failed runs', menu: 'run' },
  'runs/pause': { title: 'Pause runs', menu: 'run', separated: true },
  'runs/resume': { title: 'Resume runs', menu: 'run' },
  'runs/cancel': { title: 'Cancel runs', menu: 'run' },
  'runs/retry': { title: 'Retry runs', menu: 'run' },
  'runs/star': { title: 'Star runs', menu: 'run', separated: true },
  'runs/archive': { title: 'Archive runs', menu: 'run' },
  'help/tour': { title: 'Take the tour', menu: 'help' },
  'help/shortcuts': { title: 'Keyboard shortcuts', menu: 'help', accelerator: 'CmdOrCtrl+/' },
  'help/diagnostics': { title: 'Copy diagnostics', menu: 'help', separated: true },
  'help/about': { title: 'About Givens Bench', menu: 'help' },
} as const satisfies Record<string, Command>

export type CommandName = keyof typeof COMMANDS

export const COMMAND_NAMES = Object.keys(COMMANDS) as readonly CommandName[]

/** The command with its optional parts readable. */
export function commandOf(name: CommandName): Command {
  return COMMANDS[name]
}

/** `CmdOrCtrl+Shift+E` as it is written on a key cap of this platform. */
export function acceleratorText(accelerator: string, mac: boolean): string {
  const parts = accelerator.split('+')
  if (!mac)
    return parts.map((part) => (part === 'CmdOrCtrl' ? 'Ctrl' : part === 'Left' ? '←' : part)).join(' + ')
  const signs: Record<string, string> = { CmdOrCtrl: '⌘', Shift: '⇧', Alt: '⌥', Left: '←' }
  return parts.map((part) => signs[part] ?? part).join('')
}
