/** What is said over a line, and how its two ends greet each other. */
import { BenchError } from '../../shared/contract/errors.ts'
import type { ErrorMessage } from '../../shared/contract/errors.ts'
import type { LabEvents } from '../../shared/contract/lab.ts'

/** Raised when frames or messages change. */
export const PROTOCOL = 1

export interface Hello {
  readonly protocol: number
  /** Of the program. */
  readonly version: string
  /** Of a caller: whether it sits at the lab's own computer and names files of its disk. */
  readonly here?: boolean
  /** Of a lab. */
  readonly home?: string
}

export type LineMessage =
  /** `sends`: fields of the input whose files follow; `page`: asked by the window's page. */
  | {
      readonly kind: 'request'
      readonly id: number
      readonly method: string
      readonly input: unknown
      readonly page: boolean
      readonly sends: readonly string[]
    }
  | { readonly kind: 'reply'; readonly id: number; readonly ok: true; readonly output: unknown }
  | { readonly kind: 'reply'; readonly id: number; readonly ok: false; readonly error: ErrorMessage }
  | { readonly kind: 'event'; readonly event: keyof LabEvents; readonly payload: unknown }
  /** A file of a call begins; `path`: below what the field names, parts joined by `/`; empty for itself. */
  | {
      readonly kind: 'file'
      readonly stream: number
      readonly id: number
      readonly field: string
      readonly path: string
    }
  /** It is whole. */
  | { readonly kind: 'end'; readonly stream: number; readonly sha256: string }
  /** It will not come whole. */
  | { readonly kind: 'broken'; readonly stream: number; readonly error: ErrorMessage }
  /** Ends a lab that only serves. */
  | { readonly kind: 'stop' }

const parts = (version: string): number[] => version.split('.').map((part) => Number.parseInt(part, 10) || 0)

/** Whether a version is older than another. */
export function isOlder(version: string, than: string): boolean {
  const [a, b] = [parts(version), parts(than)]
  const at = a.findIndex((part, index) => part !== (b[index] ?? 0))
  return at !== -1 && a[at] < (b[at] ?? 0)
}

/**
 * Holds the two ends to one version. `where` names the lab; `remedy` says how it is brought up to date.
 * @throws BenchError `conflict`, saying what differs and which side to bring up to date.
 */
export function agree(mine: Hello, theirs: Hello, where: string, remedy: string): void {
  if (mine.protocol === theirs.protocol && mine.version === theirs.version) return
  const older =
    mine.protocol === theirs.protocol
      ? isOlder(theirs.version, mine.version)
      : theirs.protocol < mine.protocol
  throw new BenchError(
    'conflict',
    `${where} is of version ${theirs.version}, this program of version ${mine.version}. ` +
      (older ? remedy : `Bring this program up to date to version ${theirs.version}.`),
    'version',
  )
}
