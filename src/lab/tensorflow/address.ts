/** Where a wheel lies, by its SHA-256, from a package index (PEP 503 and 691). */
import { networkReason, trustSystemCertificates } from '../../engine/index.ts'
import { BenchError } from '../../shared/contract/errors.ts'
import type { Wheel } from './manifest.ts'

const USUAL = 'https://pypi.org/simple/'
const JSON_FORM = 'application/vnd.pypi.simple.v1+json'

/** The index as pip would take it: PIP_INDEX_URL, else the usual one; ends in a slash. */
export function packageIndex(environment: NodeJS.ProcessEnv = process.env): string {
  const named = environment['PIP_INDEX_URL'] || USUAL
  return named.endsWith('/') ? named : `${named}/`
}

/**
 * The address of exactly this file.
 * @throws BenchError `unavailable` where the index cannot be reached or does not have it
 */
export async function wheelAddress(wheel: Wheel, index: string, signal: AbortSignal): Promise<string> {
  const page = `${index}${wheel.name}/`
  trustSystemCertificates()
  const response = await fetch(page, { headers: { Accept: `${JSON_FORM}, text/html;q=0.5` }, signal }).catch(
    (cause: unknown) => {
      signal.throwIfAborted()
      throw new BenchError(
        'unavailable',
        `${page} cannot be reached: ${networkReason(cause)}.`,
        'tensorflow',
        { cause },
      )
    },
  )
  if (!response.ok) throw new BenchError('unavailable', `${page} answered ${response.status}.`, 'tensorflow')
  const found = response.headers.get('content-type')?.includes('json')
    ? ofJson(await response.json(), wheel.sha256)
    : ofHtml(await response.text(), wheel.sha256)
  if (found !== null) return new URL(found, response.url).href
  throw new BenchError(
    'unavailable',
    `${page} does not have ${wheel.name} ${wheel.version} with SHA-256 ${wheel.sha256}. ` +
      'Bring the wheel along and name it with --from.',
    'tensorflow',
  )
}

function ofJson(page: unknown, sha256: string): string | null {
  const { files = [] } = page as { files?: { url: string; hashes?: { sha256?: string } }[] }
  return files.find(({ hashes }) => hashes?.sha256 === sha256)?.url ?? null
}

function ofHtml(page: string, sha256: string): string | null {
  for (const [, address] of page.matchAll(/href="([^"]+)"/g))
    if (address.endsWith(`#sha256=${sha256}`)) return address.replaceAll('&amp;', '&')
  return null
}
