/** Own methods of the fake lab: a list, texts made of their names, and a check that finds one thing wrong. */
import { BenchError } from '../../src/shared/contract/errors.ts'
import type { LabMethods } from '../../src/shared/contract/lab.ts'
import { DEFAULT_METHOD_SETTINGS } from '../../src/shared/contract/methods.ts'
import type { MethodCheck, MethodRow } from '../../src/shared/contract/methods.ts'

const ABOUT = {
  addedAt: '2026-11-20T09:12:00Z',
  language: 'python',
} as const

/** A scheme that may run, and somebody else's distribution that may not yet. */
export const OWN_METHODS: readonly MethodRow[] = [
  {
    ...ABOUT,
    name: 'own:spread',
    file: 'spread.py',
    path: '/home/me/spread.py',
    sha256: 'a'.repeat(64),
    origin: 'file',
    state: 'ready',
    runs: 3,
    descriptor: {
      kind: 'scheme',
      name: 'own:spread',
      title: 'Spread',
      help: 'Values that are spread.',
      traits: {},
      settings: {
        spread: { type: 'number', default: 1, minimum: 0, title: 'Spread', help: 'How far they are spread.' },
      },
    },
  },
  {
    ...ABOUT,
    name: 'own:theirs',
    file: 'theirs.py',
    path: null,
    sha256: 'b'.repeat(64),
    origin: 'bundle',
    state: 'untrusted',
    runs: 0,
    descriptor: {
      kind: 'distribution',
      name: 'own:theirs',
      title: 'Theirs',
      help: 'A distribution that came in a bundle.',
      traits: { scores: 'nothing' },
      settings: {},
    },
  },
]

type Methods = Pick<
  LabMethods,
  | 'methods/list'
  | 'methods/text'
  | 'methods/check'
  | 'methods/check-file'
  | 'methods/add'
  | 'methods/remove'
  | 'methods/trust'
  | 'methods/settings'
>

/** The methods over a list of their own. */
export function fakeMethods(own: readonly MethodRow[]): Methods {
  const rows = new Map(own.map((row) => [row.name, row]))
  const rowOf = (name: string): MethodRow => {
    const row = rows.get(name)
    if (!row) throw new BenchError('not-found', `There is no method ${name}.`, 'name')
    return row
  }
  const notForThePage = (): never => {
    throw new BenchError('bad-input', 'not for the page', 'method')
  }
  return {
    'methods/list': () => [...rows.values()],
    'methods/text': ({ name }) => {
      const { file, language, sha256, state } = rowOf(name)
      return {
        name,
        file,
        language,
        sha256,
        trusted: state !== 'untrusted',
        text: `# ${name}\nKIND = "scheme"\n`,
      }
    },
    'methods/check': ({ name }): MethodCheck => {
      const { file, sha256, descriptor } = rowOf(name)
      const row = { case: 'dense 64 → 64', asked: 0.1, residual: 0.5, repeats: true, seconds: 0.01, note: '' }
      return {
        file,
        sha256,
        descriptor,
        needs: [],
        traits: [],
        printed: 'a word of its own',
        passed: false,
        rows: [
          { ...row, reached: 0.1, problem: null },
          { ...row, case: 'dense 128 → 32', reached: null, problem: 'spread.py, line 7: ValueError' },
        ],
      }
    },
    'methods/remove': ({ name }) => {
      const { runs } = rowOf(name)
      rows.delete(name)
      return { name, runs }
    },
    'methods/settings': () => DEFAULT_METHOD_SETTINGS,
    'methods/check-file': notForThePage,
    'methods/add': notForThePage,
    'methods/trust': notForThePage,
  }
}
