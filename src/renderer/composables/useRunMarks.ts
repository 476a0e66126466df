/** Star and archive: marks that a user puts on runs; an archived run can be brought back at once. */
import type { RunRow } from '../../shared/contract/lab.ts'
import { plural } from '../format.ts'
import { useLab } from './useLab.ts'
import { useToasts } from './useToasts.ts'

export interface RunMarks {
  /** Stars all of the rows, or takes the star from all when each has it. */
  readonly star: (rows: readonly RunRow[]) => Promise<void>
  /** Takes the rows out of the table, or back when each is archived, and offers to undo it. */
  readonly archive: (rows: readonly RunRow[]) => Promise<void>
  /** Writes tags or note of a run, and offers to undo it. */
  readonly annotate: (row: RunRow, change: { tags?: string[]; note?: string }) => Promise<void>
}

/** `merge` takes the rows as they stand after the change. */
export function useRunMarks(merge: (rows: readonly RunRow[]) => void): RunMarks {
  const lab = useLab()
  const toasts = useToasts()
  async function mark(
    rows: readonly RunRow[],
    change: { starred?: boolean; archived?: boolean; tags?: string[]; note?: string },
  ): Promise<boolean> {
    if (rows.length === 0) return false
    try {
      merge(await lab.call('runs/annotate', { ids: rows.map((row) => row.id), ...change }))
      return true
    } catch (reason) {
      toasts.failed(reason)
      return false
    }
  }
  return {
    star: async (rows) => {
      await mark(rows, { starred: !rows.every((row) => row.starred) })
    },
    archive: async (rows) => {
      const archived = !rows.every((row) => row.archived)
      if (!(await mark(rows, { archived }))) return
      toasts.done(`${plural(rows.length, 'run')} ${archived ? 'archived' : 'brought back'}.`, {
        label: 'Undo',
        run: () => void mark(rows, { archived: !archived }),
      })
    },
    annotate: async (row, change) => {
      if (!(await mark([row], change))) return
      toasts.done(`${change.tags ? 'Tags' : 'Note'} of run ${row.id} changed.`, {
        label: 'Undo',
        run: () => void mark([row], change.tags ? { tags: [...row.tags] } : { note: row.note }),
      })
    },
  }
}
