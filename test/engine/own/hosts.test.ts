/** What hosts do with files that go wrong: every failure is told with file and line, and none hangs. */
import { describe, expect, it } from 'vitest'
import { ownKernel } from '../../../src/engine/own/scheme.ts'
import { drawnParameter } from '../../../src/engine/laboratory/draw.ts'
import type { OwnMethod } from '../../../src/engine/own/method.ts'
import { openMethod } from '../../../src/engine/own/method.ts'
import { Stream } from '../../../src/engine/rng.ts'
import { BenchError } from '../../../src/shared/contract/errors.ts'
import { fileOf, LIMITS, open, PYTHON, pythonKernel, scriptKernel } from './support.ts'

const kernel = (method: OwnMethod, mask: Uint8Array | null = null) =>
  ownKernel(method, {
    parameter: drawnParameter({ shape: [6, 4], depthwise: false }),
    density: 0.5,
    mask,
    settings: {},
    gain: 1,
    activation: 'tanh',
    stream: Stream.root(1),
  })

async function failure(promise: Promise<unknown>): Promise<BenchError> {
  try {
    await promise
  } catch (error) {
    if (error instanceof BenchError) return error
    throw error
  }
  throw new Error('it did not fail')
}

describe.skipIf(PYTHON === undefined)('Python', () => {
  it('tells syntax errors and what the code raises with the line of the file', async () => {
    const syntax = await failure(open('python', 'KIND = "scheme"\ndef kernel(:\n'))
    expect(syntax).toMatchObject({ code: 'bad-method', where: 'mine.py:2' })
    expect(syntax.message).toContain('mine.py, line 2: SyntaxError')
    const raised = await failure(kernel(await open('python', pythonKernel('helper = 1\nreturn helper / 0'))))
    expect(raised).toMatchObject({ code: 'bad-method', where: 'mine.py:5' })
    expect(raised.message).toContain('ZeroDivisionError: division by zero')
  })

  it('keeps the line of the user’s file when a library raises', async () => {
    const method = await open('python', pythonKernel('return np.zeros((2, 3)) @ np.zeros((2, 3)), None'))
    expect((await failure(kernel(method))).where).toBe('mine.py:4')
  })

  it('lets the method print, read its input and start programs without harm', async () => {
    const text = pythonKernel(
      'import subprocess, sys\nprint("noise" * 100)\nsys.stdout.buffer.write(b"\\x00\\x01")\n' +
        'subprocess.run([sys.executable, "-c", "print(1)"])\nassert sys.stdin.read() == ""\n' +
        'return np.ones(shape), None',
    )
    const method = await open('python', text)
    expect((await kernel(method)).mask.reduce((a, b) => a + b, 0)).toBe(12)
    expect(method.host.printed()).toContain('noisenoise')
  })

  it('ends a method that hangs, and answers later calls with why', async () => {
    const method = await open('python', pythonKernel('while True: pass'), { seconds: 1 })
    expect((await failure(kernel(method))).message).toContain('took more than the 1 seconds')
    expect(method.host.ended).toBe(true)
    expect((await failure(kernel(method))).message).toContain('took more than')
  })

  it.skipIf(process.platform !== 'linux')('holds it to its memory', async () => {
    const method = await open('python', pythonKernel('return np.ones(10**9), None'), { memory: 2e9 })
    const error = await failure(kernel(method))
    expect(error.message).toContain('more memory than the 2.0 GB')
    expect(error.where).toBe('mine.py:4')
    // The process lives on.
    expect(method.host.ended).toBe(false)
  })

  it('tells when the process ends without an answer, with what it last said', async () => {
    const method = await open('python', pythonKernel('import os\nprint("so long")\nos._exit(3)'))
    expect((await failure(kernel(method))).message).toMatch(/without an answer \(code 3\).*so long/)
  })

  it('ends the process when the bench goes away, even in an endless loop', async () => {
    const method = await open('python', pythonKernel('while True: pass'))
    const waiting = failure(kernel(method))
    method.host.close()
    expect((await waiting).code).toBe('cancelled')
  })

  it('says what is wrong with a file that is no method', async () => {
    expect((await failure(open('python', 'X = 1'))).message).toContain('KIND must be "scheme"')
    expect((await failure(open('python', 'KIND = "scheme"'))).message).toContain('define the function kernel')
    const unnamed = 'KIND = "scheme"\ndef kernel(*a): pass'
    expect((await failure(open('python', unnamed))).message).toContain('NAME')
    const odd = (head: string) => failure(open('python', pythonKernel('pass', head)))
    expect((await odd('NAME = "Not Good"')).message).toContain('lower-case letters')
    expect((await odd('SETTINGS = {"a": {"type": "number", "default": 3, "max": 2}}')).message).toContain('3')
    expect((await odd('TRAITS = ["magic"]')).message).toContain('ownsMask')
    expect((await odd('NEEDS = ["gradients"]')).message).toContain('may name nothing')
  })
})

