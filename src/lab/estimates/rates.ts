/**
 * Measured steps of backends on this machine, in one file of the home that every process may write: a cache,
 * so that a file that cannot be read is begun anew and a write that is lost is measured again.
 */
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { dirname } from 'node:path'
import { z } from 'zod'
import manifest from '../../../package.json' with { type: 'json' }
import { BACKEND_NAMES, buildOf, computingThreads, makeFolder, threadCount } from '../../engine/index.ts'
import type { MeasuredRate, Rates } from '../../engine/index.ts'
import { densityAsked } from '../../shared/methods/traits.ts'
import type { RunSpec } from '../../shared/spec/schema.ts'
import { workOf } from '../store/step-times.ts'

const rateSchema = z.object({
  /** Machine, versions and threads: rates of others do not count. */
  key: z.string(),
  shape: z.string(),
  /** The work in words. */
  work: z.string(),
  backend: z.string(),
  kind: z.enum(['dense', 'conv']),
  stepMs: z.number().positive(),
  modelMs: z.number().positive(),
  day: z.string(),
})
const fileSchema = z.object({ form: z.literal(1), rates: z.array(rateSchema) })
type StoredRate = z.output<typeof rateSchema>

/** Newest are kept. */
const MOST = 1000

/** What the speed of a backend depends on besides the work. */
export async function rateKey(backend: string): Promise<string> {
  const { platform, arch } = process
  const parts = [
    `${cpus()[0]?.model.trim() ?? 'unknown'} on ${platform}-${arch}`,
    `${threadCount()} threads`,
    hasGpu() ? 'gpu' : 'cpu',
    `Givens Bench ${manifest.version}`,
    await buildOf(backend),
  ]
  return parts.join(', ')
}

/** Whether the driver that TensorFlow would use is loaded and not hidden. */
function hasGpu(): boolean {
  const hidden = ['', '-1'].includes(process.env['CUDA_VISIBLE_DEVICES'] ?? 'all')
  return existsSync('/proc/driver/nvidia/version') && !hidden
}

/** Name of a specification's work: the same for all seeds. */
function shapeHash(spec: RunSpec): string {
  return createHash('sha256').update(workOf(spec)).digest('hex').slice(0, 20)
}

function workText({ model, sparsity, training, dynamic }: RunSpec): string {
  const density = densityAsked({ sparsity, dynamic })
  return `${model.name}, depth ${model.depth}, density ${density}, batch ${training.batchSize}`
}

const stepText = ({ backend, stepMs }: StoredRate): string => `${backend} ${stepMs.toPrecision(2)} ms`

/** What is known of the work of a specification, in a sentence; empty where nothing is. */
export async function measuredText(file: string, spec: RunSpec): Promise<string> {
  const shape = shapeHash(spec)
  const rates = (await validRates(file)).filter((rate) => rate.shape === shape)
  if (rates.length === 0) return ''
  return `Steps measured here: ${rates.map((rate) => `${stepText(rate)} (${rate.day})`).join(', ')}.`
}

/** The last works that were measured with the present versions, each with all its backends. */
export async function ratesSummary(file: string, most: number): Promise<string[]> {
  const works = new Map<string, StoredRate[]>()
  for (const rate of (await validRates(file)).toReversed()) {
    works.set(rate.work, [...(works.get(rate.work) ?? []), rate])
  }
  return [...works].slice(0, most).map(([work, rates]) => `${work}: ${rates.map(stepText).join(', ')}`)
}

async function validRates(file: string): Promise<StoredRate[]> {
  const keys = new Set(await Promise.all(BACKEND_NAMES.map(rateKey)))
  return readRates(file).filter(({ key }) => keys.has(key))
}

export function readRates(file: string): StoredRate[] {
  if (!existsSync(file)) return []
  try {
    const read = fileSchema.safeParse(JSON.parse(readFileSync(file, 'utf8')))
    return read.success ? read.data.rates : []
  } catch (error) {
    if (error instanceof SyntaxError) return []
    throw error
  }
}

function writeRate(file: string, rate: StoredRate): void {
  const same = (other: StoredRate): boolean =>
    other.key === rate.key && other.shape === rate.shape && other.backend === rate.backend
  const rates = [...readRates(file).filter((other) => !same(other)), rate].slice(-MOST)
  makeFolder(dirname(file), 0o700)
  const part = `${file}.${process.pid}.${Math.round(performance.now() * 1000)}.part`
  writeFileSync(part, JSON.stringify({ form: 1, rates }), { mode: 0o600 })
  renameSync(part, file)
}

/** The rates of a specification's work; null for the file keeps none. */
export async function ratesOf(file: string | null, spec: RunSpec, now = () => new Date()): Promise<Rates> {
  const shape = shapeHash(spec)
  const keys = new Map(
    await Promise.all(BACKEND_NAMES.map(async (name) => [name, await rateKey(name)] as const)),
  )
  const keyOf = (backend: string): string => [...keys].find(([name]) => name === backend)?.[1] ?? ''
  const stored = file === null ? [] : readRates(file)
  const mine = (backend: string): StoredRate[] =>
    stored.filter((rate) => rate.backend === backend && rate.key === keyOf(backend))
  return {
    gpu: hasGpu(),
    exact: (backend) => mine(backend).findLast((rate) => rate.shape === shape),
    others: (backend): MeasuredRate[] => mine(backend).filter((rate) => rate.shape !== shape),
    record: (backend, { stepMs, modelMs, kind }) => {
      // A step of a run beside others is no measure of the machine.
      if (!(stepMs > 0 && modelMs > 0) || computingThreads() < threadCount()) return
      const day = now().toISOString().slice(0, 10)
      const rate = { key: keyOf(backend), shape, work: workText(spec), backend, kind, stepMs, modelMs, day }
      stored.push(rate)
      if (file !== null) writeRate(file, rate)
    },
  }
}
