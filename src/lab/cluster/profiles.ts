/** Profiles of clusters: a JSON file each in the home, written whole. */
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { makeFolder } from '../../engine/index.ts'
import { clusterNameSchema, parseCluster } from '../../shared/cluster/profile.ts'
import type { ClusterProfile } from '../../shared/cluster/profile.ts'
import { BenchError } from '../../shared/contract/errors.ts'
import { explain } from '../store/failures.ts'

const folderOf = (home: string): string => join(home, 'clusters')
const fileOf = (home: string, name: string): string => join(folderOf(home), `${name}.json`)

/** Names of the clusters of a home, in order. */
export function clusterNames(home: string): string[] {
  const folder = folderOf(home)
  if (!existsSync(folder)) return []
  return readdirSync(folder)
    .filter((file) => file.endsWith('.json'))
    .map((file) => file.slice(0, -'.json'.length))
    .filter((name) => clusterNameSchema.safeParse(name).success)
    .toSorted()
}

/** A cluster by its name. @throws BenchError `not-found` with the names that there are, `bad-file`. */
export function readCluster(home: string, name: string): ClusterProfile {
  const names = clusterNames(home)
  if (!names.includes(name)) {
    const known =
      names.length > 0 ? `Known: ${names.join(', ')}.` : 'There is none yet: lab cluster add NAME.'
    throw new BenchError('not-found', `There is no cluster “${name}”. ${known}`, 'cluster')
  }
  const file = fileOf(home, name)
  try {
    return parseCluster({ ...(JSON.parse(readFileSync(file, 'utf8')) as object), name })
  } catch (error) {
    if (!(error instanceof SyntaxError) && !(error instanceof BenchError)) throw explain(error, file)
    throw new BenchError('bad-file', `${file}: ${error.message}`, file, { cause: error })
  }
}

/** Saves a cluster, new or changed. @throws BenchError `bad-input`, `read-only`, `disk-full`. */
export function saveCluster(home: string, input: unknown): ClusterProfile {
  const profile = parseCluster(input)
  const file = fileOf(home, profile.name)
  const part = `${file}.${process.pid}.part`
  try {
    makeFolder(folderOf(home))
    writeFileSync(part, `${JSON.stringify(profile, null, 2)}\n`, { mode: 0o600 })
    renameSync(part, file)
  } catch (error) {
    rmSync(part, { force: true })
    throw explain(error, file)
  }
  return profile
}

export function removeCluster(home: string, name: string): void {
  readCluster(home, name)
  rmSync(fileOf(home, name), { force: true })
}
