/** What data is there: what the Data page shows and `lab data list | check`. */
import { createReadStream, existsSync, readdirSync, statSync } from 'node:fs'
import { createHash } from 'node:crypto'
import { join } from 'node:path'
import type { DataCheck, DataEntry, DataName } from '../../shared/contract/data.ts'
import { parseSpec } from '../../shared/spec/parse.ts'
import { CIFAR_FOLDERS } from './cifar.ts'
import { listClassFolders } from './class-folders.ts'
import { unreadableImages } from './decode-all.ts'
import { dataFamilies, dataFamily } from './families.ts'
import { dataFolder, openDataset } from './index.ts'
import { findFile } from './files.ts'
import { findIdxFile } from './mnist.ts'
import { checkOwnData } from './own/check.ts'
import { checkText, MADE_PLACE } from './text/index.ts'
import { linkOf } from './links.ts'

function bytesIn(folder: string): number {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, entry) => sum + statSync(join(entry.parentPath, entry.name)).size, 0)
}

/** Data sets that need no path. */
const KNOWN_DATA = (Object.keys(dataFamilies) as DataName[]).filter((name) => dataFamily(name).form !== 'own')

/** All data sets with a name, with what is in the bench's own store. */
export function listData(): DataEntry[] {
  return KNOWN_DATA.map((name) => {
    const { title, expects, carried, form } = dataFamily(name)
    if (form === 'text') {
      const made = { folder: MADE_PLACE, present: true, link: null, bytes: null, download: null }
      return { name, title, expects, ...made, fetching: null }
    }
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
    const path = locateFile(folder, file)
    if (path === null) findings.push(`${file}: not there under this name`)
    else if (path.endsWith('.gz') && !file.endsWith('.gz')) findings.push(`${file}: gzipped, not compared`)
    else if (statSync(path).size !== size)
      findings.push(`${file}: ${statSync(path).size} bytes, the original has ${size}`)
    else if ((await hashOf(path)) !== sha256) findings.push(`${file}: its SHA-256 is not the original's`)
    else findings.push(`${file}: original`)
  }
  return findings
}

function locateFile(folder: string, file: string): string | null {
  if (file.endsWith('.gz')) return findIdxFile(folder, file.replace(/\.gz$/, ''))
  return findIdxFile(folder, file) ?? findFile(folder, file, Object.values(CIFAR_FOLDERS).flat())
}

/**
 * Opens a set without fetching, counts it, compares its files with the pinned originals and decodes its
 * images. Never throws for bad data.
 */
export async function checkData(name: DataName, path = '', label = ''): Promise<DataCheck> {
  const family = dataFamily(name)
  if (family.form === 'own') return checkOwnData(path, label)
  if (family.form === 'text') return checkText(path)
  const folder = dataFolder({ name, path })
  const nothing = {
    train: null,
    validation: null,
    test: null,
    classes: null,
    classNames: null,
    shape: null,
    hash: null,
  }
  const refused = (findings: readonly string[]): DataCheck => ({
    name,
    folder,
    ok: false,
    findings,
    ...nothing,
  })
  if (!existsSync(folder)) return refused([`${folder} is not there; ${family.expects}`])
  const findings = await compareFiles(name, folder)
  try {
    if (family.form === 'folders') {
      const { train, test, notes } = listClassFolders(folder)
      const bad = await unreadableImages([...train.files, ...test.files])
      findings.push(...notes, ...bad.notes)
      if (bad.problems.length > 0) return refused([...bad.problems, ...findings])
    }
    const { data } = parseSpec({ data: { name, path: folder } })
    const dataset = await openDataset(data)
    const { classes, classNames, shape, hash } = dataset
    const [train, validation, test] = (['train', 'validation', 'test'] as const).map((split) =>
      dataset.size(split),
    )
    dataset.close()
    const ok = !findings.some(
      (finding) => finding.includes('bytes, the original') || finding.includes('SHA-256'),
    )
    return { name, folder, ok, findings, train, validation, test, classes, classNames, shape, hash }
  } catch (error) {
    return refused([...findings, error instanceof Error ? error.message : String(error)])
  }
}
