/**
 * The menu, made from the command registry; roles that Electron does itself are added where users look for
 * them.
 */
import { Menu } from 'electron'
import type { MenuItemConstructorOptions } from 'electron'
import { COMMAND_NAMES, commandOf } from '../shared/commands.ts'
import type { CommandName, MenuName } from '../shared/commands.ts'

const LABELS: Readonly<Record<MenuName, string>> = {
  file: '&File',
  edit: '&Edit',
  view: '&View',
  run: '&Run',
  help: '&Help',
}

const LAST_ITEMS: Readonly<Record<MenuName, readonly MenuItemConstructorOptions[]>> = {
  file: [{ type: 'separator' }, { role: 'quit' }],
  edit: [
    { role: 'undo' },
    { role: 'redo' },
    { type: 'separator' },
    { role: 'cut' },
    { role: 'copy' },
    { role: 'paste' },
    { role: 'selectAll' },
  ],
  view: [
    { type: 'separator' },
    { role: 'resetZoom' },
    { role: 'zoomIn' },
    { role: 'zoomOut' },
    { role: 'togglefullscreen' },
    { type: 'separator' },
    { role: 'toggleDevTools' },
  ],
  run: [],
  help: [],
}

export interface MenuActions {
  readonly command: (name: CommandName) => void
  /** What stands under “Open recent”. */
  readonly recent: readonly MenuItemConstructorOptions[]
}

/** The menu as plain data, so that a test can read it. */
export function menuTemplate(actions: MenuActions): MenuItemConstructorOptions[] {
  return (Object.keys(LABELS) as MenuName[]).map((menu) => {
    const items: MenuItemConstructorOptions[] = []
    for (const name of COMMAND_NAMES.filter((each) => commandOf(each).menu === menu)) {
      const { title, accelerator, separated } = commandOf(name)
      if (separated) items.push({ type: 'separator' })
      items.push({ id: name, label: title, accelerator, click: () => actions.command(name) })
    }
    if (menu === 'file')
      items.push({ type: 'separator' }, { label: 'Open recent', submenu: [...actions.recent] })
    items.push(...LAST_ITEMS[menu])
    return { label: LABELS[menu], submenu: items }
  })
}

export function setMenu(actions: MenuActions): void {
  const template = menuTemplate(actions)
  if (process.platform === 'darwin') template.unshift({ role: 'appMenu' })
  Menu.setApplicationMenu(Menu.buildFromTemplate(template))
}
