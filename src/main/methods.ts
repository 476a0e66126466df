/**
 * Methods of the user's own, as the shell lets them in: no code runs that the user did not choose in a dialog
 * or allow in one.
 */
import { basename } from 'node:path'
import type { BrowserWindow } from 'electron'
import type { LabClient } from '../shared/contract/client.ts'
import { BenchError } from '../shared/contract/errors.ts'
import { askForMethod, askForPython, mayRun } from './dialogs.ts'
import type { ShellHandlers } from './shell.ts'

type MethodHandlers = Pick<
  ShellHandlers,
  | 'shell/add-method'
  | 'shell/drop-method'
  | 'shell/update-method'
  | 'shell/trust-method'
  | 'shell/python'
  | 'shell/method-settings'
>

export function methodHandlers(client: LabClient, theWindow: () => BrowserWindow): MethodHandlers {
  const add = (file: string) => client.call('methods/add', { file })
  return {
    'shell/add-method': async () => {
      const file = await askForMethod(theWindow())
      return file === null ? null : add(file)
    },
    'shell/drop-method': async ({ file }) => {
      if (file === '')
        throw new BenchError('bad-file', 'What was dropped is no file on this computer.', 'file')
      return (await mayRun(theWindow(), `“${basename(file)}”`)) ? add(file) : null
    },
    'shell/update-method': async ({ name }) => {
      const row = (await client.call('methods/list', {})).find((each) => each.name === name)
      if (!row || row.path === null)
        throw new BenchError('not-found', `${name} was not added from a file of this computer.`, 'name')
      return (await mayRun(theWindow(), `what “${row.path}” holds now`)) ? add(row.path) : null
    },
    'shell/trust-method': async ({ name, sha256 }) => {
      const { file, trusted, ...content } = await client.call('methods/text', { name })
      if (content.sha256 !== sha256)
        throw new BenchError(
          'conflict',
          `${name} has changed since it was shown; look at it again.`,
          'sha256',
        )
      const allowed =
        trusted || (await mayRun(theWindow(), `${content.name} (“${file}”), which came in a bundle,`))
      return allowed ? client.call('methods/trust', { name, sha256 }) : null
    },
    'shell/python': async () => {
      const python = await askForPython(theWindow())
      return python === null ? null : client.call('methods/settings', { python })
    },
    'shell/method-settings': (change) => client.call('methods/settings', change),
  }
}
