/**
 * Data exchanged under the path of runs that exist: those runs are not reused; new ones are made for what is
 * there now.
 */
import { existsSync } from 'node:fs'
import { dataFolder } from '../../engine/data/index.ts'
import type { DataIdentity } from '../../engine/data/identify.ts'
import { BenchError } from '../../shared/contract/errors.ts'
import { groupOf, identityOf } from '../../shared/spec/identity.ts'
import type { RunSpec } from '../../shared/spec/schema.ts'
import type { GridRun } from '../../shared/studies/grid.ts'
import type { LabContext } from '../context.ts'
import { identify } from './look-at-data.ts'
import type { Connection } from '../store/open.ts'
import { findExisting, recordedHash } from '../store/runs.ts'

/** What data are now, by place; those that could not be looked at are left out. */
export type DataNow = ReadonlyMap<string, DataIdentity>

const placeOf = ({ name, path }: RunSpec['data']): string => `${name}\0${path}`

/** Looks at the data of runs that exist already and would be reused. */
export async function dataOfExisting(
  context: LabContext,
  runs: readonly GridRun[],
  backend: string,
): Promise<DataNow> {
  const now = new Map<string, DataIdentity>()
  const tried = new Set<string>()
  for (const { identity, spec } of runs) {
    const place = placeOf(spec.data)
    if (tried.has(place) || spec.data.name === 'file' || spec.data.sha256 !== '') continue
    const existing = findExisting(context.database, identity, backend)
    if (!existing || recordedHash(context.database, existing.id) === null) continue
    tried.add(place)
    if (!existsSync(dataFolder(spec.data))) continue
    try {
      now.set(place, await identify(context, spec.data))
    } catch (error) {
      // Data that cannot be read are told by the runs that need them.
      if (!(error instanceof BenchError)) throw error
    }
  }
  return now
}

/** The run for the data that are there now, when an existing one recorded others; else null. */
export function forDataNow(
  database: Connection,
  run: GridRun,
  existing: number,
  now: DataNow,
): { readonly run: GridRun; readonly recorded: string; readonly found: string } | null {
  const found = now.get(placeOf(run.spec.data))
  const recorded = recordedHash(database, existing)
  if (!found || recorded === null || recorded === found.hash || recorded === found.formerHash) return null
  const spec = { ...run.spec, data: { ...run.spec.data, sha256: found.hash } }
  return {
    run: { ...run, spec, identity: identityOf(spec), group: groupOf(spec) },
    recorded,
    found: found.hash,
  }
}
