/** What the page is held to: one origin, no remote content, no new windows, no permissions. */
import type { Session, WebContents, WebPreferences } from 'electron'

export const ORIGIN = 'app://bench'

export const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data: blob:",
  "font-src 'self'",
  "connect-src 'self'",
  "webrtc 'block'",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')

/** The page's preferences; nothing here may be loosened. */
export function webPreferences(preload: string): WebPreferences {
  return {
    preload,
    sandbox: true,
    contextIsolation: true,
    nodeIntegration: false,
    nodeIntegrationInWorker: false,
    nodeIntegrationInSubFrames: false,
    webSecurity: true,
    webviewTag: false,
    spellcheck: false,
  }
}

/**
 * Where the page comes from: ours, or in a build for development (never in one that is built to be used) the
 * server of the build tool, as long as that is this machine.
 */
export function pageOrigin(address: string | undefined, development: boolean): string {
  if (!development || address === undefined || !URL.canParse(address)) return ORIGIN
  const { protocol, hostname, origin } = new URL(address)
  const here = hostname === 'localhost' || hostname === '127.0.0.1' || hostname === '[::1]'
  return protocol === 'http:' && here ? origin : ORIGIN
}

/** The origin of the page of this process. */
export const PAGE_ORIGIN = pageOrigin(process.env.ELECTRON_RENDERER_URL, import.meta.env.DEV)

/** True for a page of ours. */
export function isOurs(url: string, origin = PAGE_ORIGIN): boolean {
  return url === origin || url.startsWith(`${origin}/`)
}

/** Denies every permission that a page could ask for, every device, the screen and every download. */
export function confineSession(session: Session): void {
  session.setPermissionRequestHandler((_contents, _permission, answer) => answer(false))
  session.setPermissionCheckHandler(() => false)
  session.setDevicePermissionHandler(() => false)
  session.setDisplayMediaRequestHandler((_request, answer) => answer({}))
  session.on('select-hid-device', (event) => event.preventDefault())
  session.on('select-usb-device', (event) => event.preventDefault())
  session.on('select-serial-port', (event) => event.preventDefault())
  // Files are written by the lab, after a dialog of the shell.
  session.on('will-download', (event) => event.preventDefault())
}

/** Keeps a page where it is: no new window, no navigation, no webview, no way past the policy’s origin. */
export function confine(contents: WebContents): void {
  contents.setWindowOpenHandler(() => ({ action: 'deny' }))
  contents.on('will-navigate', (event) => {
    // The build tool’s server loads the whole page anew after some changes.
    const anew = PAGE_ORIGIN !== ORIGIN && isOurs(event.url)
    if (!anew) event.preventDefault()
  })
  contents.on('will-frame-navigate', (event) => {
    if (!event.isMainFrame) event.preventDefault()
  })
  contents.on('will-redirect', (event) => event.preventDefault())
  contents.on('will-attach-webview', (event) => event.preventDefault())
  contents.on('select-bluetooth-device', (event, _devices, choose) => {
    event.preventDefault()
    choose('')
  })
  // WebRTC is not held by connect-src: it may speak to nobody.
  contents.setWebRTCIPHandlingPolicy('disable_non_proxied_udp')
}
