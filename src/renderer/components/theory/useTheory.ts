/** The networks of the Theory page: what is predicted at once, what is measured by the lab when asked. */
import { computed, onScopeDispose, ref } from 'vue'
import { toErrorMessage } from '../../../shared/contract/errors.ts'
import type { ErrorMessage } from '../../../shared/contract/errors.ts'
import { criticalGainOf, predictSpectrum } from '../../../shared/theory/jacobian-spectrum.ts'
import { measureSchema, theorySchema } from '../../../shared/theory/requests.ts'
import type { MeasureRequest, NetworkMeasurement } from '../../../shared/theory/requests.ts'
import { useLab } from '../../composables/useLab.ts'
import { useStored } from '../../composables/useStored.ts'

export const isRequest = (value: unknown): value is MeasureRequest => measureSchema.safeParse(value).success

/** A network of the page's form, and why it cannot be asked. */
export function useTheory() {
  const lab = useLab()
  const form = useStored<MeasureRequest>('theory', measureSchema.parse({}), isRequest)
  const measured = ref<NetworkMeasurement | null>(null)
  const error = ref<ErrorMessage | null>(null)
  const job = ref<string | null>(null)
  const fraction = ref(0)
  /** The network that was measured, as text: another one has other numbers. */
  const measuredFor = ref('')
  let jobs = 0

  const problem = computed(() => {
    const parsed = measureSchema.safeParse(form.value)
    if (parsed.success) return null
    const [issue] = parsed.error.issues
    return `${issue.path.join('.')}: ${issue.message}`
  })
  const network = computed(() => {
    const parsed = theorySchema.strip().safeParse(form.value)
    return parsed.success ? parsed.data : null
  })
  const prediction = computed(() => (network.value ? predictSpectrum(network.value) : null))
  const critical = computed(() => (network.value ? criticalGainOf(network.value) : null))
  const isCurrent = computed(() => measuredFor.value === JSON.stringify(form.value))
  const shown = computed(() => (isCurrent.value ? measured.value : null))

  async function measure(): Promise<void> {
    const asked = JSON.stringify(form.value)
    const name = `theory-${++jobs}`
    job.value = name
    fraction.value = 0
    error.value = null
    try {
      const answer = await lab.call('theory/measure', {
        network: JSON.parse(asked) as MeasureRequest,
        job: name,
      })
      if (job.value !== name) return
      measured.value = answer
      measuredFor.value = asked
    } catch (reason) {
      if (job.value === name) error.value = toErrorMessage(reason)
    } finally {
      if (job.value === name) job.value = null
    }
  }
  async function cancel(): Promise<void> {
    const name = job.value
    job.value = null
    if (name !== null) await lab.call('jobs/cancel', { job: name })
  }
  onScopeDispose(
    lab.on('jobs/progress', (told) => {
      if (told.job === job.value) fraction.value = told.fraction
    }),
  )
  onScopeDispose(() => void cancel())
  return {
    form,
    problem,
    network,
    prediction,
    critical,
    measured: shown,
    error,
    job,
    fraction,
    measure,
    cancel,
  }
}
