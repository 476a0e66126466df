// The record of what set-up has done: read by set-up itself (to skip) and by `doctor` (to tell). See
// README.md here.
import { readFileSync } from 'node:fs'
import { STATUS_FILE } from './paths.mjs'
import { writeWhole } from './whole.mjs'

const FORM = 1

/**
 * The whole record; an unreadable or foreign one counts as empty, since every step checks the facts anyway.
 */
export function readStatus() {
  try {
    const status = JSON.parse(readFileSync(STATUS_FILE, 'utf8'))
    if (status.form === FORM) return status
  } catch (error) {
    if (error.code !== 'ENOENT' && !(error instanceof SyntaxError)) throw error
  }
  return { form: FORM, steps: {} }
}

/** Sets the entry of one step: `{state, summary, …}`; the time is added. */
export function record(step, entry) {
  const status = readStatus()
  status.writtenAt = new Date().toISOString()
  status.steps[step] = { ...entry, at: status.writtenAt }
  writeWhole(STATUS_FILE, `${JSON.stringify(status, null, 2)}\n`)
}

/** Records a step that could not be done, with the reason and the way out. */
export function recordProblem(step, problem, extra = {}) {
  record(step, {
    state: 'missing',
    summary: problem.message.split('\n')[0],
    kind: problem.kind ?? 'fault',
    why: problem.message,
    remedy: problem.remedy ?? [],
    ...extra,
  })
}
