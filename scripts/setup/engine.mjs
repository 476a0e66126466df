// The native engine: libraries, binding, and one multiplication to see that it works. Nothing here is fatal:
// without it the bench computes on the reference backend, and the record says why and what to do.
import { existsSync, readdirSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { bindingReady, installBinding } from './binding.mjs'
import { ELECTRON, engineFolder, manifest, PLATFORM } from './paths.mjs'
import { SetUpProblem } from './problem.mjs'
import { asNode, onPath, run } from './process.mjs'
import { say } from './report.mjs'
import { readStatus, record, recordProblem } from './status.mjs'
import { folderBytes } from './whole.mjs'
import { fetchLibraries, librariesReady } from './wheels.mjs'

const TRY = join(dirname(fileURLToPath(import.meta.url)), 'try_engine.cjs')
const RETRY_AFTER_MS = 3_600_000
const NETWORK_KINDS = ['download', 'checksum']
const { version, platforms } = manifest('tensorflow')

/**
 * Whether there is nothing to do: the engine works, or it is on record why it does not.
 * @param {'never'|'sometimes'|'always'} retry whether an engine on record as missing is tried again;
 *   `sometimes` leaves a
 *   failed download alone for an hour, so that a machine without a network starts at once
 */
export function engineSettled(retry) {
  const entry = readStatus().steps.engine
  if (!entry) return false
  if (entry.state === 'done')
    return librariesReady(entry.variant) && bindingReady(entry.variant) && choice() === entry.asked
  if (retry === 'always' || choice() !== entry.asked) return false
  return (
    retry === 'never' ||
    (NETWORK_KINDS.includes(entry.kind) && Date.now() - Date.parse(entry.at) < RETRY_AFTER_MS)
  )
}

/** Provides the engine; a failure is recorded and told, not thrown. */
export async function installEngine(retry) {
  if (engineSettled(retry)) return
  const asked = choice()
  const started = Date.now()
  let note
  try {
    if (asked === 'none')
      throw new SetUpProblem('turned-off', 'The native engine is turned off by GIVENS_ENGINE=none')
    if (!platforms.includes(PLATFORM)) {
      throw new SetUpProblem(
        'platform',
        `There is no native engine for ${PLATFORM} (only for ${platforms.join(', ')})`,
      )
    }
    let variant = asked
    const works = await provide(variant).catch((error) => {
      if (variant !== 'cuda') throw error
      note = `The CUDA build could not be used: ${error.message}`
      say(`${note}\nTaking the CPU build instead`)
      variant = 'cpu'
      return provide(variant)
    })
    if (variant === 'cuda' && !works.devices.includes('GPU')) {
      note = 'The CUDA build sees no GPU and computes on the CPU; look at the NVIDIA driver (nvidia-smi)'
      say(note)
    }
    record('engine', {
      state: 'done',
      summary: `TensorFlow ${version}, ${variant === 'cuda' ? 'CUDA' : 'CPU'} build`,
      where: engineFolder(variant),
      version,
      variant,
      asked,
      devices: works.devices,
      note,
      bytes: folderBytes(engineFolder(variant), (path) => statSync(path).size),
      seconds: (Date.now() - started) / 1000,
    })
  } catch (error) {
    recordProblem('engine', error, { asked })
    say(
      `The native engine is missing; the bench computes on the slower reference backend.\n  ${error.message}`,
    )
    for (const text of error.remedy ?? []) say(`  → ${text}`)
  }
}

async function provide(variant) {
  await fetchLibraries(variant)
  await installBinding(variant)
  const { code, output } = await run(ELECTRON, [TRY], { env: asNode({ TF_CPP_MIN_LOG_LEVEL: '3' }) })
  const answer = /^\{"ok":true.*$/m.exec(output)
  if (code === 0 && answer) return JSON.parse(answer[0])
  throw new SetUpProblem(
    'load',
    `The native engine does not work (exit code ${code}): ` + output.trim().split('\n').slice(-3).join(' '),
    [`Remove ${engineFolder(variant)}, then: npm run setup`],
  )
}

// What is asked for: GIVENS_ENGINE (cpu, cuda, none), or what the machine has.
function choice() {
  const wanted = process.env.GIVENS_ENGINE
  if (['cpu', 'cuda', 'none'].includes(wanted)) return wanted
  if (wanted) throw new SetUpProblem('fault', `GIVENS_ENGINE is "${wanted}"; it may be cpu, cuda or none`)
  return hasNvidia() ? 'cuda' : 'cpu'
}

function hasNvidia() {
  if (existsSync('/proc/driver/nvidia/gpus')) return readdirSync('/proc/driver/nvidia/gpus').length > 0
  return existsSync('/dev/nvidiactl') || (existsSync('/dev/dxg') && Boolean(onPath('nvidia-smi')))
}
