/** Certificates that this computer trusts: the runtime brings a list of its own and knows no other. */
import { getCACertificates, setDefaultCACertificates } from 'node:tls'

let trusted = false

/**
 * Trusts what the system trusts (an institute's own authority, say), for the requests of this thread from now
 * on.
 */
export function trustSystemCertificates(): void {
  if (trusted) return
  trusted = true
  setDefaultCACertificates([...getCACertificates('default'), ...getCACertificates('system')])
}

/** Why a request failed, in the words of the innermost cause. */
export function networkReason(error: unknown): string {
  let inner = error
  while (inner instanceof Error && inner.cause !== undefined) inner = inner.cause
  return inner instanceof Error ? inner.message : String(inner)
}
