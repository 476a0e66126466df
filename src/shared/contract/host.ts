/**
 * What the shell (Electron's main process) and the lab's process say to each other besides the typed port:
 * the shell hands over ports and asks the lab to stop, the lab says that it is up, or why it cannot be.
 */
import type { ErrorMessage } from './errors.ts'

/** Argument of a lab that follows one which died of itself. */
export const LAST_LAB_DIED = '--last-lab-died'
/** Argument of a process that passes on to the lab of another computer: `--lab=NAME`. */
export const FAR_LAB = '--lab='

/** Who speaks through a port: the page may what rights.ts says; the shell, after a native dialog, all. */
export type PortRole = 'window' | 'shell'

/** Shell → lab. `port` carries one MessagePort in the message's ports. */
export type HostMessage =
  | { readonly kind: 'port'; readonly role: PortRole }
  /** Bring every running run to a checkpoint, close the store, and exit with code 0. */
  | { readonly kind: 'stop' }
  /** To a process that passes on: dial at once rather than after the pause. */
  | { readonly kind: 'retry' }

/** Lab → shell. */
export type LabMessage =
  /** `readOnly`: why it only reads. `goesOn`: runs are another process's, and go on when this one ends. */
  | { readonly kind: 'ready'; readonly readOnly: ErrorMessage | null; readonly goesOn: boolean }
  /** The line to another computer broke; it is dialed again after the pause. */
  | { readonly kind: 'broken'; readonly reason: string; readonly retryMs: number }
  /** It only read, and could write now: it ends, and is to be started again. */
  | { readonly kind: 'again' }
  /** The lab cannot start at all (a newer database, a home in use): said once, then the process exits. */
  | { readonly kind: 'failed'; readonly error: ErrorMessage }
