/** Where TensorFlow lies that was fetched for all programs of a user: the same folders that set-up makes. */
import { existsSync, readdirSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'

export type TensorFlowVariant = 'cuda' | 'cpu'

/** The folder in which there is one folder for each version and variant. */
export function tensorFlowFolders(environment: NodeJS.ProcessEnv = process.env): string {
  return join(environment['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'givens-bench', 'engine')
}

/** Name of one of those folders. */
export const tensorFlowFolder = (version: string, variant: TensorFlowVariant): string =>
  `tensorflow-${version}-${variant}-${process.platform}-${process.arch}`

/** The binding of the latest version there is, of the variant for CUDA first; null where there is none. */
export function bindingOfUser(environment: NodeJS.ProcessEnv = process.env): string | null {
  const folders = tensorFlowFolders(environment)
  if (!existsSync(folders)) return null
  const names = readdirSync(folders).sort((a, b) => b.localeCompare(a, undefined, { numeric: true }))
  for (const variant of ['cuda', 'cpu'] as const) {
    const suffix = `-${variant}-${process.platform}-${process.arch}`
    for (const name of names.filter((each) => each.endsWith(suffix))) {
      const binding = readdirSync(join(folders, name)).find(
        (each) => each.startsWith('tfjs_binding') && each.endsWith('.node'),
      )
      if (binding !== undefined) return join(folders, name, binding)
    }
  }
  return null
}
