/** What tests of own methods in a lab share. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { temporaryFolder } from '../support.ts'

/** A scheme with a setting. */
export const SCHEME = `import { defineScheme } from 'givens-bench'

export default defineScheme({
  name: 'mine',
  settings: { spread: { type: 'number', default: 1, min: 0, help: 'How far.' } },
  kernel: ({ layer, settings, random }) =>
    Float64Array.from({ length: layer.entries }, () => settings.spread * 1.0 * random.normal() / 10),
})
`

/** Writes a file into a folder of its own. */
export function writeMethod(name: string, text: string): string {
  const file = join(temporaryFolder(), name)
  writeFileSync(file, text)
  return file
}