describe('Python that is not there', () => {
  it('tells a missing interpreter', async () => {
    const file = fileOf('python', pythonKernel('pass'))
    const error = await failure(openMethod(file, { ...LIMITS, python: 'no-such-python' }))
    expect(error).toMatchObject({ code: 'unavailable', where: 'no-such-python' })
    expect(error.message).toContain('there is no no-such-python')
  })

  it.skipIf(PYTHON === undefined)('tells a missing NumPy', async () => {
    // A folder in which importing NumPy fails as it does where there is none.
    const { mkdtempSync, writeFileSync, rmSync } = await import('node:fs')
    const { tmpdir } = await import('node:os')
    const { join } = await import('node:path')
    const folder = mkdtempSync(join(tmpdir(), 'no-numpy-'))
    writeFileSync(join(folder, 'numpy.py'), 'raise ModuleNotFoundError("No module named \'numpy\'")')
    const before = process.env['PYTHONPATH']
    process.env['PYTHONPATH'] = folder
    try {
      const error = await failure(open('python', pythonKernel('pass')))
      expect(error.code).toBe('unavailable')
      expect(error.message).toMatch(/cannot import NumPy: ModuleNotFoundError.*pip install numpy/s)
    } finally {
      if (before === undefined) delete process.env['PYTHONPATH']
      else process.env['PYTHONPATH'] = before
      rmSync(folder, { recursive: true })
    }
  })
})

describe('JavaScript and TypeScript', () => {
  it('tells syntax errors and what the code throws with the line of the file', async () => {
    for (const language of ['javascript', 'typescript'] as const) {
      const syntax = await failure(open(language, 'const a = 1\nexport default {\n  kernel(: \n}'))
      expect(syntax.code).toBe('bad-method')
      expect(syntax.where).toMatch(/^mine\.m?[jt]s:3$/)
    }
    const thrown = await failure(kernel(await open('javascript', scriptKernel('\nreturn nothing.here'))))
    expect(thrown).toMatchObject({ code: 'bad-method', where: 'mine.mjs:4' })
    expect(thrown.message).toContain('ReferenceError')
  })

  it('takes types that can be stripped, and refuses those that cannot', async () => {
    const typed =
      'const one: number = 1\n' + scriptKernel('return new Float64Array(layer.entries as number).fill(one)')
    expect((await kernel(await open('typescript', typed))).values).toHaveLength(24)
    expect((await failure(open('typescript', 'enum A { b }\nexport default {}'))).where).toBe('mine.ts:1')
  })

  it('refuses a file that is not one file', async () => {
    const error = await failure(open('javascript', `import x from './other.mjs'\n${scriptKernel('')}`))
    expect(error.message).toContain('A method is one file')
  })

  it('ends a method that hangs', async () => {
    const method = await open('javascript', scriptKernel('for (;;);'), { seconds: 1 })
    expect((await failure(kernel(method))).message).toContain('took more than the 1 seconds')
    expect(method.host.ended).toBe(true)
  })

  it('tells when it needs too much memory or ends its thread', async () => {
    const large = await open('javascript', scriptKernel('return new Float64Array(1e13)'))
    expect((await failure(kernel(large))).message).toMatch(/RangeError|more memory/)
    const exits = await open('javascript', scriptKernel('process.exit(4)'))
    expect((await failure(kernel(exits))).message).toContain('ended without an answer')
  })

  it('says what is wrong with a file that is no method', async () => {
    expect((await failure(open('javascript', 'export const a = 1'))).message).toContain('export default')
    const kind = await failure(open('javascript', 'export default { kernel() {} }'))
    expect(kind.message).toContain('defineScheme')
    const helpers =
      "import { defineDynamic } from 'givens-bench'\nexport default defineDynamic({ name: 'x' })"
    expect((await failure(open('javascript', helpers))).message).toContain('needs the function update')
  })
})
