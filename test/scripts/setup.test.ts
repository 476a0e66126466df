// Set-up's own promises: nothing half written counts, one set-up at a time, and a clear word for everything
// that is missing.
import { spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'

const SCRIPTS = join(import.meta.dirname, '..', '..', 'scripts', 'setup')

let cache: string

beforeEach(() => {
  cache = mkdtempSync(join(tmpdir(), 'givens-bench-setup-'))
})
afterEach(() => rmSync(cache, { recursive: true, force: true }))

const environment = (extra: Record<string, string>) => ({
  ...process.env,
  XDG_CACHE_HOME: cache,
  GIVENS_APT: 'no',
  ...extra,
})

/** Runs a module's code beside the set-up scripts in a process of its own, with a cache of its own. */
function inProcess(code: string, extra: Record<string, string> = {}): string {
  const { stdout, stderr, status } = spawnSync(process.execPath, ['--input-type=module', '-e', code], {
    cwd: SCRIPTS,
    env: environment(extra),
    encoding: 'utf8',
  })
  expect(stderr).toBe('')
  expect(status).toBe(0)
  return stdout
}

/** The problem that a call ends with. */
function problemOf(imported: string, call: string, extra: Record<string, string>) {
  const [name, file] = imported.split(' from ')
  return JSON.parse(
    inProcess(
      `
    import { ${name} } from ${JSON.stringify(join(SCRIPTS, file))}
    try { await ${call}; console.log('{}') } catch (error) {
      const { name, kind, message, remedy } = error
      console.log(JSON.stringify({ name, kind, message, remedy }))
    }`,
      extra,
    ),
  ) as { name: string; kind: string; message: string; remedy: string[] }
}

it('says what to do without Python', () => {
  const problem = problemOf('findPython from python.mjs', 'findPython()', { PATH: cache })
  expect(problem).toMatchObject({ name: 'SetUpProblem', kind: 'python' })
  expect(problem.message).toContain('Python 3 is not on PATH')
  expect(problem.remedy.join(' ')).toMatch(/python3 python3-pip.*npm run setup/)
})

it('says what to do with a Python that has no pip', () => {
  writeFileSync(join(cache, 'python3'), '#!/bin/sh\n[ "$1" = -c ]\n', { mode: 0o755 })
  const problem = problemOf('findPython from python.mjs', 'findPython()', { PATH: `${cache}:/nowhere` })
  expect(problem.kind).toBe('pip')
  expect(problem.message).toContain(join(cache, 'python3'))
})

it('says what to do without room on the disk', () => {
  const problem = problemOf(
    'needSpace from whole.mjs',
    `needSpace(${JSON.stringify(cache)}, 1e18, 'The engine')`,
    {},
  )
  expect(problem.kind).toBe('space')
  expect(problem.message).toMatch(/^The engine needs 1000000000000 MB free on the disk of /)
})

it('refuses an unknown engine by name', () => {
  const problem = problemOf('installEngine from engine.mjs', "installEngine('always')", {
    GIVENS_ENGINE: 'tpu',
  })
  expect(problem.message).toBe('GIVENS_ENGINE is "tpu"; it may be cpu, cuda or none')
})

it('records a missing engine instead of stopping, and leaves it alone afterwards', () => {
  const answer = inProcess(
    `
    import { engineSettled } from ${JSON.stringify(join(SCRIPTS, 'engine.mjs'))}
    import { record, recordProblem } from ${JSON.stringify(join(SCRIPTS, 'status.mjs'))}
    import { SetUpProblem } from ${JSON.stringify(join(SCRIPTS, 'problem.mjs'))}
    const settled = () => ['never', 'sometimes', 'always'].map((retry) => engineSettled(retry))
    const answers = [settled()]
    const offline = new SetUpProblem('download', 'no network\\nat all', ['connect'])
    recordProblem('engine', offline, { asked: 'cpu' })
    answers.push(settled())
    recordProblem('engine', new SetUpProblem('compiler', 'no g++', ['apt']), { asked: 'cpu' })
    answers.push(settled())
    console.log(JSON.stringify(answers))`,
    { GIVENS_ENGINE: 'cpu' },
  )
  expect(JSON.parse(answer)).toEqual([
    [false, false, false],
    [true, true, false],
    [true, false, false],
  ])
  const status = JSON.parse(readFileSync(join(cache, 'givens-bench', 'setup-status.json'), 'utf8'))
  expect(status.form).toBe(1)
  expect(status.steps.engine).toMatchObject({
    state: 'missing',
    summary: 'no g++',
    kind: 'compiler',
    why: 'no g++',
    remedy: ['apt'],
    asked: 'cpu',
  })
})

it('takes an unreadable record as empty', () => {
  mkdirSync(join(cache, 'givens-bench'))
  writeFileSync(join(cache, 'givens-bench', 'setup-status.json'), '{"form": 1, "ste')
  const code = `import { readStatus } from ${JSON.stringify(join(SCRIPTS, 'status.mjs'))}
    console.log(JSON.stringify(readStatus()))`
  expect(JSON.parse(inProcess(code))).toEqual({ form: 1, steps: {} })
})

it('removes what a dead process left and keeps what a living one works on', () => {
  const dead = spawnSync(process.execPath, ['-e', '']).pid
  for (const pid of [dead, process.pid]) mkdirSync(join(cache, `engine.partial-${pid}`))
  mkdirSync(join(cache, 'engine-of-another-name'))
  const made = inProcess(`import { partialFolder } from ${JSON.stringify(join(SCRIPTS, 'whole.mjs'))}
    process.stdout.write(partialFolder(${JSON.stringify(join(cache, 'engine'))}))`)
  expect(existsSync(made)).toBe(true)
  expect(readdirSync(cache).sort()).toEqual(
    ['engine-of-another-name', `engine.partial-${process.pid}`, made.slice(cache.length + 1)].sort(),
  )
})

it('replaces a folder as a whole', () => {
  const target = join(cache, 'engine')
  mkdirSync(target)
  writeFileSync(join(target, 'old'), '')
  inProcess(`import { partialFolder, place } from ${JSON.stringify(join(SCRIPTS, 'whole.mjs'))}
    import { writeFileSync } from 'node:fs'
    const folder = partialFolder(${JSON.stringify(target)})
    writeFileSync(folder + '/new', '')
    place(folder, ${JSON.stringify(target)})`)
  expect(readdirSync(cache)).toEqual(['engine'])
  expect(readdirSync(target)).toEqual(['new'])
})

it('lets one set-up work at a time, and takes over from a dead one', async () => {
  const log = join(cache, 'log')
  const code = `import { alone } from ${JSON.stringify(join(SCRIPTS, 'lock.mjs'))}
    import { appendFileSync } from 'node:fs'
    await alone(async () => {
      appendFileSync(${JSON.stringify(log)}, 'in ')
      await new Promise((resolve) => setTimeout(resolve, 300))
      appendFileSync(${JSON.stringify(log)}, 'out ')
    })`
  mkdirSync(join(cache, 'givens-bench'))
  writeFileSync(join(cache, 'givens-bench', 'setup.lock'), `${spawnSync(process.execPath, ['-e', '']).pid}\n`)
  await Promise.all(
    [0, 1, 2].map(
      () =>
        new Promise((resolve) => {
          spawn(process.execPath, ['--input-type=module', '-e', code], { env: environment({}) }).on(
            'close',
            resolve,
          )
        }),
    ),
  )
  expect(readFileSync(log, 'utf8')).toBe('in out in out in out ')
})
