/** Measurements in processes of their own, so that memory and start-up are those of one work. */
import { execFile } from 'node:child_process'
import { performance } from 'node:perf_hooks'
import { promisify } from 'node:util'
import { NATIVE_ENVIRONMENT } from '../src/engine/index.ts'

const run = promisify(execFile)

export interface StepTimes {
  readonly steps_ms: readonly number[]
  readonly first_step_ms: number
  readonly memory_mb: number
  /** Floating point operations of a step on kept weights. */
  readonly flops: number
}

/** Trains in a new process. `first_step_ms` counts from before the process was there. */
export async function measureOurSteps(name: string, backend: string, repeat: number): Promise<StepTimes> {
  const script = new URL('./training-steps.ts', import.meta.url).pathname
  const started = performance.timeOrigin + performance.now()
  const { stdout } = await run(process.execPath, [script, name, backend, `${repeat}`, `${started}`], {
    env: { ...NATIVE_ENVIRONMENT, ...process.env },
    maxBuffer: 1 << 24,
  })
  return JSON.parse(stdout) as StepTimes
}

/** Trains a study in a new process (study.ts, which tells the arguments). */
export async function measureStudy(
  args: readonly string[],
): Promise<{ readonly seconds: number; readonly losses: readonly (number | null)[] }> {
  const script = new URL('./study.ts', import.meta.url).pathname
  const { stdout } = await run(process.execPath, [script, ...args], {
    env: { ...NATIVE_ENVIRONMENT, ...process.env },
  })
  return JSON.parse(stdout) as { seconds: number; losses: (number | null)[] }
}

/** PyTorch's version and step times, or null where python3 has no torch. */
export async function measureTorchSteps(
  name: string,
  threads: number,
  repeat: number,
): Promise<{ readonly version: string; readonly steps_ms: readonly number[] } | null> {
  const script = new URL('./peers/torch_steps.py', import.meta.url).pathname
  if (!(await hasTorch())) return null
  const { stdout } = await run('python3', [
    script,
    name.split('@')[0],
    '--threads',
    `${threads}`,
    '--repeat',
    `${repeat}`,
  ])
  return JSON.parse(stdout) as { version: string; steps_ms: number[] }
}

let torch: Promise<boolean> | null = null

function hasTorch(): Promise<boolean> {
  torch ??= run('python3', ['-c', 'import torch']).then(
    () => true,
    () => false,
  )
  return torch
}

/** Milliseconds of products of two square matrices by TensorFlow. */
export async function measureOurProduct(side: number, repeat: number): Promise<readonly number[]> {
  const script = new URL('./product.ts', import.meta.url).pathname
  const { stdout } = await run(process.execPath, [script, `${side}`, `${repeat}`], {
    env: { ...NATIVE_ENVIRONMENT, ...process.env },
  })
  return JSON.parse(stdout) as number[]
}

/** The same by PyTorch on all threads, or null where python3 has no torch. */
export async function measureTorchProduct(
  side: number,
  repeat: number,
): Promise<{
  readonly version: string
  readonly threads: number
  readonly times_ms: readonly number[]
} | null> {
  if (!(await hasTorch())) return null
  const script = new URL('./peers/torch_product.py', import.meta.url).pathname
  const { stdout } = await run('python3', [script, `${side}`, `${repeat}`])
  return JSON.parse(stdout) as { version: string; threads: number; times_ms: number[] }
}
