/** Whether this is a program that was packed and installed, or runs from a checkout of the sources. */
import { dirname, join } from 'node:path'

const ARCHIVE = 'app.asar'

/** Folder of what lies beside the archive of an installed program; null in a checkout. */
function resources(folder: string): string | null {
  for (let at = folder; dirname(at) !== at; at = dirname(at)) if (at.endsWith(ARCHIVE)) return dirname(at)
  return null
}

/** True inside the archive of an installed program. */
export const isInstalled = (folder: string = import.meta.dirname): boolean => resources(folder) !== null

/** How the command line is called here: what a message tells a person to type. */
export const commandLineName = (folder: string = import.meta.dirname): string =>
  isInstalled(folder) ? 'givens-bench lab' : 'npm run -s lab --'

/** Where an installed program carries TensorFlow's compiled binding; null in a checkout. */
export function carriedBinding(folder: string = import.meta.dirname): string | null {
  const beside = resources(folder)
  return beside === null ? null : join(beside, 'tensorflow')
}
