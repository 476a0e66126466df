/** Every metric row of the runs (long form), one at a time. */
import type { ExportRequest } from '../../shared/contract/lab.ts'
import { csvLine } from '../../shared/format/csv.ts'
import type { LabContext } from '../context.ts'
import { selectRuns } from './selection.ts'
import { allPoints } from '../store/curves.ts'
import type { Export } from './types.ts'

const HEADER = ['run_id', 'group', 'seed', 'phase', 'metric', 'step', 'epoch', 'wall_s', 'value']

/** The curves as CSV; `metric` (`phase.name`) keeps one of them. */
export function metricsCsv(context: LabContext, request: ExportRequest): Export {
  const runs = selectRuns(context, request, [])
  const byId = new Map(runs.map((row) => [row.id, row]))
  let count = 0
  function* pieces(): Generator<string> {
    yield csvLine(HEADER)
    for (const { run, phase, name, step, epoch, wall, value } of allPoints(context.database, [
      ...byId.keys(),
    ])) {
      if (request.metric !== undefined && request.metric !== `${phase}.${name}`) continue
      const row = byId.get(run)
      count++
      yield csvLine([run, row?.group, row?.spec.seed, phase, name, step, epoch, wall, value])
    }
  }
  return { pieces: pieces(), rows: () => count }
}
