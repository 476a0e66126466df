/** Drawings of the schemes of a form: asked anew when it changes, the former question cancelled. */
import { onScopeDispose, ref, shallowReactive, watch } from 'vue'
import { BenchError, toErrorMessage } from '../../../shared/contract/errors.ts'
import type { ErrorMessage } from '../../../shared/contract/errors.ts'
import type { Drawing } from '../../../shared/laboratory/types.ts'
import { useLab } from '../../composables/useLab.ts'
import { problemOf, requestOf } from './settings.ts'
import type { LaboratorySettings, SchemeName } from './settings.ts'

export interface Sketch {
  readonly drawing: Drawing | null
  readonly error: ErrorMessage | null
  /** Name of the job that is under way; null when none is. */
  readonly job: string | null
  /** Of AI's steps; null where it is not known. */
  readonly fraction: number | null
}

const NOTHING: Sketch = { drawing: null, error: null, job: null, fraction: null }
const WAIT_MS = 350
let jobs = 0

export function useDrawings(settings: LaboratorySettings) {
  const lab = useLab()
  const sketches = shallowReactive(new Map<SchemeName, Sketch>())
  const asked = new Map<SchemeName, string>()
  const problem = ref<string | null>(null)
  let timer: ReturnType<typeof setTimeout> | undefined

  function cancel(scheme: SchemeName): void {
    const sketch = sketches.get(scheme)
    if (!sketch?.job) return
    const { job } = sketch
    sketches.set(scheme, { ...sketch, job: null, fraction: null })
    asked.delete(scheme)
    // A lab that is gone has nothing left to cancel.
    lab.call('jobs/cancel', { job }).catch((error: unknown) => {
      if (!(error instanceof BenchError)) throw error
    })
  }

  async function draw(scheme: SchemeName): Promise<void> {
    const request = JSON.stringify(requestOf(settings, scheme))
    if (asked.get(scheme) === request) return
    cancel(scheme)
    asked.set(scheme, request)
    const job = `draw-${++jobs}`
    sketches.set(scheme, { ...(sketches.get(scheme) ?? NOTHING), job, error: null, fraction: null })
    const isMine = (): boolean => sketches.get(scheme)?.job === job
    try {
      const drawing = await lab.call('laboratory/draw', { draw: JSON.parse(request), job })
      if (isMine()) sketches.set(scheme, { ...NOTHING, drawing })
    } catch (error) {
      if (isMine()) sketches.set(scheme, { ...NOTHING, error: toErrorMessage(error) })
    }
  }

  function drawAll(): void {
    problem.value = problemOf(settings)
    for (const scheme of [...sketches.keys()]) {
      if (settings.schemes.includes(scheme)) continue
      cancel(scheme)
      sketches.delete(scheme)
      asked.delete(scheme)
    }
    if (problem.value === null) for (const scheme of settings.schemes) void draw(scheme)
  }
  function again(scheme: SchemeName): void {
    asked.delete(scheme)
    void draw(scheme)
  }

  watch(
    () => JSON.stringify(settings),
    () => {
      clearTimeout(timer)
      timer = setTimeout(drawAll, WAIT_MS)
    },
  )
  drawAll()
  onScopeDispose(
    lab.on('jobs/progress', ({ job, fraction }) => {
      for (const [scheme, sketch] of sketches)
        if (sketch.job === job) sketches.set(scheme, { ...sketch, fraction })
    }),
  )
  onScopeDispose(() => {
    clearTimeout(timer)
    for (const scheme of [...sketches.keys()]) cancel(scheme)
  })
  return { sketches, problem, cancel, again }
}
