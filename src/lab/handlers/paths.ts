/** Files and folders that the user chose. */
import { z } from 'zod'
import { parseInput } from './types.ts'
import type { Handlers } from './types.ts'

const paths = z.array(z.string().min(1).max(4096)).max(1000)

export const pathHandlers: Handlers<'paths/grant'> = {
  'paths/grant': (context, input) => {
    const given = parseInput(z.strictObject({ paths }), input).paths
    context.grants.add(given)
    return { granted: given.length }
  },
}
