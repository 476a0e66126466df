/**
 * Questions of ssh (a passphrase, a second factor, whether a host is who it says) for the window: ssh starts
 * a small script in place of a terminal, which leaves the question in a folder of this user's and waits at a
 * pipe for the answer. No answer is ever written to a disk.
 */
import {
  closeSync,
  constants,
  existsSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  watch,
  writeFileSync,
  writeSync,
} from 'node:fs'
import type { FSWatcher } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DECLINED } from '../shared/contract/remotes.ts'
import type { SshQuestion } from '../shared/contract/remotes.ts'

const QUESTION = /^ask\.\w+$/

/**
 * ssh gives the question as the first word, and says by SSH_ASKPASS_PROMPT what kind of answer it wants. It
 * takes a password that was declined for an empty one, tries to log in with that, and asks again: three
 * failed logins, after which some hosts lock an account. Declining ends ssh, therefore; but for a passphrase
 * (ssh goes on without that key) and for yes and no.
 */
const SCRIPT = `#!/bin/sh
# Passes a question of ssh's on to the window of Givens Bench, and its answer back.
d=$(dirname "$0")
q=$(mktemp -d "$d/new.XXXXXX") || exit 1
a="$d/ask.\${q##*.}"
trap 'rm -rf "$q" "$a"' EXIT
trap 'exit 1' HUP INT TERM
mkfifo -m 600 "$q/answer" || exit 1
exec 3<>"$q/answer"
printf '%s' "$1" >"$q/text"
printf '%s' "$SSH_ASKPASS_PROMPT" >"$q/kind"
printf '%s' "$GIVENS_ASKING_FOR" >"$q/lab"
mv "$q" "$a" || exit 1
IFS= read -r answer <&3
case "$answer" in
y*) printf '%s\\n' "\${answer#y}" ;;
*)
  case "$SSH_ASKPASS_PROMPT:$1" in
  confirm:* | *"(yes/no"* | *:"Enter passphrase for "*) exit 1 ;;
  esac
  echo '${DECLINED}' >&2
  kill "$PPID"
  exit 1
  ;;
esac
`

export interface Questions {
  /** What ssh finds the script by, for the processes that start it. */
  readonly environment: NodeJS.ProcessEnv
  /** Those that wait for an answer. */
  readonly waiting: () => readonly SshQuestion[]
  /** Asks for a path on a lab's computer; null when declined. */
  readonly askForPath: (lab: string, text: string) => Promise<string | null>
  /** Answers one; null declines. */
  readonly answer: (id: string, text: string | null) => void
  readonly close: () => void
}

const kindOf = (text: string, asked: string): SshQuestion['kind'] =>
  asked === 'none' ? 'notice' : asked === 'confirm' || /\(yes\/no\b/.test(text) ? 'confirm' : 'secret'

/**
 * Serves questions until it is closed. Where the user's desktop has a dialog of its own for them
 * (SSH_ASKPASS), and on Windows, whose ssh starts no scripts, that is left as it is.
 */
export function serveQuestions(
  environment: NodeJS.ProcessEnv,
  changed: (questions: readonly SshQuestion[]) => void,
): Questions {
  const own = new Map<string, { question: SshQuestion; settle: (answer: string | null) => void }>()
  const ownOnes = (): SshQuestion[] => [...own.values()].map(({ question }) => question)
  let asked = 0
  const ofShell = {
    askForPath: (lab: string, text: string) =>
      new Promise<string | null>((settle) => {
        const id = `path.${++asked}`
        own.set(id, { question: { id, kind: 'path', text, lab }, settle })
        changed(waiting())
      }),
    /** Answers a question of the shell's; false where it is none. */
    answered: (id: string, answer: string | null): boolean => {
      const known = own.get(id)
      own.delete(id)
      known?.settle(answer)
      if (known) changed(waiting())
      return known !== undefined
    },
  }
  let waiting = ownOnes
  const { askForPath } = ofShell
  if (process.platform === 'win32' || environment['SSH_ASKPASS'])
    return {
      ...{ environment, waiting, askForPath, close: () => undefined },
      answer: (id, answer) => void ofShell.answered(id, answer),
    }
  const runtime = environment['XDG_RUNTIME_DIR']
  const folder = mkdtempSync(join(runtime && existsSync(runtime) ? runtime : tmpdir(), 'givens-ask-'))
  const script = join(folder, 'ask')
  writeFileSync(script, SCRIPT, { mode: 0o700 })
  const text = (id: string, name: string): string => {
    try {
      return readFileSync(join(folder, id, name), 'utf8')
    } catch {
      return '' // It was taken back at this moment.
    }
  }
  waiting = () => {
    const ofSsh = readdirSync(folder).filter((name) => QUESTION.test(name))
    const questions = ofSsh.map((id): SshQuestion => {
      const words = text(id, 'text')
      return { id, text: words.trim(), lab: text(id, 'lab'), kind: kindOf(words, text(id, 'kind')) }
    })
    return [...questions.filter((each) => each.text !== ''), ...ownOnes()]
  }
  const watcher: FSWatcher = watch(folder, () => {
    if (existsSync(folder)) changed(waiting())
  })
  return {
    environment: { ...environment, SSH_ASKPASS: script },
    waiting: () => waiting(),
    askForPath,
    answer: (id, answer) => {
      if (ofShell.answered(id, answer)) return
      const pipe = join(folder, id, 'answer')
      if (!QUESTION.test(id) || !existsSync(pipe)) return
      // The script holds the pipe open: this does not wait for a reader.
      const descriptor = openSync(pipe, constants.O_WRONLY | constants.O_NONBLOCK)
      try {
        writeSync(descriptor, answer === null ? 'n\n' : `y${answer.replaceAll(/[\r\n]/g, '')}\n`)
      } finally {
        closeSync(descriptor)
      }
    },
    close: () => {
      watcher.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
