/** Which data a study reads, and whether it can be had: told before the start, not by runs that fail. */
import type { DataEntry, DataName } from '../../../shared/contract/data.ts'
import { DATA_NAMES } from '../../../shared/spec/schema.ts'
import type { StudyInput } from '../../../shared/spec/study-schema.ts'
import { valuesOf } from '../../../shared/studies/method-notes.ts'
import { formatBytes } from '../../../shared/format/number.ts'

/** Data sets of a study's base and points; `ownFolder` when it names a folder itself. */
export function dataOf(study: StudyInput): {
  readonly names: readonly DataName[]
  readonly ownFolder: boolean
} {
  const named = valuesOf(study, 'data.name')
  const names = named.length > 0 ? named : ['mnist']
  return {
    names: DATA_NAMES.filter((name) => names.includes(name)),
    ownFolder: valuesOf(study, 'data.path').some((path) => typeof path === 'string' && path !== ''),
  }
}

export interface DataNeed {
  readonly name: DataName
  readonly state: 'here' | 'fetched' | 'missing'
  /** In words: where it is, or what to do. */
  readonly text: string
}

/** How a study’s data stand. What a registry carries is fetched by the first run that reads it. */
export function dataNeeds(study: StudyInput, entries: readonly DataEntry[]): readonly DataNeed[] {
  const { names, ownFolder } = dataOf(study)
  return names.map((name): DataNeed => {
    const entry = entries.find((each) => each.name === name)
    const title = entry?.title ?? name
    if (name === 'file') {
      return ownFolder
        ? { name, state: 'here', text: 'Own data: the file or folder of data.path' }
        : { name, state: 'missing', text: 'Own data need data.path: choose the file there.' }
    }
    if (name === 'text') {
      return {
        name,
        state: 'here',
        text: ownFolder ? `${title}: the file of data.path` : `${title}: made by the bench`,
      }
    }
    if (ownFolder) return { name, state: 'here', text: `${title}: in the folder of data.path` }
    if (name === 'image-folder') {
      return {
        name,
        state: 'missing',
        text: `${title} needs data.path: duplicate the study and name the folder there.`,
      }
    }
    if (entry?.present) return { name, state: 'here', text: `${title}: here` }
    if (entry?.download) {
      return {
        name,
        state: 'fetched',
        text: `${title}: fetched at the start, ${formatBytes(entry.download)}`,
      }
    }
    return {
      name,
      state: 'missing',
      text: `${title} is not here and no registry carries it: point at a folder on the page Data.`,
    }
  })
}

/** Why a study cannot start, or null. */
export function missingData(study: StudyInput, entries: readonly DataEntry[]): string | null {
  return (
    dataNeeds(study, entries)
      .filter((need) => need.state === 'missing')
      .map((need) => need.text)
      .join(' ') || null
  )
}
