/** The list of recent studies and bundles in the File menu. */
import { basename } from 'node:path'
import type { MenuItemConstructorOptions } from 'electron'
import type { Recent } from './settings.ts'

const MOST = 10

function keyOf(recent: Recent): string {
  return recent.kind === 'study' ? `study ${recent.id}` : `bundle ${recent.file}`
}

/** The list with an entry put first; an older one of the same goes, and so does the eleventh. */
export function withRecent(list: readonly Recent[], added: Recent): Recent[] {
  return [added, ...list.filter((each) => keyOf(each) !== keyOf(added))].slice(0, MOST)
}

export interface RecentActions {
  readonly open: (recent: Recent) => void
  readonly clear: () => void
}

/** The submenu; `&` in titles would otherwise underline the letter after it. */
export function recentMenu(list: readonly Recent[], actions: RecentActions): MenuItemConstructorOptions[] {
  if (list.length === 0) return [{ label: 'Nothing yet', enabled: false }]
  return [
    ...list.map((recent) => ({
      label: (recent.kind === 'study' ? recent.title : basename(recent.file)).replaceAll('&', '&&'),
      click: () => actions.open(recent),
    })),
    { type: 'separator' as const },
    { label: 'Clear the list', click: actions.clear },
  ]
}
