/**
 * Labs elsewhere and clusters, as a user meets them: ssh asks, a study trains there while its curve grows
 * here, the line breaks and comes back; a lab that serves this home is worked with as one's own; a cluster is
 * made and chosen for a study. ssh and Slurm are small scripts here; the real ones are held elsewhere.
 */
import { execFileSync, spawn } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { electronPath, openApp, ROOT } from './app.ts'
import type { OpenApp } from './app.ts'

const scratch = mkdtempSync(join(tmpdir(), 'givens-labs-'))
const at = (...parts: string[]): string => join(scratch, ...parts)
const there = at('there')
const home = at('home')
const CLI = join(ROOT, 'out/main/cli.js')
const before = { ...process.env }
let open: OpenApp
let page: Page

/** Asks for a passphrase once, and runs the command on this computer; its process can be told to end. */
const SSH = `#!/bin/sh
if [ ! -e "${at('opened')}" ]; then
  answer=$("$SSH_ASKPASS" "Enter passphrase for key '/home/me/.ssh/id_ed25519': ") || exit 255
  [ "$answer" = sesame ] || { echo 'me@gpu: Permission denied (publickey).' >&2; exit 255; }
  : > "${at('opened')}"
fi
echo $$ > "${at('ssh.pid')}"
[ ! -e "${at('unplugged')}" ] || { echo 'ssh: connect to host gpu port 22: No route to host' >&2; exit 255; }
for command; do :; done
exec sh -c "$command"
`
const SLURM = {
  sbatch: `case "$1" in
  --test-only) echo 'sbatch: Job 9 to start at 2026-01-01T00:00:00 using 1 processors' >&2 ;;
  *) cp "$2" "${at('job.sh')}"; echo 9 ;; esac`,
  squeue: `for task in 0 1; do echo "9|$task|PENDING||Resources"; done`,
  scontrol: 'echo "MaxArraySize            = 1001"',
  scancel: `echo "$@" >> "${at('cancelled')}"`,
}

function script(name: string, text: string): void {
  writeFileSync(at('bin', name), text.startsWith('#!') ? text : `#!/bin/sh\n${text}\n`)
  chmodSync(at('bin', name), 0o755)
}

const cli = (folder: string, ...words: string[]): string =>
  execFileSync(electronPath(), [CLI, '--home', folder, ...words], {
    env: { ...process.env, ELECTRON_RUN_AS_NODE: '1' },
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  })

/** Writes a study in the editor: two small networks on few real digits. */
async function writeStudy(title: string, epochs: string): Promise<void> {
  await go('#/studies/new', 'input')
  const fields = { Title: title, Seeds: '1, 2', Depth: '2', Width: '16', Limit: '2000', Epochs: epochs }
  for (const [label, value] of Object.entries(fields))
    await page.getByLabel(label, { exact: true }).fill(value)
}
async function startStudy(title: string, epochs: string): Promise<void> {
  await writeStudy(title, epochs)
  await page.getByRole('button', { name: 'Save and start' }).click()
  await page.locator('.line').first().waitFor()
}

/** Opens the window; its questions are answered as they offer to be. */
async function begin(): Promise<void> {
  open = await openApp(home)
  page = open.page
  await open.app.evaluate(({ dialog }) => {
    // With the window before it, or without.
    dialog.showMessageBox = (...given: readonly object[]) => {
      const response = Number(Reflect.get(given[given.length - 1], 'defaultId'))
      return Promise.resolve({ response, checkboxChecked: false })
    }
  })
}

beforeAll(async () => {
  for (const folder of ['bin', 'there', 'config/givens-bench', 'shared'])
    mkdirSync(at(folder), { recursive: true })
  script('ssh', SSH)
  for (const [name, text] of Object.entries(SLURM)) script(name, text)
  delete process.env['SSH_ASKPASS']
  process.env['XDG_CONFIG_HOME'] = at('config')
  process.env['PATH'] = `${at('bin')}:${before['PATH'] ?? ''}`
  const command = `ELECTRON_RUN_AS_NODE=1 exec '${electronPath()}' '${CLI}'`
  const labs = [{ name: 'gpu', host: 'me@gpu', home: there, command }]
  writeFileSync(at('config/givens-bench/labs.json'), JSON.stringify({ labs }))
  await begin()
})
afterAll(async () => {
  await open?.close(true)
  for (const folder of [home, there])
    if (existsSync(join(folder, 'serve.json'))) cli(folder, 'serve', '--stop')
  process.env = before
  rmSync(scratch, { recursive: true, force: true })
})

