/** The page's own scheme, `app://bench/…`: files of the built renderer and nothing else. */
import { readFile } from 'node:fs/promises'
import { extname, join, normalize, sep } from 'node:path'
import { protocol } from 'electron'
import { CONTENT_SECURITY_POLICY, ORIGIN } from './security.ts'

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
}

/** Must run before the app is ready. */
export function registerScheme(): void {
  protocol.registerSchemesAsPrivileged([
    { scheme: 'app', privileges: { standard: true, secure: true, supportFetchAPI: true } },
  ])
}

/**
 * The file under `root` that an address of the page's origin names, or null when it names none: another
 * host, a way out of the folder (encoded or not), a NUL byte, a kind of file that the page has no use for.
 */
export function resolveAsset(root: string, address: string): string | null {
  if (!URL.canParse(address)) return null
  const url = new URL(address)
  if (`${url.protocol}//${url.host}` !== ORIGIN) return null
  let path: string
  try {
    path = decodeURIComponent(url.pathname)
  } catch (error) {
    if (error instanceof URIError) return null
    throw error
  }
  if (path.includes('\0') || path.includes('\\')) return null
  const base = normalize(root.endsWith(sep) ? root : root + sep)
  const file = normalize(join(base, path === '/' ? 'index.html' : path))
  if (!file.startsWith(base) || !(extname(file) in TYPES)) return null
  return file
}

/** Serves requests of the page from the folder `root`; everything carries the content security policy. */
export function serveApp(root: string): void {
  protocol.handle('app', async (request) => {
    const headers = {
      'Content-Security-Policy': CONTENT_SECURITY_POLICY,
      'X-Content-Type-Options': 'nosniff',
      'Cross-Origin-Opener-Policy': 'same-origin',
    }
    const file = request.method === 'GET' ? resolveAsset(root, request.url) : null
    if (!file) return new Response('Not found', { status: 404, headers })
    try {
      const body = await readFile(file)
      return new Response(new Uint8Array(body), {
        headers: { ...headers, 'Content-Type': TYPES[extname(file)] },
      })
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') {
        return new Response('Not found', { status: 404, headers })
      }
      throw error
    }
  })
}
