/** What the Initialization lab calls the schemes that it times. */
import { schemeOf } from '../methods/registry.ts'
import { DENSE_QR } from './requests.ts'
import type { TimedScheme } from './requests.ts'

export const timedTitle = (scheme: TimedScheme): string =>
  scheme === DENSE_QR ? 'Dense QR' : schemeOf(scheme).title
