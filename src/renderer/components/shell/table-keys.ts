/** Keys of the table of runs and of its heads, for the list of shortcuts. */
export const TABLE_KEYS: readonly { readonly title: string; readonly keys: string }[] = [
  { title: 'Open the run of the active line', keys: 'Enter' },
  { title: 'Select the active line', keys: 'Space' },
  { title: 'Select from here on', keys: 'Shift+↑ ↓' },
  { title: 'Select all, nothing', keys: 'Ctrl+A, Esc' },
  { title: 'First, last line; a page up, down', keys: 'Home, End, Page ↑ ↓' },
  { title: 'Star', keys: 'S' },
  { title: 'Archive', keys: 'X' },
  { title: 'Change tags, note', keys: 'T, N' },
  { title: 'Open, close a group', keys: '→, ←' },
  { title: 'On a head: sort by its column', keys: 'Enter' },
  { title: 'On a head: move its column', keys: 'Alt+← →' },
  { title: 'On a head: width of its column', keys: 'Alt+Shift+← →' },
  { title: 'On a head: pin, hide its column', keys: 'P, Delete' },
  { title: 'In the queue: move a waiting run', keys: 'Alt+↑ ↓' },
  { title: 'In the queue: to its front, its end', keys: 'Alt+Home, Alt+End' },
]
