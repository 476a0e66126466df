// Python and pip: found on PATH, or installed by apt where that is allowed. They only fetch and unpack
// wheels.
import { installCommand, installPackages, mayInstall } from './packages.mjs'
import { SetUpProblem } from './problem.mjs'
import { onPath, run } from './process.mjs'

/**
 * The Python program and the command that is its pip.
 * @returns {Promise<{python: string, pip: string[]}>}
 * @throws {SetUpProblem} kind `python` or `pip`
 */
export async function findPython() {
  let found = await look()
  let failure = ''
  if (!found.pip && mayInstall()) {
    failure = await installPackages(['python3', 'python3-pip'], 'The native engine is fetched by pip')
    found = await look()
  }
  const because = failure && ` (${failure})`
  if (!found.python) {
    throw new SetUpProblem(
      'python',
      `Python 3 is not on PATH; pip fetches the native engine with it${because}`,
      [installCommand(['python3', 'python3-pip']), 'npm run setup'],
    )
  }
  if (!found.pip) {
    throw new SetUpProblem('pip', `${found.python} has no pip, which fetches the native engine${because}`, [
      installCommand(['python3-pip']),
      'npm run setup',
    ])
  }
  return found
}

async function look() {
  let python
  for (const name of ['python3', 'python']) {
    const path = onPath(name)
    if (
      !path ||
      (await run(path, ['-c', 'import sys, zipfile; sys.exit(sys.version_info < (3, 8))'])).code !== 0
    )
      continue
    python ??= path
    if (await isPip([path, '-m', 'pip'])) return { python: path, pip: [path, '-m', 'pip'] }
  }
  for (const name of ['pip3', 'pip']) {
    const path = onPath(name)
    if (python && path && (await isPip([path]))) return { python, pip: [path] }
  }
  return { python, pip: undefined }
}

async function isPip([program, ...args]) {
  return (await run(program, [...args, '--version'])).code === 0
}
