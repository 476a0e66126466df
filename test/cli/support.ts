/** The command line in this process, with the fake trainer. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { runCommandLine } from '../../src/cli/program.ts'
import { FAKE_WORKER, fakeStudy } from '../lab/support.ts'

export interface Result {
  readonly code: number
  readonly out: string
  readonly err: string
}

/** Runs one command line in a home. */
export async function lab(
  home: string,
  words: readonly string[],
  interrupt?: (listener: () => void) => void,
  environment: NodeJS.ProcessEnv = {},
): Promise<Result> {
  let out = ''
  let err = ''
  const code = await runCommandLine(['--home', home, ...words], {
    out: (text) => {
      out += text
    },
    err: (text) => {
      err += text
    },
    live: false,
    workerUrl: FAKE_WORKER,
    environment,
    onInterrupt: (listener) => {
      interrupt?.(listener)
      return () => undefined
    },
  })
  return { code, out, err }
}

/** A file with a study of two seeds of these cases. */
export function studyFile(home: string, paths: string[]): string {
  const file = join(home, 'study.json')
  writeFileSync(file, JSON.stringify(fakeStudy(paths, [1, 2])))
  return file
}
