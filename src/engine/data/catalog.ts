/** What data is there: the answer of the data page and of `lab data list | check`. */
import { createReadStream, existsSync, readdirSync, statSync } from 'node:fs'
import { createHash } from 'node:crypto'
import { join } from 'node:path'
import type { DataCheck, DataEntry, DataName } from '../../shared/contract/data.ts'
import { dataFamilies, dataFamily } from './families.ts'
import { dataFolder, openDataset } from './index.ts'
import { linkOf } from './links.ts'

function bytesIn(folder: string): number {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, entry) => sum + statSync(join(entry.parentPath, entry.name)).size, 0)
}

/** All data sets, with what is in the bench's own store. */
export function listData(): DataEntry[] {
  return (Object.keys(dataFamilies) as DataName[]).map((name) => {
    const { title, expects, carried } = dataFamily(name)
    const folder = dataFolder({ name, path: '' })
    const present = existsSync(folder)
    const link = linkOf(folder)
    return {
      name,
      title,
      folder,
      expects,
      present,
      link,
      bytes: present && link === null ? bytesIn(folder) : null,
      download: carried?.download ?? null,
      fetching: null,
    }
  })
}

async function hashOf(file: string): Promise<string> {
  const hash = createHash('sha256')
  for await (const chunk of createReadStream(file)) hash.update(chunk as Buffer)
  return hash.digest('hex')
}

/** Compares files with their pinned sizes and hashes; a set in another but readable form is only reported. */
async function compareFiles(name: DataName, folder: string): Promise<string[]> {
  const findings: string[] = []
  for (const [file, { size, sha256 }] of Object.entries(dataFamily(name).carried?.files ?? {})) {
    const path = join(folder, file)
    if (!existsSync(path)) findings.push(`${file}: not there under this name`)
    else if (statSync(path).size !== size)
      findings.push(`${file}: ${statSync(path).size} bytes, the original has ${size}`)
    else if ((await hashOf(path)) !== sha256) findings.push(`${file}: its SHA-256 is not the original's`)
    else findings.push(`${file}: original`)
  }
  return findings
}

/**
 * Opens a set without fetching, counts it and compares its files with the pinned originals. Never throws for
 * bad data.
 */
export async function checkData(name: DataName, path = ''): Promise<DataCheck> {
  const folder = dataFolder({ name, path })
  const nothing = { train: null, validation: null, test: null, classes: null, shape: null, hash: null }
  if (!existsSync(folder)) {
    return {
      name,
      folder,
      ok: false,
      findings: [`${folder} is not there; ${dataFamily(name).expects}`],
      ...nothing,
    }
  }
  const findings = await compareFiles(name, folder)
  try {
    const dataset = await openDataset({
      name,
      path: folder,
      validation: 0.1,
      limit: 0,
      augment: false,
      jitter: 0,
      size: 0,
    })
    const { classes, shape, hash } = dataset
    const [train, validation, test] = (['train', 'validation', 'test'] as const).map((split) =>
      dataset.size(split),
    )
    dataset.close()
    const ok = !findings.some(
      (finding) => finding.includes('bytes, the original') || finding.includes('SHA-256'),
    )
    return { name, folder, ok, findings, train, validation, test, classes, shape, hash }
  } catch (error) {
    return {
      name,
      folder,
      ok: false,
      findings: [...findings, error instanceof Error ? error.message : String(error)],
      ...nothing,
    }
  }
}
