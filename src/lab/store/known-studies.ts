/** A study by its id, whether it came with the program or is the user's own. */
import type { Study } from '../../shared/spec/study-schema.ts'
import { presetStudies } from '../../shared/studies/index.ts'
import type { Connection } from './open.ts'
import { findStudy } from './studies.ts'

/** The study; undefined for an id that is none. */
export function knownStudy({ database }: { readonly database: Connection }, id: string): Study | undefined {
  return (
    presetStudies().find((each) => each.study.id === id)?.study ?? findStudy(database, id)?.study ?? undefined
  )
}
