/** Whether this is a program that was packed and installed, or runs from a checkout of the sources. */
const ARCHIVE = /\.asar[\\/]/

/** True inside the archive of a packed program. */
export const isInstalled = (folder: string = import.meta.dirname): boolean => ARCHIVE.test(`${folder}/`)

/** How the command line is called here: what a message tells a person to type. */
export const commandLineName = (): string => (isInstalled() ? 'givens-bench lab' : 'npm run -s lab --')
