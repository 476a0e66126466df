/** `--pattern`: `2:4`, `blocks:8`, `bands:5`, or a file. */
import { readFileSync } from 'node:fs'
import { readPattern, refuseDevice } from '../engine/index.ts'
import { BenchError } from '../shared/contract/errors.ts'
import type { PatternSettings } from '../shared/methods/patterns.ts'
import { patternText } from '../shared/methods/patterns.ts'

/** The settings of a pattern as it is written on the command line. Throws BenchError where it is none. */
export function patternOf(text: string): Partial<PatternSettings> {
  const grouped = /^(\d+):(\d+)$/.exec(text)
  if (grouped) return { kind: 'n-m', keep: Number(grouped[1]), of: Number(grouped[2]) }
  const sized = /^(blocks|bands):(\d+)$/.exec(text)
  if (sized) return { kind: sized[1] === 'blocks' ? 'blocks' : 'bands', size: Number(sized[2]) }
  let bytes: Uint8Array
  refuseDevice(text, '--pattern')
  try {
    bytes = readFileSync(text)
  } catch (reason) {
    throw new BenchError(
      'not-found',
      `--pattern ${text}: neither N:M, blocks:SIZE, bands:SIZE, nor a file that can be read.`,
      '--pattern',
      { cause: reason },
    )
  }
  return { kind: 'text', text: patternText(readPattern(bytes, text)) }
}
