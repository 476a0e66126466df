// npm run -s torture -- …: disturbs the program in every way that it must survive (torture/README.md), on the
// runtime that the app ships.
import { join } from 'node:path'
import { frontDoor, setUp } from './setup/index.mjs'
import { ROOT } from './setup/paths.mjs'
import { handToNode } from './setup/process.mjs'

await frontDoor(async () => {
  await setUp()
  return handToNode(join(ROOT, 'torture', 'index.ts'), process.argv.slice(2))
})
