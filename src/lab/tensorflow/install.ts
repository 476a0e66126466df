/**
 * TensorFlow for an installed program: the C library out of wheels, which are fetched or brought along, and
 * the binding that the program carries. The folder appears under its name when all of it is there.
 */
import {
  copyFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  statfsSync,
  statSync,
} from 'node:fs'
import { basename, join } from 'node:path'
import { makeFolder, tensorFlowFolder, tensorFlowFolders } from '../../engine/index.ts'
import type { TensorFlowVariant } from '../../engine/index.ts'
import type { DataProgress } from '../../shared/contract/data.ts'
import { BenchError } from '../../shared/contract/errors.ts'
import { formatBytes } from '../../shared/format/number.ts'
import { packageIndex, wheelAddress } from './address.ts'
import { download, sha256Of } from './download.ts'
import { hasWheels, TENSORFLOW_VERSION, wheelsOf } from './manifest.ts'
import type { Wheel } from './manifest.ts'
import { unpackWheel } from './wheel.ts'

export interface TensorFlowRequest {
  readonly variant: TensorFlowVariant
  /** Wheels that are here already, or a folder of them; what is not among them is fetched. */
  readonly from: readonly string[]
  /** Folder of the compiled binding and its helper that the program carries. */
  readonly carried: string
}

interface Step {
  readonly progress: (progress: DataProgress) => void
  readonly signal: AbortSignal
}

/** For tests: other wheels, folders and index than the usual ones. */
export interface TensorFlowPlace {
  readonly wheels: readonly Wheel[]
  readonly folders: string
  readonly index: string
}

/** Where all of it comes from and goes to. */
export const usualPlace = (variant: TensorFlowVariant): TensorFlowPlace => ({
  wheels: wheelsOf(variant),
  folders: tensorFlowFolders(),
  index: packageIndex(),
})

/** Whether a program with that folder beside it can have TensorFlow: wheels and binding fit the platform. */
export const canInstall = (carried: string | null): carried is string =>
  carried !== null && hasWheels() && existsSync(carried) && readdirSync(carried).length > 0

/**
 * @returns the folder
 * @throws BenchError `unavailable` without a network, space or binding, `bad-data` for other files than the
 *   pinned ones; the signal's reason when it is aborted
 */
export async function installTensorFlow(
  { variant, from, carried }: TensorFlowRequest,
  step: Step,
  place = usualPlace(variant),
): Promise<string> {
  if (!canInstall(carried)) {
    throw new BenchError(
      'unavailable',
      `This program carries no binding for TensorFlow (${process.platform}-${process.arch}); from a ` +
        'checkout of the sources npm start compiles it.',
      'tensorflow',
    )
  }
  const target = join(place.folders, tensorFlowFolder(TENSORFLOW_VERSION, variant))
  makeFolder(place.folders)
  const brought = await identify(from, place.wheels, step)
  needSpace(place, brought)
  const work = mkdtempSync(join(place.folders, '.tensorflow-'))
  try {
    let done = 0
    const total = place.wheels.reduce((sum, { unpackedBytes }) => sum + unpackedBytes, 0)
    for (const wheel of place.wheels) {
      const kept = join(place.folders, `${wheel.name}-${wheel.version}.whl`)
      const file = brought.get(wheel.sha256) ?? kept
      if (!brought.has(wheel.sha256)) await fetchWheel(wheel, kept, place.index, step)
      const count = await unpackWheel(
        file,
        work,
        wheel.take,
        (bytes) => {
          done += bytes
          step.progress({ received: done, total, what: `Unpacking ${wheel.name}` })
        },
        step.signal,
      )
      if (count === 0) throw new BenchError('bad-data', `${file} holds nothing of ${wheel.take[0]}.`, 'from')
      rmSync(kept, { force: true })
    }
    for (const name of readdirSync(carried))
      copyFileSync(join(carried, name), join(work, name.endsWith('.node') ? name : join('tensorflow', name)))
    step.signal.throwIfAborted()
    rmSync(target, { recursive: true, force: true })
    renameSync(work, target)
    return target
  } finally {
    rmSync(work, { recursive: true, force: true })
  }
}

/** SHA-256 → file, of the wheels that were brought along. */
async function identify(
  from: readonly string[],
  wheels: readonly Wheel[],
  { progress, signal }: Step,
): Promise<Map<string, string>> {
  const files = from.flatMap((path) => {
    if (!existsSync(path)) throw new BenchError('not-found', `${path} is not there.`, 'from')
    if (!statSync(path).isDirectory()) return [path]
    return readdirSync(path)
      .filter((name) => name.endsWith('.whl'))
      .map((name) => join(path, name))
  })
  const found = new Map<string, string>()
  for (const file of files) {
    progress({ received: 0, total: statSync(file).size, what: `Looking at ${basename(file)}` })
    const sum = await sha256Of(file, signal)
    if (wheels.some(({ sha256 }) => sha256 === sum)) found.set(sum, file)
    else if (from.includes(file))
      throw new BenchError(
        'bad-data',
        `${file} is none of the wheels that are needed: ${wheels
          .map(({ name, version, sha256 }) => `${name} ${version} (SHA-256 ${sha256})`)
          .join(', ')}.`,
        'from',
      )
  }
  return found
}

async function fetchWheel(
  wheel: Wheel,
  file: string,
  index: string,
  { progress, signal }: Step,
): Promise<void> {
  if (existsSync(file) && (await sha256Of(file, signal)) === wheel.sha256) return
  const what = `Fetching ${wheel.name} ${wheel.version}`
  progress({ received: 0, total: wheel.bytes, what })
  const address = await wheelAddress(wheel, index, signal)
  await download(address, file, wheel, (received) => progress({ received, total: wheel.bytes, what }), signal)
}

function needSpace({ wheels, folders }: TensorFlowPlace, brought: ReadonlyMap<string, string>): void {
  const needed = wheels.reduce(
    (sum, wheel) => sum + wheel.unpackedBytes + (brought.has(wheel.sha256) ? 0 : wheel.bytes),
    0,
  )
  const { bavail, bsize } = statfsSync(folders)
  const free = bavail * bsize
  if (free >= needed) return
  throw new BenchError(
    'unavailable',
    `TensorFlow needs ${formatBytes(needed)} on the disk of ${folders}; there are ${formatBytes(free)}.`,
    'tensorflow',
  )
}
