/** Quitting: asks while runs are on, lets the lab bring them to a checkpoint, and only then goes. */
import { app, dialog } from 'electron'
import type { BrowserWindow } from 'electron'
import type { LabProcess } from './lab-process.ts'

/** How long a lab may take to bring its runs to a checkpoint. */
const CHECKPOINT_LIMIT_MS = 60_000
const IDLE_LIMIT_MS = 5_000

export interface QuitOptions {
  readonly lab: LabProcess
  readonly running: () => number
  readonly window: () => BrowserWindow | null
}

async function agreed(running: number, window: BrowserWindow | null): Promise<boolean> {
  const options = {
    type: 'question' as const,
    title: 'Quit Givens Bench?',
    message: running === 1 ? 'A run is on.' : `${running} runs are on.`,
    detail: 'They are brought to a checkpoint and go on from there when the bench is opened again.',
    buttons: ['Checkpoint and quit', 'Cancel'],
    defaultId: 0,
    cancelId: 1,
    noLink: true,
  }
  const answer = window ? await dialog.showMessageBox(window, options) : await dialog.showMessageBox(options)
  return answer.response === 0
}

/** What a session that ends, or whoever kills the program, sends: nobody may be there to answer. */
const SIGNALS = ['SIGTERM', 'SIGINT', 'SIGHUP'] as const

export function guardQuit({ lab, running, window }: QuitOptions): {
  readonly guard: (window: BrowserWindow) => void
} {
  let stage: 'open' | 'asking' | 'stopped' = 'open'
  let told = false
  const signalled = new Promise<true>((resolve) => {
    const onSignal = (): void => {
      told = true
      resolve(true)
      app.quit()
    }
    // Chromium sets handlers of its own while it starts.
    void app.whenReady().then(() => {
      for (const signal of SIGNALS) process.on(signal, onSignal)
    })
  })

  async function leave(): Promise<void> {
    stage = 'asking'
    const on = lab.goesOn() ? 0 : running()
    if (on > 0 && !told && !(await Promise.race([agreed(on, window()), signalled]))) {
      stage = 'open'
      return
    }
    const shown = window()
    if (on > 0 && shown && !shown.isDestroyed()) shown.setTitle('Saving checkpoints… – Givens Bench')
    await lab.stop(on > 0 ? CHECKPOINT_LIMIT_MS : IDLE_LIMIT_MS)
    stage = 'stopped'
    app.quit()
  }

  app.on('before-quit', (event) => {
    if (stage === 'stopped') return
    // Must be said at once: an answer that comes later comes too late.
    event.preventDefault()
    if (stage === 'open') void leave()
  })
  return {
    guard: (guarded) =>
      guarded.on('close', (event) => {
        if (stage === 'stopped') return
        event.preventDefault()
        if (stage === 'open') void leave()
      }),
  }
}
