// npm run setup: all of set-up, with a native engine that is on record as missing tried again.
import { installVirtualDisplay } from './setup/libraries.mjs'
import { frontDoor, setUp } from './setup/index.mjs'
import { CACHE } from './setup/paths.mjs'
import { say } from './setup/report.mjs'
import { readStatus } from './setup/status.mjs'

await frontDoor(async () => {
  await setUp({ retry: 'always' })
  if (process.argv.includes('--tests')) await installVirtualDisplay()
  say(`Set up; what is shared between checkouts lies in ${CACHE}`)
  for (const [name, entry] of Object.entries(readStatus().steps))
    say(`  ${name}: ${entry.state === 'done' ? '' : 'MISSING: '}${entry.summary}`)
  return 0
})
