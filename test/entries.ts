/**
 * Entries of the program that tests start as threads and processes. A run of all tests builds the app first,
 * and they start what was built, which loads in less than half the time; other runs take the sources.
 */
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

const ROOT = join(import.meta.dirname, '..')
const BUILT = process.env['GIVENS_TEST_BUILT'] === '1'

const entry = (source: string, built: string): string => join(ROOT, BUILT ? built : source)

/** The thread that trains for real. */
export const WORKER = pathToFileURL(entry('src/lab/threads/worker.ts', 'out/main/worker.js'))

/** The file of the command line. */
export const COMMAND_LINE = entry('src/cli/index.ts', 'out/main/cli.js')
