/**
 * Paths of a bundle: who made it is nobody's business, so that the folder of its user is written as `~`, and
 * becomes that of whoever imports it. Where a path is part of what names a run (a folder of a known data set,
 * which has no hash of its own), it stays as it is.
 */
import { homedir } from 'node:os'
import { join, sep } from 'node:path'
import { OWN_FILES } from '../../shared/spec/data-schema.ts'
import type { RunSpec } from '../../shared/spec/schema.ts'
import type { Study } from '../../shared/spec/study-schema.ts'

const SHORT = '~/'
const PATHS = ['data.path', 'initialization.file.path']

type Change = (path: string) => string

/** A path without the name of its user. */
export const withoutUser: Change = (path) => {
  const start = homedir() + sep
  return start.length > 2 && path.startsWith(start)
    ? SHORT + path.slice(start.length).split(sep).join('/')
    : path
}

/** The same path of the present user. */
export const ofThisUser: Change = (path) =>
  path.startsWith(SHORT) ? join(homedir(), path.slice(SHORT.length)) : path

/** Paths within a text, e.g. an error. */
export const textWithoutUser: Change = (text) =>
  homedir().length > 1 ? text.replaceAll(homedir() + sep, SHORT) : text

/** A specification with other paths, where its content says which files are meant: its identity stays. */
export function withPlaces(spec: RunSpec, change: Change): RunSpec {
  const { data, initialization } = spec
  const { file } = initialization
  return {
    ...spec,
    data: OWN_FILES.includes(data.name) && data.sha256 !== '' ? { ...data, path: change(data.path) } : data,
    initialization:
      file.sha256 === '' ? initialization : { ...initialization, file: { ...file, path: change(file.path) } },
  }
}

/** A study with other paths, wherever it names them. */
export function studyWithPlaces(study: Study, change: Change): Study {
  const changed = <T>(set: Record<string, T>): Record<string, T> =>
    Object.fromEntries(
      Object.entries(set).map(([path, value]) => [
        path,
        PATHS.includes(path) && typeof value === 'string' ? (change(value) as T & string) : value,
      ]),
    )
  return {
    ...study,
    base: nested(study.base, change),
    axes: study.axes.map((axis) => ({
      ...axis,
      points: axis.points.map((point) => ({ ...point, set: changed(point.set) })),
    })),
  }
}

/** A partial specification as a study has it: sections within sections. */
function nested(base: Record<string, unknown>, change: Change, at = ''): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(base).map(([key, value]) => {
      const path = at === '' ? key : `${at}.${key}`
      if (PATHS.includes(path) && typeof value === 'string') return [key, change(value)]
      const isSection = typeof value === 'object' && value !== null && !Array.isArray(value)
      return [key, isSection ? nested(value as Record<string, unknown>, change, path) : value]
    }),
  )
}
