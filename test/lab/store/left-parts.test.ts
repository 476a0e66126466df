import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { writeBytes } from '../../../src/lab/export/writer.ts'
import { pathsOf } from '../../../src/lab/store/home.ts'
import { fakeLab, temporaryFolder } from '../support.ts'

/** A process that is over. */
const gone = spawnSync(process.execPath, ['--version']).pid
const LONG_AGO = new Date('2026-01-01')

function put(file: string, at = LONG_AGO): void {
  writeFileSync(file, 'half')
  utimesSync(file, at, at)
}

it('what a killed export left of a file goes with the next one; what others write stays', () => {
  const folder = temporaryFolder()
  const target = join(folder, 'table.csv')
  put(`${target}.${gone}.part`)
  const kept = [
    `${target}.${process.ppid}.part`,
    join(folder, `other.csv.${gone}.part`),
    join(folder, `big-table.csv.${gone}.part`),
    `${target}.part`,
  ]
  for (const file of kept) put(file)
  writeBytes(target, Buffer.from('whole'))
  expect(readdirSync(folder).sort()).toEqual(
    [...kept.map((file) => file.slice(folder.length + 1)), 'table.csv'].sort(),
  )
  put(`${target}.${gone}.part`, new Date())
  writeBytes(target, Buffer.from('whole'))
  expect(existsSync(`${target}.${gone}.part`)).toBe(true)
})

it('what a killed lab left in its home goes at the next start', async () => {
  const home = temporaryFolder()
  const paths = pathsOf(home)
  for (const folder of [paths.checkpoints, paths.backups, paths.models]) mkdirSync(folder)
  const left = [
    join(paths.checkpoints, `1-abc-6-def.safetensors.${gone}.part`),
    join(paths.backups, 'bench-2026-01-01T00-00-00.sqlite.part'),
    join(paths.models, `abc.safetensors.${gone}.part`),
    join(home, `backend-rates.json.${gone}.123456.part`),
    join(home, 'bench.sqlite.v6-2026.backup.part'),
  ]
  const written = join(home, `backend-rates.json.${process.ppid}.1.part`)
  for (const file of [...left, written]) put(file)
  await fakeLab({ home, start: 'none' }).close()
  expect(left.filter(existsSync)).toEqual([])
  expect(existsSync(written)).toBe(true)
})
