// npm start: set-up, build, window. Without a display: the quick-start study in the terminal. `--dev`: with
// live reload.
import { join } from 'node:path'
import { buildApp } from './setup/build.mjs'
import { frontDoor, setUp } from './setup/index.mjs'
import { checkSandbox } from './setup/libraries.mjs'
import { ELECTRON, ROOT } from './setup/paths.mjs'
import { asWindow, hand, handToNode } from './setup/process.mjs'
import { say } from './setup/report.mjs'

const QUICK_START = ['study', 'run', 'quick-start']

const development = process.argv.includes('--dev')
const passedOn = process.argv.slice(2).filter((word) => word !== '--dev')

await frontDoor(async () => {
  await setUp()
  if (!hasDisplay()) {
    say('There is no display here (neither DISPLAY nor WAYLAND_DISPLAY is set), so the window cannot open.')
    say(`Running the quick-start study in the terminal instead: npm run -s lab -- ${QUICK_START.join(' ')}`)
    return handToNode(join(ROOT, 'src', 'cli', 'index.ts'), [...QUICK_START, ...passedOn])
  }
  checkSandbox()
  // Chromium refuses its sandbox to root; everybody else keeps it.
  const sandbox = process.getuid?.() === 0 ? ['--no-sandbox'] : []
  if (development) {
    const script = join(ROOT, 'node_modules', 'electron-vite', 'bin', 'electron-vite.js')
    return hand(process.execPath, [script, 'dev', '--', ...sandbox, ...passedOn], { env: asWindow() })
  }
  await buildApp()
  return hand(ELECTRON, [...sandbox, ROOT, ...passedOn], { env: asWindow() })
})

function hasDisplay() {
  return process.platform !== 'linux' || Boolean(process.env.DISPLAY || process.env.WAYLAND_DISPLAY)
}
