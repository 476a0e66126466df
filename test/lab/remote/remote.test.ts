// Labs of another computer over a real sshd on the loopback address: the command line as a user types it.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import manifest from '../../../package.json' with { type: 'json' }
import { readDoor } from '../../../src/lab/line/address.ts'
import { openFarLab } from '../../../src/lab/line/far-lab.ts'
import type { LineState } from '../../../src/lab/line/far-lab.ts'
import { addRemote, configuredHosts, listRemotes, remoteOf } from '../../../src/lab/remote/remotes.ts'
import { commandThere, dialSsh, explainSsh } from '../../../src/lab/remote/ssh.ts'
import { remoteSchema } from '../../../src/shared/contract/remotes.ts'
import { lab, studyFile } from '../../cli/support.ts'
import { served } from '../line/support.ts'
import { temporaryFolder, untilStep } from '../support.ts'
import { startSshd, whyNoSshd } from './sshd.ts'
import type { Sshd } from './sshd.ts'
import { COMMAND_LINE } from '../../entries.ts'

const commandOf = (entry: string): string => `ELECTRON_RUN_AS_NODE=1 exec '${process.execPath}' '${entry}'`
/** The command line itself, and what does the same for a lab that listens. */
const WHOLE = commandOf(COMMAND_LINE)
const BRIDGE = commandOf(join(import.meta.dirname, 'bridge.ts'))

describe('names of labs', () => {
  it('keeps them, refuses what is none, offers hosts of the ssh configuration', () => {
    const environment = { XDG_CONFIG_HOME: temporaryFolder() }
    addRemote({ name: 'big', host: 'me@big.example', port: 2200 }, environment)
    expect(listRemotes(environment)).toEqual([
      {
        name: 'big',
        host: 'me@big.example',
        port: 2200,
        program: '.local/share/givens-bench/program',
        options: [],
      },
    ])
    const refused = (given: object): unknown => {
      try {
        return addRemote({ name: 'other', host: 'h', ...given }, environment)
      } catch (error) {
        return error
      }
    }
    expect(refused({ name: 'big' })).toMatchObject({ code: 'conflict' })
    for (const bad of [
      { host: '-oProxyCommand=x' },
      { name: 'here' },
      { name: 'a b' },
      { host: 'a b' },
      { port: 0 },
    ])
      expect(refused(bad), JSON.stringify(bad)).toMatchObject({ code: 'bad-input' })
    expect(() => remoteOf('none', environment)).toThrow(/Known: big/)
    const config = join(temporaryFolder(), 'config')
    writeFileSync(config, 'Host gpu login*\n  HostName x\nhost = "farm"\nMatch all\nHost *\n')
    expect(configuredHosts(config)).toEqual(['gpu', 'farm'])
  })

  it('takes the home of the other computer from the command line, whichever home is used here', async () => {
    const environment = { XDG_CONFIG_HOME: temporaryFolder() }
    const add = async (name: string, ...more: string[]) => {
      const { code, err } = await lab(
        temporaryFolder(),
        ['remote', 'add', name, 'h', ...more],
        undefined,
        environment,
      )
      expect([code, err]).toEqual([0, `${name} is h. Next: remote check ${name}\n`])
      return remoteOf(name, environment).home
    }
    expect(await add('usual')).toBeUndefined()
    expect(await add('named', '--home', '/there/home')).toBe('/there/home')
    expect(await add('joined', '--home=/there/too', '--port', '7')).toBe('/there/too')
  })

  it('quotes what it sends to the other shell', () => {
    const remote = remoteSchema.parse({ name: 'a', host: 'h', command: 'run', home: "it's $HOME" })
    expect(commandThere(remote, ['connect'])).toBe(String.raw`run '--home' 'it'\''s $HOME' 'connect'`)
  })

  it('tells failures of ssh apart', () => {
    const remote = remoteSchema.parse({ name: 'a', host: 'me@h', port: 7 })
    const why = (code: number, said: string) => explainSsh({ code, said }, remote)
    expect(why(255, 'ssh: Could not resolve hostname h: Name or service not known')).toMatchObject({
      code: 'unavailable',
      message: expect.stringContaining('h is not known') as string,
    })
    expect(why(255, 'ssh: connect to host h port 7: Connection refused').code).toBe('unavailable')
    expect(why(255, 'Host key verification failed.').message).toMatch(/not known here yet.* ssh -p 7 me@h$/)
    expect(why(67, '').message).toMatch(/no Node on me@h/)
    expect(why(127, 'sh: module: not found').message).toMatch(/not found on me@h: sh: module/)
    expect(why(1, 'noise\nerror: The folder is in use').message).toBe('a: The folder is in use')
  })
})

