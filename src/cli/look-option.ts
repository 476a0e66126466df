/** `--look`: how a figure looks in print, as JSON or a file with it, e.g. what the window copies. */
import { existsSync, readFileSync, statSync } from 'node:fs'
import { Option } from 'commander'
import { refuseDevice } from '../engine/index.ts'
import { BenchError } from '../shared/contract/errors.ts'
import { figureLookSchema } from '../shared/figure/look.ts'
import type { FigureLook } from '../shared/figure/look.ts'

export function lookOption(): Option {
  return new Option(
    '--look <json>',
    'for figure: {"width": 3.25, "fontSize": 8, "legend": "beneath", "title": false, …} or a file with it',
  ).argParser(parseLook)
}

/** @throws BenchError `bad-input` for what is no such recipe. */
function parseLook(text: string): FigureLook {
  const isFile = text !== '' && existsSync(text)
  if (isFile) refuseDevice(text, '--look')
  if (isFile && statSync(text).isDirectory())
    throw new BenchError('bad-input', `--look: ${text} is a folder, not a file.`, '--look')
  const read = figureLookSchema.safeParse(parsed(isFile ? readFileSync(text, 'utf8') : text))
  if (read.success) return read.data
  const issues = read.error.issues.map(({ path, message }) => `${path.join('.') || 'look'}: ${message}`)
  throw new BenchError('bad-input', `--look: ${issues.join('; ')}`, '--look')
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    throw new BenchError('bad-input', `--look is neither a file nor JSON: ${error.message}.`, '--look')
  }
}
