/** The lab of another computer, by how it was named. */
import type { Remote } from '../../shared/contract/remotes.ts'
import { openFarLab } from '../line/far-lab.ts'
import type { FarLab, FarLabOptions } from '../line/far-lab.ts'
import { dialSsh } from './ssh.ts'
import type { SshOptions } from './ssh.ts'

export function dialRemote(
  remote: Remote,
  version: string,
  ssh: SshOptions,
  more: Pick<FarLabOptions, 'onState' | 'patient'> = {},
): FarLab {
  return openFarLab({
    name: `The lab “${remote.name}”`,
    here: false,
    version,
    remedy: `Bring it up to date: remote setup ${remote.name}.`,
    dial: () => dialSsh(remote, ssh),
    ...more,
  })
}
