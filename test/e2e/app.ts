/** The real window, started as a user would, in a data folder of its own. */
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { _electron } from 'playwright-core'
import type { ElectronApplication, Page } from 'playwright-core'

export const ROOT = fileURLToPath(new URL('../..', import.meta.url))

/** The Electron binary: named by the environment, else the one that runs this test. */
export function electronPath(): string {
  const folder = process.env.ELECTRON_OVERRIDE_DIST_PATH
  const named = process.env.GIVENS_ELECTRON ?? (folder ? join(folder, 'electron') : null)
  if (named && existsSync(named)) return named
  if (process.versions.electron) return process.execPath
  throw new Error('No Electron found: set GIVENS_ELECTRON to its binary.')
}

export interface OpenApp {
  readonly app: ElectronApplication
  readonly page: Page
  readonly home: string
  /** Quits and, unless `keep`, removes the data folder. */
  readonly close: (keep?: boolean) => Promise<void>
}

/** Starts the built app; `home` is made when none is given. */
export async function openApp(home = mkdtempSync(join(tmpdir(), 'givens-e2e-'))): Promise<OpenApp> {
  if (!existsSync(join(ROOT, 'out/main/index.js')))
    throw new Error('The app is not built: run electron-vite build first.')
  const environment = Object.fromEntries(
    Object.entries({ ...process.env, GIVENS_HOME: home, GIVENS_THREADS: '1' }).filter(
      (entry): entry is [string, string] => entry[1] !== undefined && entry[0] !== 'ELECTRON_RUN_AS_NODE',
    ),
  )
  const root = process.getuid?.() === 0
  // A binary that is found by the package of Electron is held until Playwright has attached to it; one that
  // is named here is not, and half the time Playwright then waits for a page that is there already.
  const found = process.env.GIVENS_ELECTRON === undefined && process.env.ELECTRON_OVERRIDE_DIST_PATH
  const options = {
    ...(found ? {} : { executablePath: electronPath() }),
    args: [ROOT, ...(root ? ['--no-sandbox'] : [])],
    env: environment,
    cwd: ROOT,
    // The theme is the shell's to decide, as it is for a user.
    colorScheme: null,
    timeout: 50_000,
  } satisfies Parameters<typeof _electron.launch>[0]
  // A debugger's port that another program takes in between, or a stalled machine, is worth one more try.
  const app = await _electron.launch(options).catch(() => _electron.launch(options))
  const page = await app.firstWindow()
  await page.waitForLoadState('domcontentloaded')
  return {
    app,
    page,
    home,
    close: async (keep = false) => {
      await app.close()
      if (!keep) rmSync(home, { recursive: true, force: true })
    },
  }
}

/** Process ids of the lab's process: one while it is up, none between its death and its restart. */
export function labProcesses(app: ElectronApplication): Promise<number[]> {
  return app.evaluate(({ app: shell }) =>
    shell
      .getAppMetrics()
      .filter((metric) => metric.type === 'Utility' && metric.name === 'Givens Bench lab')
      .map((metric) => metric.pid),
  )
}
