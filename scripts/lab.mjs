// npm run -s lab -- …: the lab from the command line, on the runtime that the app ships. Standard output is
// the lab's own.
import { join } from 'node:path'
import { frontDoor, setUp } from './setup/index.mjs'
import { ROOT } from './setup/paths.mjs'
import { handToNode } from './setup/process.mjs'

// npm changes to the checkout; files named by a person are meant from where the person is.
const cwd =
  process.env.npm_lifecycle_event === 'lab' && process.env.INIT_CWD ? process.env.INIT_CWD : process.cwd()

await frontDoor(async () => {
  await setUp({ retry: 'never' })
  return handToNode(join(ROOT, 'src', 'cli', 'index.ts'), process.argv.slice(2), { cwd })
})
