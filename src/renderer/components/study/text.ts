/** What the estimate of a study says, in words. */
import type { StudyEstimate } from '../../../shared/contract/estimate.ts'
import { countText } from '../../format.ts'

/** `3 of 12 exist and are reused.` */
export function reusedText({ existing, runs }: Pick<StudyEstimate, 'existing' | 'runs'>): string {
  const verb = existing === 1 ? 'exists and is' : 'exist and are'
  return existing === runs
    ? `All ${countText(runs)} exist and are reused: nothing new will run.`
    : `${countText(existing)} of ${countText(runs)} ${verb} reused.`
}