const skipped = whyNoSshd()
describe.skipIf(skipped !== null)(`over ssh${skipped === null ? '' : ` (${skipped})`}`, () => {
  let sshd: Sshd
  beforeAll(async () => {
    sshd = await startSshd()
  }, 60_000)
  afterAll(() => sshd?.close())

  /** A user of this computer who named the lab of `home`. */
  function user(home: string, more: object = {}): NodeJS.ProcessEnv {
    const environment = { XDG_CONFIG_HOME: temporaryFolder() }
    const { host, port, options } = sshd
    addRemote({ name: 'far', host, port, home, command: BRIDGE, options: [...options], ...more }, environment)
    return environment
  }
  const type = (environment: NodeJS.ProcessEnv, words: string[], home = temporaryFolder()) =>
    lab(home, words, undefined, environment)

  it('runs a study there, brings results here, sends a study back and forth', async () => {
    // The lab there is this process's, with the fake trainer: the line goes through ssh and `connect`.
    const there = await served({ version: manifest.version })
    const environment = user(there.home)
    const file = studyFile(temporaryFolder(), ['steps=20'])
    const ran = await type(environment, ['--lab', 'far', 'study', 'run', file])
    expect(ran).toMatchObject({ code: 0, err: expect.stringContaining('[2/2]') as string })
    const home = temporaryFolder()
    const out = join(home, 'runs.csv')
    const words = ['export', '--study', 'fake', '--what', 'runs', '--out', out]
    expect(await type(environment, ['--lab', 'far', ...words])).toMatchObject({ code: 0 })
    expect(readFileSync(out, 'utf8').trimEnd().split('\r\n')).toHaveLength(3)
    const sent = await type(environment, ['--lab', 'far', 'send', '--to', 'here', '--study', 'fake'], home)
    expect(sent.out).toMatch(/2 runs, .* sent to here; 2 were new there/)
    expect(await type(environment, ['--lab', 'far', 'init'])).toMatchObject({
      code: 2,
      err: expect.stringContaining('leave --lab out') as string,
    })
  }, 60_000)

  it('comes back after the line was cut, and leaves runs on when its client is gone', async () => {
    const { home, lab: there } = await served({ version: manifest.version })
    const remote = remoteOf('far', user(home))
    const states: LineState[] = []
    const far = openFarLab({
      name: 'far',
      here: false,
      version: manifest.version,
      remedy: '',
      dial: () => dialSsh(remote, { asking: 'never' }),
      onState: (state) => states.push(state),
      firstPauseMs: 50,
    })
    const study = JSON.parse(readFileSync(studyFile(home, ['steps=100000 ms=5']), 'utf8')) as {
      id: string
      title: string
    }
    await far.call('studies/save', { study })
    const { runs } = await far.call('studies/start', { id: 'fake' })
    await untilStep(there, runs[0], 2)
    sshd.cut()
    await vi.waitFor(() => expect(states.map(({ kind }) => kind)).toEqual(['up', 'broken', 'up']), 20_000)
    const { row } = await far.call('runs/get', { id: runs[0] })
    expect(row.status).toBe('running')
    await far.close()
    const { step } = (await there.call('runs/get', { id: runs[0] })).row
    await untilStep(there, runs[0], step + 5)
    await there.call('runs/cancel', { ids: runs })
  }, 60_000)

  it('says plainly what stands in the way', async () => {
    const { home } = await served({ version: '0.0.1' })
    const { key, hostKey } = sshd.wrong
    const cases: [object, RegExp][] = [
      [{ options: key }, /did not let you in .*Permission denied.* Does this work\? ssh -p/],
      [{ options: hostKey }, /the key of 127\.0\.0\.1 is another than before.*ssh-keygen -R/],
      [
        { command: undefined, program: '/nowhere' },
        /no Givens Bench in \/nowhere .*“remote setup far” puts it there/,
      ],
      [{ port: 1 }, /the line broke or was not made: .*Connection refused/],
      [{}, /is of version 0\.0\.1, this program of .*remote setup far/],
    ]
    for (const [wrong, message] of cases)
      expect((await type(user(home, wrong), ['--lab', 'far', 'runs'])).err).toMatch(message)
  }, 60_000)

  // It goes through ssh, npm's set-up and a lab of its own: once more where a busy machine was too slow.
  it('starts a lab there, and tells what is there', { timeout: 60_000, retry: 1 }, async () => {
    const home = join(temporaryFolder(), 'home')
    const environment = user(home, { command: WHOLE })
    const checked = await type(environment, ['remote', 'check', 'far', '--json'])
    expect(checked.out, checked.err).not.toBe('')
    const items = JSON.parse(checked.out) as { name: string; status: string; detail: string }[]
    const found = new Map(items.map((each) => [each.name, each]))
    expect(found.get('line')?.detail).toMatch(/^ssh to .*127\.0\.0\.1, Linux/)
    expect(found.get('disk')?.detail).toMatch(/free/)
    if (checked.code === 0) {
      expect(found.get('there: home')?.detail).toContain(home)
      expect(readDoor(home)).not.toBeNull()
      await lab(home, ['serve', '--stop'])
    } else expect(found.get('Node')?.status).toBe('missing')
  })

  it('copies the program whole, in the place of an older one, and sets it up', async () => {
    const folder = temporaryFolder()
    const program = join(folder, 'there', 'program')
    const from = join(folder, 'sources')
    for (const each of [join(from, 'scripts'), join(from, 'node_modules'), join(program, 'node_modules')])
      mkdirSync(each, { recursive: true })
    writeFileSync(join(program, 'node_modules', 'kept'), '')
    writeFileSync(join(program, 'old'), '')
    writeFileSync(join(from, 'package.json'), '{"version": "9.9.9"}')
    writeFileSync(join(from, 'scripts', 'lab.mjs'), 'console.error(process.argv.slice(2).join(" "))')
    writeFileSync(join(from, 'scripts', 'setup.mjs'), 'console.log("All is set up")')
    writeFileSync(join(from, 'node_modules', 'not-sent'), '')
    const environment = user(folder, { command: undefined, program })
    const told = await type(environment, ['remote', 'setup', 'far', '--from', from])
    if (/no Node/.test(told.err)) return
    expect(told).toMatchObject({ code: 0 })
    expect(told.err).toMatch(/Copying 3 files of version 9\.9\.9[^]*All is set up[^]*far is set up/)
    expect(readFileSync(join(program, 'package.json'), 'utf8')).toContain('9.9.9')
    expect(() => readFileSync(join(program, 'old'))).toThrow()
    expect(readFileSync(join(program, 'node_modules', 'kept'), 'utf8')).toBe('')
    expect(() => readFileSync(join(program, 'node_modules', 'not-sent'))).toThrow()
    // A set-up that fails says what it said.
    writeFileSync(
      join(from, 'scripts', 'setup.mjs'),
      'console.log("Set-up stopped: no space"); process.exit(1)',
    )
    const failed = await type(environment, ['remote', 'setup', 'far', '--from', from])
    expect(failed).toMatchObject({
      code: 1,
      err: expect.stringContaining('far: Set-up stopped: no space') as string,
    })
  }, 60_000)
})
