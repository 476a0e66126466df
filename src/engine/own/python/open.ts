/** Starts Python for a method: the interpreter that was chosen, else the first on the path that has NumPy. */
import { BenchError } from '../../../shared/contract/errors.ts'
import type { OwnFile, OwnHost, OwnLimits } from '../types.ts'
import { PythonProcess } from './process.ts'

const CHOOSE =
  'Choose an interpreter that has it (lab methods settings --python PATH, the Methods page, GIVENS_PYTHON).'

/** Interpreters to try, in order. */
function candidates(limits: OwnLimits): { readonly names: readonly string[]; readonly chosen: boolean } {
  const chosen = limits.python ?? process.env['GIVENS_PYTHON'] ?? null
  if (chosen !== null && chosen !== '') return { names: [chosen], chosen: true }
  return { names: process.platform === 'win32' ? ['python', 'py'] : ['python3', 'python'], chosen: false }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'EACCES')
}

/**
 * A Python process, greeted and with NumPy, that has loaded nothing yet. Throws BenchError('unavailable')
 * where there is no Python, or none with NumPy, saying how to get it.
 */
export async function openPython(file: OwnFile, limits: OwnLimits): Promise<OwnHost> {
  const { names, chosen } = candidates(limits)
  const without: string[] = []
  for (const name of names) {
    const host = new PythonProcess(name, file, limits)
    try {
      const { python, numpy, numpyError } = await host.greeting
      if (numpy !== null) return host
      without.push(`Python ${python} (${name}) cannot import NumPy: ${numpyError ?? 'it is not installed'}.`)
    } catch (error) {
      host.close()
      if (!isMissing(error)) throw error
      if (chosen) {
        throw new BenchError(
          'unavailable',
          `${file.file} needs Python, and there is no ${name}. ${CHOOSE}`,
          name,
        )
      }
    }
    host.close()
  }
  if (without.length > 0) {
    throw new BenchError(
      'unavailable',
      `${file.file} needs NumPy. ${without.join(' ')} Install it (python3 -m pip install numpy). ` + CHOOSE,
      'numpy',
    )
  }
  throw new BenchError(
    'unavailable',
    `${file.file} needs Python with NumPy, and neither ${names.join(' nor ')} is on the path. ${CHOOSE}`,
    'python',
  )
}
