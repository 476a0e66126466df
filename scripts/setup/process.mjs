// Child processes: run to the end with the output kept, or handed the terminal with the exit code passed on.
import { spawn } from 'node:child_process'
import { accessSync, constants } from 'node:fs'
import { constants as osConstants } from 'node:os'
import { delimiter, join } from 'node:path'
import { nameChild } from './lock.mjs'
import { CACHE, ELECTRON, ELECTRON_FOLDER, ROOT } from './paths.mjs'

const KEPT_OUTPUT = 1 << 20

/**
 * Runs a program to its end and keeps what it wrote (the last megabyte).
 * @param {(text: string) => void} [options.onText] sees the output as it comes
 * @returns {Promise<{code: number, output: string, missing: boolean}>} `missing`: there is no such program
 */
export function run(program, args, { onText, onStatus, ...options } = {}) {
  return new Promise((resolve) => {
    const stdio = ['ignore', 'pipe', 'pipe', ...(onStatus ? ['pipe'] : [])]
    const child = spawn(program, args, { cwd: ROOT, ...options, stdio })
    nameChild(child.pid)
    let output = ''
    const keep = (text) => {
      output = (output + text).slice(-KEPT_OUTPUT)
      onText?.(text)
    }
    child.stdout.setEncoding('utf8').on('data', keep)
    child.stderr.setEncoding('utf8').on('data', keep)
    if (onStatus) child.stdio[3].setEncoding('utf8').on('data', onStatus)
    child.on('error', (error) =>
      resolve({ code: 127, output: error.message, missing: error.code === 'ENOENT' }),
    )
    child.on('close', (code, signal) =>
      resolve({ code: code ?? 128 + osConstants.signals[signal], output, missing: false }),
    )
  })
}

/**
 * Runs a program on this terminal, passes signals on, and returns its exit code (128 + n when a signal ended
 * it).
 */
export function hand(program, args, options = {}) {
  return new Promise((resolve) => {
    const child = spawn(program, args, { cwd: ROOT, stdio: 'inherit', ...options })
    const pass = (signal) => child.kill(signal)
    // A terminal sends SIGINT to the whole group: the child has it already, this process only waits for the
    // child's answer.
    const wait = () => {}
    process
      .on('SIGTERM', pass)
      .on('SIGHUP', pass)
      .on('SIGINT', process.stdin.isTTY ? wait : pass)
    child.on('error', (error) => {
      process.stderr.write(`Cannot start ${program}: ${error.message}\n`)
      resolve(127)
    })
    child.on('close', (code, signal) => resolve(code ?? 128 + osConstants.signals[signal]))
  })
}

/** The full path of a program on PATH, or undefined. */
export function onPath(program) {
  for (const folder of (process.env.PATH ?? '').split(delimiter)) {
    const path = join(folder || '.', program)
    try {
      accessSync(path, constants.X_OK)
      return path
    } catch (error) {
      if (!['ENOENT', 'ENOTDIR', 'EACCES', 'ELOOP'].includes(error.code)) throw error
    }
  }
  return undefined
}

/**
 * The environment in which the Electron program is a Node 24: the runtime of the lab, the tests and the
 * benchmarks.
 */
export function asNode(extra = {}) {
  return {
    TF_CPP_MIN_LOG_LEVEL: '2',
    NODE_COMPILE_CACHE: join(CACHE, 'compile'),
    ...process.env,
    ELECTRON_RUN_AS_NODE: '1',
    ELECTRON_OVERRIDE_DIST_PATH: ELECTRON_FOLDER,
    ...extra,
  }
}

/** The environment in which Electron opens windows. */
export function asWindow(extra = {}) {
  const environment = {
    TF_CPP_MIN_LOG_LEVEL: '2',
    ...process.env,
    ELECTRON_OVERRIDE_DIST_PATH: ELECTRON_FOLDER,
    ...extra,
  }
  delete environment.ELECTRON_RUN_AS_NODE
  return environment
}

/** Runs a script under Electron-as-Node on this terminal. */
export function handToNode(script, args, options = {}) {
  return hand(ELECTRON, [script, ...args], { env: asNode(options.env), cwd: options.cwd ?? ROOT })
}
