/** How the page says where a method stands. */
import type { MethodRow, OwnLanguage } from '../../../shared/contract/methods.ts'

export const LANGUAGE_NAMES: Readonly<Record<OwnLanguage, string>> = {
  python: 'Python',
  javascript: 'JavaScript',
  typescript: 'TypeScript',
}

interface StateWords {
  readonly text: string
  readonly tone: 'good' | 'warn' | 'bad' | 'none'
  readonly help: string
}

export const STATES: Readonly<Record<MethodRow['state'], StateWords>> = {
  ready: { text: 'ready', tone: 'good', help: '' },
  changed: {
    text: 'file changed since',
    tone: 'warn',
    help: 'New runs take the content that was added, not what the file holds now.',
  },
  missing: {
    text: 'file gone',
    tone: 'warn',
    help: 'The file is not at its place any more. The content that was added is kept, and runs take it.',
  },
  untrusted: {
    text: 'not allowed yet',
    tone: 'bad',
    help: 'It came from somebody else. Runs that need it fail until you have seen its text and allowed it.',
  },
  removed: {
    text: 'removed',
    tone: 'none',
    help: 'It is kept because runs were made with it. Studies cannot choose it.',
  },
}
