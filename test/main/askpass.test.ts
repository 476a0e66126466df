// Questions of a real ssh to a real sshd, passed on to the window and back.
import { execFileSync } from 'node:child_process'
import { appendFileSync, existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { askingHere, endOf, explainSsh, startSsh } from '../../src/lab/remote/ssh.ts'
import { serveQuestions } from '../../src/main/askpass.ts'
import type { Questions } from '../../src/main/askpass.ts'
import { remoteSchema } from '../../src/shared/contract/remotes.ts'
import type { SshQuestion } from '../../src/shared/contract/remotes.ts'
import { startSshd, whyNoSshd } from '../lab/remote/sshd.ts'
import type { Sshd } from '../lab/remote/sshd.ts'

const skipped = process.platform === 'win32' ? 'ssh starts no scripts there' : whyNoSshd()

describe.skipIf(skipped !== null)(`questions of ssh${skipped === null ? '' : ` (${skipped})`}`, () => {
  let sshd: Sshd
  let questions: Questions
  let answers: (question: SshQuestion) => string | null
  const asked: SshQuestion[] = []
  const before = { ...process.env }
  const heard = new Set<string>()

  beforeAll(async () => {
    sshd = await startSshd()
    const key = join(sshd.folder, 'guarded')
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', 'open sesame', '-f', key])
    appendFileSync(join(sshd.folder, 'authorized'), readFileSync(`${key}.pub`))
    delete process.env['SSH_ASKPASS']
    questions = serveQuestions(process.env, (waiting) => {
      for (const question of waiting) {
        if (heard.has(question.id)) continue
        heard.add(question.id)
        asked.push(question)
        questions.answer(question.id, answers(question))
      }
    })
    process.env['SSH_ASKPASS'] = questions.environment['SSH_ASKPASS']
  }, 60_000)
  afterAll(() => {
    questions?.close()
    sshd?.close()
    process.env = before
  })

  function run(knownHosts: string) {
    const options = [
      `IdentityFile=${join(sshd.folder, 'guarded')}`,
      ...['IdentitiesOnly=yes', 'IdentityAgent=none', 'GlobalKnownHostsFile=/dev/null'],
      `UserKnownHostsFile=${join(sshd.folder, knownHosts)}`,
    ]
    const remote = remoteSchema.parse({ name: 'gpu', host: sshd.host, port: sshd.port, options })
    const child = startSsh(remote, 'echo "it is $((6 * 7))"', { asking: askingHere() })
    let out = ''
    child.stdout.on('data', (piece: Buffer) => (out += piece.toString('utf8')))
    return endOf(child).then((end) => ({ remote, end, out: out.trim() }))
  }

  it('reach the window with the lab’s name, and its answers reach ssh', async () => {
    asked.length = 0
    answers = ({ kind }) => (kind === 'confirm' ? 'yes' : 'open sesame')
    const { end, out } = await run('met-first')
    expect([end.code, out]).toEqual([0, 'it is 42'])
    expect(asked.map(({ kind, lab }) => [kind, lab])).toEqual([
      ['confirm', 'gpu'],
      ['secret', 'gpu'],
    ])
    expect(asked[0].text).toMatch(/fingerprint is SHA256:[^]*yes\/no/)
    expect(asked[1].text).toMatch(/passphrase for key .*guarded/)
    // The host is known from now on, and nothing of a question is left.
    expect(readFileSync(join(sshd.folder, 'met-first'), 'utf8')).toContain('ssh-ed25519')
    await vi.waitFor(() => expect(questions.waiting()).toEqual([]))
  }, 60_000)

  it('that are declined end in words', async () => {
    answers = () => null
    const unknown = await run('met-never')
    expect(explainSsh(unknown.end, unknown.remote).message).toMatch(/is not known here yet/)
    const closed = await run('known')
    expect(explainSsh(closed.end, closed.remote).message).toMatch(/did not let you in .*Permission denied/)
    answers = () => 'wrong; $(touch never)'
    const wrong = await run('known')
    expect(wrong.end.code).toBe(255)
    // What is no question of this folder is passed over.
    questions.answer('../authorized', 'x')
    questions.answer('ask.none', 'x')
  }, 60_000)

  it('stand beside those of the shell, which asks for paths on a lab’s computer', async () => {
    answers = () => null
    expect(await questions.askForPath('gpu', 'Path of a folder there:')).toBeNull()
    expect(asked.at(-1)).toEqual({ id: 'path.1', kind: 'path', lab: 'gpu', text: 'Path of a folder there:' })
    answers = () => '/data/digits'
    expect(await questions.askForPath('gpu', 'Once more:')).toBe('/data/digits')
    expect(questions.waiting()).toEqual([])
  })

  it('are left to a dialog that the desktop has', () => {
    const own = serveQuestions({ SSH_ASKPASS: '/usr/bin/ksshaskpass' }, () => undefined)
    expect(own.environment).toEqual({ SSH_ASKPASS: '/usr/bin/ksshaskpass' })
    void own.askForPath('gpu', 'Path:')
    expect(own.waiting()).toHaveLength(1)
    own.close()
    const folder = dirname(questions.environment['SSH_ASKPASS'] ?? '')
    expect(existsSync(folder)).toBe(true)
  })
})
