/**
 * Errors that a user can act on: what is wrong, where, and what is allowed. Everything that is not one of
 * these is a defect of ours and is shown with its stack.
 */
export type ErrorCode =
  | 'bad-input'
  | 'bad-specification'
  | 'bad-file'
  | 'bad-data'
  | 'not-found'
  | 'conflict'
  | 'impossible'
  | 'unavailable'
  | 'disk-full'
  | 'newer-database'
  | 'in-use'
  /** The database does not hold together: it may be read, and restored, not written. */
  | 'damaged'
  /** The home may be read, not written. */
  | 'read-only'
  | 'cancelled'
  /** Another computer, or what is known of its key, forbids the line. */
  | 'refused'
  /** A method of the user's own failed, or is not what the interface asks for. */
  | 'bad-method'
  /** Code that came from somebody else, and that the user has not allowed yet. */
  | 'untrusted'

export class BenchError extends Error {
  readonly code: ErrorCode
  /** Where: a field path (`sparsity.density`), a file, an option. */
  readonly where: string | null
  constructor(code: ErrorCode, message: string, where: string | null = null, options?: ErrorOptions) {
    super(message, options)
    this.name = 'BenchError'
    this.code = code
    this.where = where
  }
}

/** The form in which an error crosses a port. */
export interface ErrorMessage {
  readonly code: ErrorCode | 'internal'
  readonly message: string
  readonly where: string | null
  readonly stack: string | null
}

export function toErrorMessage(error: unknown): ErrorMessage {
  if (error instanceof BenchError) {
    return { code: error.code, message: error.message, where: error.where, stack: null }
  }
  if (error instanceof Error) {
    return { code: 'internal', message: error.message, where: null, stack: error.stack ?? null }
  }
  return { code: 'internal', message: String(error), where: null, stack: null }
}

export function fromErrorMessage(message: ErrorMessage): Error {
  if (message.code !== 'internal') return new BenchError(message.code, message.message, message.where)
  const error = new Error(message.message)
  if (message.stack) error.stack = message.stack
  return error
}