async function go(hash: string, ready: string): Promise<void> {
  await page.evaluate((next) => (location.hash = next), hash)
  await page.locator(ready).first().waitFor()
}
/** Chooses a lab in the list above the pages, with which the page begins anew. */
async function show(lab: string): Promise<void> {
  const loaded = page.waitForEvent('load')
  await page.locator('.side select').selectOption(lab)
  await loaded
}
const shot = async (name: string): Promise<void> => {
  const folder = process.env['GIVENS_SHOTS']
  if (folder) await page.screenshot({ path: join(folder, `${name}.png`) })
}
const points = (): Promise<number> =>
  page.evaluate(() => {
    const label = document.querySelector('canvas[role=img]')?.getAttribute('aria-label') ?? ''
    return Number(/Training: (\d+) points/.exec(label)?.[1] ?? 0)
  })

it('works on a lab elsewhere as on its own, through a broken line, and comes back', async () => {
  await show('gpu')
  const dialog = page.locator('dialog.ask')
  await dialog.getByText(/Enter passphrase for key/).waitFor()
  await shot('askpass')
  await dialog.getByLabel(/Enter passphrase/).fill('sesame')
  await dialog.getByRole('button', { name: 'Answer' }).click()
  await expect.poll(() => existsSync(join(there, 'serve.json')), { timeout: 60_000 }).toBe(true)
  await startStudy('Far digits', '40')
  await go('#/runs/1', 'canvas')
  await expect.poll(points, { timeout: 60_000 }).toBeGreaterThan(1)
  const pid = Number(readFileSync(at('ssh.pid'), 'utf8'))
  writeFileSync(at('unplugged'), '')
  process.kill(pid, 'SIGKILL')
  await page
    .locator('.notice')
    .getByText(/gpu: .*Dialing again in/)
    .waitFor()
  await shot('broken')
  const seen = await points()
  rmSync(at('unplugged'))
  await page.getByRole('button', { name: 'Dial now' }).click()
  await page
    .locator('.notice')
    .getByText(/Dialing again/)
    .waitFor({ state: 'detached' })
  await expect.poll(points, { timeout: 60_000 }).toBeGreaterThan(seen)
  await shot('far-run')
  await show('here')
  await go('#/runs', '.empty')
})

it('works with the lab that serves its home as if it were its own, and goes on when that ends', async () => {
  await open.close(true)
  const serving = spawn(electronPath(), [CLI, '--home', home, 'serve', '--idle', '10'], {
    env: { ...process.env, ELECTRON_RUN_AS_NODE: '1' },
    stdio: 'ignore',
  })
  const ended = new Promise((resolve) => serving.on('exit', resolve))
  await expect.poll(() => existsSync(join(home, 'serve.json')), { timeout: 60_000 }).toBe(true)
  await begin()
  await startStudy('Digits here', '30')
  await go('#/runs/1', 'canvas')
  await expect.poll(points, { timeout: 60_000 }).toBeGreaterThan(1)
  expect(await page.locator('.notice', { hasText: 'Reading only' }).count()).toBe(0)
  const seen = await points()
  cli(home, 'serve', '--stop')
  await ended
  await expect.poll(points, { timeout: 60_000 }).toBeGreaterThan(seen)
  await shot('own-again')
})

it('makes a cluster in a form, and sends a study there from the start dialog', async () => {
  await go('#/settings', '#clusters')
  await page.getByRole('button', { name: 'Add a cluster…' }).click()
  await page.getByLabel('Name', { exact: true }).fill('lichtenberg')
  await page.getByLabel('Partition', { exact: true }).fill('gpu')
  await page.getByLabel('Shared folder').fill(at('shared'))
  await shot('cluster-form')
  await page.getByRole('button', { name: 'Keep' }).click()
  await page.getByRole('button', { name: 'Check lichtenberg' }).waitFor()
  await shot('clusters')
  await writeStudy('Digits sent', '1')
  await page.getByRole('button', { name: 'Save', exact: true }).click()
  await go('#/studies', '[aria-label="Start Digits sent"]')
  await page.getByRole('button', { name: 'Start Digits sent' }).click()
  const start = page.locator('dialog.start')
  await start.getByLabel('Run on').selectOption('lichtenberg')
  await shot('run-on')
  await start.getByRole('button', { name: 'Start', exact: true }).click()
  await start.waitFor({ state: 'detached', timeout: 60_000 })
  expect(readFileSync(at('job.sh'), 'utf8')).toMatch(/#SBATCH --partition=gpu[^]*cluster task/)
  await go('#/runs/3', '.page')
  await page
    .getByText(/PENDING.*Resources/)
    .first()
    .waitFor({ timeout: 60_000 })
  await shot('pending')
})
