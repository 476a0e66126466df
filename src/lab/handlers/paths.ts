/** Files and folders that the user chose. */
import type { Handlers } from './types.ts'

export const pathHandlers: Handlers<'paths/grant'> = {
  'paths/grant': (context, { paths }) => {
    context.grants.add(paths)
    return { granted: paths.length }
  },
}
