/** Files of weights that a study names: found, and bound by their content, before its runs are made. */
import { statSync } from 'node:fs'
import { resolve } from 'node:path'
import { hashOf, readWeightsBytes } from '../../engine/index.ts'
import { isOwn } from '../../shared/spec/own.ts'
import { rawField, setField } from '../../shared/spec/paths.ts'
import type { Study } from '../../shared/spec/study-schema.ts'

const PATH = 'initialization.file.path'
const HASH = 'initialization.file.sha256'

/** What a path `own:NAME` means: the hash of the weights that a model came with. */
export type OwnWeights = (path: string) => string

/** Hashes by path, size and time of the last change: an estimate asks at every keystroke. */
const known = new Map<string, string>()

function contentOf(path: string): string {
  const stat = statSync(path, { throwIfNoEntry: false })
  const key = stat ? `${path}\0${stat.size}\0${stat.mtimeMs}` : null
  const before = key === null ? undefined : known.get(key)
  if (before !== undefined) return before
  const hash = hashOf(readWeightsBytes(path))
  if (key !== null) known.set(key, hash)
  return hash
}

/**
 * The study with the content hash beside every file of weights it names, in the base and in the axes, and the
 * path made absolute; `own:NAME` stays and means the weights that an own model came with. A hash that the
 * user wrote stays: the run then refuses a file of another content. Throws BenchError `not-found` or
 * `bad-file` for a file that cannot be read.
 */
export function bindWeightsFiles(study: Study, ownWeights: OwnWeights): Study {
  const bound = (path: string) => (isOwn(path) ? ownWeights(path) : contentOf(path))
  const place = (path: string) => (isOwn(path) ? path : resolve(path))
  let { base } = study
  const path = rawField(base, PATH)
  if (typeof path === 'string' && path !== '') {
    const own = rawField(base, HASH)
    const hash = typeof own === 'string' && own !== '' ? own : bound(path)
    base = setField(setField(base, PATH, place(path)), HASH, hash)
  }
  const axes = study.axes.map((axis) => ({
    ...axis,
    points: axis.points.map((point) => {
      const file = point.set[PATH]
      if (typeof file !== 'string' || file === '') return point
      return { ...point, set: { [HASH]: bound(file), ...point.set, [PATH]: place(file) } }
    }),
  }))
  return { ...study, base, axes }
}
