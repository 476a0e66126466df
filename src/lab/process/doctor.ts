/**
 * What is installed and what to do about what is not: facts of this process, the backends, and what set-up
 * recorded.
 */
import { accessSync, constants, existsSync, readFileSync, statfsSync } from 'node:fs'
import { cpus, totalmem } from 'node:os'
import { dirname } from 'node:path'
import { z } from 'zod'
import type { BackendInfo, DoctorItem } from '../../shared/contract/lab.ts'
import { formatBytes } from '../../shared/format/number.ts'
import { ratesSummary } from '../estimates/rates.ts'
import { commandLineName, isInstalled } from './installed.ts'
import { setupStatusFile } from '../store/home.ts'
import type { HomePaths } from '../store/home.ts'

const statusSchema = z.object({
  form: z.literal(1),
  steps: z.record(
    z.string(),
    z.object({
      state: z.string(),
      summary: z.string().default(''),
      why: z.string().optional(),
      remedy: z.union([z.string(), z.array(z.string())]).optional(),
    }),
  ),
})

const LEAST_FREE = 2e9

const ok = (name: string, detail: string): DoctorItem => ({ name, status: 'ok', detail, remedy: null })

/** All items, in the order in which they are shown. */
export async function examine(
  paths: HomePaths,
  version: string,
  backends: readonly BackendInfo[],
): Promise<DoctorItem[]> {
  const { electron, node, modules } = process.versions
  return [
    ok('program', `Givens Bench ${version}`),
    ok(
      'runtime',
      `${
        electron ? `Electron ${electron}, ` : ''
      }Node ${node} (modules ${modules}), ${process.platform}-${process.arch}`,
    ),
    ok(
      'machine',
      `${cpus().length} × ${cpus()[0]?.model.trim() ?? 'unknown processor'}, ${formatBytes(
        totalmem(),
      )} of memory`,
    ),
    home(paths),
    ...backends.map(backend),
    await speeds(paths),
    // The record of set-up is the checkout's; an installed program has all that it needs.
    ...(isInstalled() ? [] : setup()),
  ]
}

function home({ home: folder }: HomePaths): DoctorItem {
  let at = folder
  while (!existsSync(at) && dirname(at) !== at) at = dirname(at)
  try {
    accessSync(at, constants.W_OK)
  } catch {
    return {
      name: 'home',
      status: 'missing',
      detail: `${folder} cannot be written`,
      remedy: 'Choose another folder with --home or GIVENS_HOME.',
    }
  }
  const { bavail, bsize } = statfsSync(at)
  const free = bavail * bsize
  return free >= LEAST_FREE
    ? ok('home', `${folder}, ${formatBytes(free)} free`)
    : {
        name: 'home',
        status: 'warning',
        detail: `${folder}, only ${formatBytes(free)} free`,
        remedy: 'Free some space, or choose another folder with --home.',
      }
}

function backend({ name, available, device, version, reason }: BackendInfo): DoctorItem {
  if (available) return ok(`backend ${name}`, [version, device].filter((text) => text !== '').join(', on '))
  return {
    name: `backend ${name}`,
    status: 'missing',
    detail: reason ?? 'not available',
    remedy: `${
      isInstalled()
        ? `${commandLineName()} tensorflow install fetches it, or Settings in the window.`
        : 'Run npm start once with a network; it sets up what is missing.'
    } Until then runs use the others.`,
  }
}

/** What `auto` chooses by. */
async function speeds({ rates }: HomePaths): Promise<DoctorItem> {
  const works = await ratesSummary(rates, 3)
  const how = 'each run takes the fastest backend that can train it'
  return ok(
    'backend speeds',
    works.length === 0
      ? `${how}; no step was measured yet, so that the first choices are estimates`
      : `${how}; a step took: ${works.join('; ')}`,
  )
}

function setup(): DoctorItem[] {
  const file = setupStatusFile()
  if (!existsSync(file)) return []
  let text: unknown
  try {
    text = JSON.parse(readFileSync(file, 'utf8'))
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
  }
  const status = statusSchema.safeParse(text)
  if (!status.success) {
    return [
      {
        name: 'set-up',
        status: 'warning',
        detail: `${file} cannot be read`,
        remedy: 'Run npm start once; it writes it again.',
      },
    ]
  }
  return Object.entries(status.data.steps).map(([name, { state, summary, why, remedy }]) => ({
    name: `set-up: ${name}`,
    status: state === 'missing' ? 'missing' : state === 'warning' ? 'warning' : 'ok',
    detail: state === 'missing' ? (why ?? summary) : summary,
    remedy:
      remedy === undefined || remedy.length === 0 ? null : Array.isArray(remedy) ? remedy.join('\n') : remedy,
  }))
}
