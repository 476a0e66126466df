/**
 * Labs of other computers that the user named, in the user's settings on this one: how they are reached, and
 * nothing secret.
 */
import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import { makeFolder } from '../../engine/index.ts'
import { z } from 'zod'
import { BenchError } from '../../shared/contract/errors.ts'
import { REMOTE_NAME, remoteSchema } from '../../shared/contract/remotes.ts'
import type { Remote, RemoteInput } from '../../shared/contract/remotes.ts'
import { findComputerFile } from '../methods/computer.ts'
import { explain } from '../store/failures.ts'

z.config({ jitless: true })

const fileSchema = z.object({ labs: z.array(remoteSchema).default([]) })

const remotesFile = (environment: NodeJS.ProcessEnv): string =>
  join(dirname(findComputerFile(environment)), 'labs.json')

/** All of them, by name. @throws BenchError `bad-file` for a file that a person broke. */
export function listRemotes(environment: NodeJS.ProcessEnv = process.env): readonly Remote[] {
  const file = remotesFile(environment)
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return []
    throw explain(error, file)
  }
  try {
    return fileSchema.parse(JSON.parse(text)).labs.toSorted((a, b) => a.name.localeCompare(b.name))
  } catch (error) {
    throw new BenchError('bad-file', `${file} cannot be read as a list of labs; mend or remove it.`, file, {
      cause: error,
    })
  }
}

/** @throws BenchError `not-found` with the names that there are. */
export function remoteOf(name: string, environment: NodeJS.ProcessEnv = process.env): Remote {
  const all = listRemotes(environment)
  const found = all.find((each) => each.name === name)
  if (found) return found
  const known = all.length === 0 ? 'None is named yet' : `Known: ${all.map((each) => each.name).join(', ')}`
  throw new BenchError(
    'not-found',
    `There is no lab “${name}”. ${known}; “remote add NAME user@host” adds one.`,
    '--lab',
  )
}

function write(labs: readonly Remote[], environment: NodeJS.ProcessEnv): void {
  const file = remotesFile(environment)
  try {
    makeFolder(dirname(file), 0o700)
    writeFileSync(`${file}.${process.pid}.part`, `${JSON.stringify({ labs }, null, 2)}\n`, { mode: 0o600 })
    renameSync(`${file}.${process.pid}.part`, file)
  } catch (error) {
    throw explain(error, file)
  }
}

/** @throws BenchError `bad-input` for what is no name or host, `conflict` for a name that is taken. */
export function addRemote(given: RemoteInput, environment: NodeJS.ProcessEnv = process.env): Remote {
  const parsed = remoteSchema.safeParse(given)
  if (!parsed.success) {
    const [issue] = parsed.error.issues
    throw new BenchError('bad-input', `${issue.path.join('.')}: ${issue.message}`, issue.path.join('.'))
  }
  const all = listRemotes(environment)
  if (all.some(({ name }) => name === given.name))
    throw new BenchError('conflict', `There is a lab “${given.name}” already; remove it first.`, 'name')
  write([...all, parsed.data], environment)
  return parsed.data
}

/** Forgets one; what is on the other computer stays. @throws BenchError `not-found`. */
export function removeRemote(name: string, environment: NodeJS.ProcessEnv = process.env): Remote {
  const remote = remoteOf(name, environment)
  write(
    listRemotes(environment).filter((each) => each.name !== name),
    environment,
  )
  return remote
}

/** Hosts of the user's ssh configuration that could be labs: its names without wildcards. */
export function configuredHosts(file: string = join(homedir(), '.ssh', 'config')): readonly string[] {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch {
    return []
  }
  const hosts = text
    .split('\n')
    .flatMap((each) => /^\s*Host(?:\s+|\s*=\s*)(.+)$/i.exec(each)?.[1].trim().split(/\s+/) ?? [])
    .map((each) => each.replace(/^"(.*)"$/, '$1'))
  return [...new Set(hosts)].filter((host) => REMOTE_NAME.test(host))
}
