/** Labs of other computers: which the window shows, and what is asked about them of this computer's lab. */
import { dialog } from 'electron'
import type { BrowserWindow } from 'electron'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { LabClient } from '../shared/contract/client.ts'
import { BenchError } from '../shared/contract/errors.ts'
import { HERE } from '../shared/contract/remotes.ts'
import type { LabsAnswer, ShellInput } from '../shared/contract/shell.ts'
import type { BundleImport } from '../shared/contract/lab.ts'

export interface LabsContext {
  /** This computer's lab. */
  readonly own: LabClient
  /** The lab that is shown. */
  readonly client: LabClient
  readonly current: () => string
  /** Shows another lab. */
  readonly show: (name: string) => void
  readonly window: () => BrowserWindow
}

/** Asks whether ssh may reach a host that the page named. */
async function mayReach(window: BrowserWindow, name: string, host: string): Promise<boolean> {
  const answer = await dialog.showMessageBox(window, {
    type: 'question',
    title: 'Add a lab?',
    message: `Add “${name}”, which is ${host}?`,
    detail: 'The bench will log in there with your ssh whenever you use this lab.',
    buttons: ['Add', 'Cancel'],
    defaultId: 0,
    cancelId: 1,
    noLink: true,
  })
  return answer.response === 0
}

/** Answers the page's questions about labs. */
export function labsHandler(context: LabsContext): (input: ShellInput<'shell/labs'>) => Promise<LabsAnswer> {
  const { own, client, current, show } = context

  async function send({
    study,
    runs,
    name: to,
  }: ShellInput<'shell/labs'> & { what: 'send' }): Promise<BundleImport> {
    if (to === current()) throw new BenchError('bad-input', `The study is in “${to}” already.`, 'name')
    const folder = mkdtempSync(join(tmpdir(), 'givens-send-'))
    try {
      const file = join(folder, `${study}.givens`)
      await client.call('bundle/export', { study, file, runs, alone: runs === undefined })
      return await (to === HERE
        ? own.call('bundle/import', { file })
        : own.call('remotes/send', { name: to, bundle: file }))
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  }

  async function more(input: ShellInput<'shell/labs'>): Promise<Partial<LabsAnswer>> {
    switch (input.what) {
      case 'list':
        return {}
      case 'add': {
        const { name, host, port } = input
        if (await mayReach(context.window(), name, host)) await own.call('remotes/add', { name, host, port })
        return {}
      }
      case 'send':
        return { sent: await send(input) }
      case 'remove':
        await own.call('remotes/remove', { name: input.name })
        if (current() === input.name) show(HERE)
        return {}
      case 'check':
        return { findings: await own.call('remotes/check', { name: input.name }) }
      case 'setup':
        return { findings: await own.call('remotes/setup', { name: input.name }) }
      case 'show': {
        const { labs } = await own.call('remotes/list', {})
        if (input.name !== HERE && !labs.some(({ name }) => name === input.name))
          throw new BenchError('not-found', `There is no lab “${input.name}”.`, 'name')
        show(input.name)
        return {}
      }
    }
  }

  return async (input) => {
    const done = await more(input)
    return { ...(await own.call('remotes/list', {})), current: current(), ...done }
  }
}
