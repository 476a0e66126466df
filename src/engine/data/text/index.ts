/** Texts: a file of the user's, or the one that the bench makes. */
import { createHash } from 'node:crypto'
import { statSync } from 'node:fs'
import { resolve } from 'node:path'
import type { DataCheck, DataSamples } from '../../../shared/contract/data.ts'
import { BenchError } from '../../../shared/contract/errors.ts'
import { parseSpec } from '../../../shared/spec/parse.ts'
import type { RunSpec } from '../../../shared/spec/schema.ts'
import { readWhole } from '../files.ts'
import type { Dataset } from '../types.ts'
import { TextDataset, type TextReading } from './dataset.ts'
import { madeText } from './made.ts'

/** A file, and how it is read. */
type TextPlace = TextReading & Pick<RunSpec['data'], 'path'>

/** Where the text of an empty path is. */
export const MADE_PLACE = 'made by the bench'

/** What a text is called in messages. */
const placeOf = (path: string): string => (path === '' ? 'The text that the bench makes' : path)

/** Opens a text for a run. Throws BenchError('bad-data') for a file that is none, or too short. */
export function openText(data: TextPlace): Dataset {
  const bytes = data.path === '' ? new TextEncoder().encode(madeText()) : readWhole(data.path)
  const hash = createHash('sha256').update(bytes).digest('hex')
  return new TextDataset(data, bytes, hash, placeOf(data.path))
}

/** A text that changes when the file does. Throws BenchError('bad-data') where it is not there. */
export function stateOfText({ path, unit, context, validation, test }: TextPlace): string {
  const found = path === '' ? null : statSync(path, { throwIfNoEntry: false })
  if (path !== '' && !found?.isFile()) throw new BenchError('bad-data', `${path} is no file`, 'data.path')
  const file = found ? [resolve(path), found.size, found.mtimeMs, found.ctimeMs, found.ino] : []
  return JSON.stringify(['text', unit, context, validation, test, ...file])
}

/** What a text holds, as it is read where nothing else is said. Never throws for bad data. */
export function checkText(path: string): DataCheck {
  const about = { name: 'text' as const, folder: path === '' ? MADE_PLACE : path }
  try {
    const dataset = openText(parseSpec({ model: { name: 'gpt' }, data: { name: 'text', path } }).data)
    const { classes, classNames, shape, hash, notes = [] } = dataset
    const [train, validation, test] = (['train', 'validation', 'test'] as const).map((split) =>
      dataset.size(split),
    )
    const found = `text, ${classes} different characters, sequences of ${shape[0]}`
    return {
      ...about,
      ok: true,
      findings: [found, ...notes],
      train,
      validation,
      test,
      classes,
      classNames,
      shape,
      hash,
    }
  } catch (error) {
    const findings = [error instanceof Error ? error.message : String(error)]
    const nothing = { train: null, validation: null, test: null, classes: null, classNames: null }
    return { ...about, ok: false, findings, ...nothing, shape: null, hash: null }
  }
}

/** Characters shown of a text. */
const SHOWN = 2000

/** The beginning of a text. Throws BenchError('bad-data'). */
export function sampleText(path: string): DataSamples {
  const bytes = path === '' ? new TextEncoder().encode(madeText()) : readWhole(path)
  const text = new TextDecoder().decode(bytes.subarray(0, 4 * SHOWN)).slice(0, SHOWN)
  return { classNames: [], omitted: 0, samples: [], table: null, text }
}
