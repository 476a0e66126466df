/** Seals of a lab that computes nothing: some runs are another than they were, some have none. */
import type { LabMethods, RunRow } from '../../src/shared/contract/lab.ts'
import type { SealedPart, SealsKnown, SealsLook } from '../../src/shared/contract/seals.ts'

type Seals = Pick<LabMethods, 'seals/known' | 'seals/look' | 'seals/add'>

/** Looks end after each run, as a slow lab's would. */
export function fakeSeals(
  rows: () => readonly RunRow[],
  parts: Readonly<Record<number, readonly SealedPart[]>>,
  unsealed: number,
): Seals {
  let without = unsealed
  const broken = (): SealsKnown['broken'] =>
    rows()
      .filter(({ id }) => id in parts)
      .map(({ id, study, labels }) => ({ run: id, study, labels, parts: parts[id] }))
  return {
    'seals/known': () => ({ sealed: rows().length - without, unsealed: without, broken: broken() }),
    'seals/look': ({ after = 0 }): SealsLook => {
      const run = after + 1
      const found = broken().filter((each) => each.run === run)
      const next = run < rows().length ? run : null
      return { sound: 1 - found.length, unsealed: 0, broken: found, next }
    },
    'seals/add': () => {
      const sealed = without
      without = 0
      return { sealed }
    },
  }
}
