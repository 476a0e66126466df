// Logins with a password: of a user made for this test, through PAM and a real sshd, by the window's dialog.
import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { askingHere, endOf, explainSsh, startSsh } from '../../src/lab/remote/ssh.ts'
import { serveQuestions } from '../../src/main/askpass.ts'
import type { Questions } from '../../src/main/askpass.ts'
import { remoteSchema } from '../../src/shared/contract/remotes.ts'
import type { SshQuestion } from '../../src/shared/contract/remotes.ts'
import { startSshd, whyNoSshd } from '../lab/remote/sshd.ts'
import type { Sshd } from '../lab/remote/sshd.ts'

const USER = `givens-${process.pid}`
const PASSWORD = `open-sesame-${process.pid}`

function whyNoPasswords(): string | null {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return 'skipped: it makes a user, as root'
  const missing = ['/usr/sbin/useradd', '/usr/sbin/chpasswd', '/etc/pam.d/sshd'].find((at) => !existsSync(at))
  return missing === undefined ? whyNoSshd() : `skipped: ${missing} is not there`
}

const skipped = whyNoPasswords()

describe.skipIf(skipped !== null)(`passwords${skipped === null ? '' : ` (${skipped})`}`, () => {
  let sshd: Sshd
  let questions: Questions
  let asked: SshQuestion[] = []
  let answers: (string | null)[] = []
  const before = { ...process.env }
  const heard = new Set<string>()

  beforeAll(async () => {
    sshd = await startSshd({ passwords: true })
    execFileSync('/usr/sbin/useradd', ['-M', '-d', '/', '-s', '/bin/sh', USER])
    execFileSync('/usr/sbin/chpasswd', { input: `${USER}:${PASSWORD}\n` })
    delete process.env['SSH_ASKPASS']
    questions = serveQuestions(process.env, (waiting) => {
      for (const question of waiting) {
        if (heard.has(question.id)) continue
        heard.add(question.id)
        asked.push(question)
        questions.answer(question.id, answers.shift() ?? null)
      }
    })
    process.env['SSH_ASKPASS'] = questions.environment['SSH_ASKPASS']
  }, 60_000)
  afterAll(() => {
    questions?.close()
    sshd?.close()
    process.env = before
    spawnSync('/usr/sbin/userdel', [USER], { stdio: 'ignore' })
  })

  async function login([method, ...more]: readonly string[], ...given: (string | null)[]) {
    asked = []
    answers = given
    const options = [
      `PreferredAuthentications=${method}`,
      `UserKnownHostsFile=${join(sshd.folder, 'known')}`,
      'GlobalKnownHostsFile=/dev/null',
      ...more,
    ]
    const remote = remoteSchema.parse({ name: 'gpu', host: `${USER}@127.0.0.1`, port: sshd.port, options })
    const child = startSsh(remote, 'whoami', { asking: askingHere() })
    let out = ''
    child.stdout.on('data', (piece: Buffer) => (out += piece.toString('utf8')))
    const end = await endOf(child)
    return { end, out: out.trim(), error: explainSsh(end, remote) }
  }

  /** Logins that the host took for failed. */
  const failures = (): number =>
    readFileSync(join(sshd.folder, 'log'), 'utf8').match(/Failed|authentication failure/gi)?.length ?? 0

  for (const [method, words, given] of [
    ['password', /^givens-\d+@127\.0\.0\.1's password:$/, ['a wrong one', PASSWORD]],
    ['keyboard-interactive', /^\(givens-\d+@127\.0\.0\.1\) Password:$/, [PASSWORD]],
  ] as const)
    it(`are asked for by ${method}, and when declined not once more`, async () => {
      const { end, out } = await login([method], ...given)
      expect([end.code, out]).toEqual([0, USER])
      expect(asked.map(({ kind, lab }) => [kind, lab])).toEqual(given.map(() => ['secret', 'gpu']))
      expect(asked[0].text).toMatch(words)
      // ssh would try an empty password, which counts as a failed login there.
      const failed = failures()
      const declined = await login([method], null, PASSWORD)
      expect([asked.length, failures()]).toEqual([1, failed])
      expect([declined.error.code, declined.error.message]).toEqual([
        'refused',
        `gpu: ssh’s question was not answered, so there was no login at ${USER}@127.0.0.1.`,
      ])
    }, 60_000)

  it('that are wrong end in words, and none is left anywhere', async () => {
    const failed = failures()
    const { end, error } = await login(['password', 'NumberOfPasswordPrompts=1'], `not-${PASSWORD}`)
    expect([asked.length, failures() > failed]).toEqual([1, true])
    expect(error.code).toBe('refused')
    expect(error.message).toMatch(/did not let you in .*Permission denied.* Does this work\? ssh -p/)
    const folder = dirname(questions.environment['SSH_ASKPASS'] ?? '')
    expect(readdirSync(folder)).toEqual(['ask'])
    const written = [end.said, error.message, readFileSync(join(sshd.folder, 'log'), 'utf8')]
    for (const text of written) expect(text).not.toContain(PASSWORD)
  }, 60_000)
})
