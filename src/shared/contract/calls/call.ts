/**
 * What is known of a method of the lab: what it takes and gives, whether it only reads, who may call it, and
 * whether it may be asked again by who lost the answer. Types, parsing, rights and retries derive from it.
 */
import type { z } from 'zod'

/**
 * A field of the input that names a file on the disk of whoever asks: `taken` is read, `written` is made (or
 * a folder, where the format is one). A lab that is elsewhere is sent the one and sends the other.
 */
export type FileUse = 'taken' | 'written'
export type FileFields = Readonly<Record<string, FileUse>>

/** Carries the type of what a call gives; it has no value. */
export interface Gives<Output> {
  readonly gives?: () => Output
}

export interface Rights {
  /** It changes nothing of the home. */
  readonly reads: boolean
  /** A caller who lost the answer may ask again: that does no harm, and gives the same. */
  readonly repeats: boolean
  /**
   * Whether the page may call it. The page is held to be hostile: it may not name files, except such that the
   * user chose in a dialog of the shell. Methods that write files are for the shell, after its dialog.
   */
  readonly page: boolean
  /** Whether a caller over a line may, who is the same user on this or another computer. */
  readonly remote: boolean
}

export interface Call<Input extends z.ZodType = z.ZodType, Output = unknown> extends Rights, Gives<Output> {
  readonly input: Input
  readonly files: FileFields
}

/** `gives<RunRow>()`: what a call answers. */
export const gives = <Output>(): Gives<Output> => ({})

const kind =
  (rights: Rights) =>
  <Input extends z.ZodType, Output>(
    input: Input,
    _answer: Gives<Output>,
    files: FileFields = {},
  ): Call<Input, Output> => ({ ...rights, input, files })

/** Changes nothing. */
export const reads = kind({ reads: true, repeats: true, page: true, remote: true })
/** Changes something, so that nobody knows, when the answer is lost, whether it happened. */
export const changes = kind({ reads: false, repeats: false, page: true, remote: true })
/** Changes something, and is the same whether it is done once or twice. */
export const settles = kind({ reads: false, repeats: true, page: true, remote: true })
/** Writes a file that the caller names: for the shell, after its dialog, and the command line. */
export const writes = kind({ reads: true, repeats: false, page: false, remote: true })
/** Changes something by what a file holds, or lets code run: for the shell and the command line. */
export const takes = kind({ reads: false, repeats: false, page: false, remote: true })
/** Reaches other computers, or says which there are: for the shell of this one. */
export const reaches = kind({ reads: false, repeats: false, page: false, remote: false })
/** Between a shell and the lab that it shows: what its user chose. */
export const vouches = kind({ reads: false, repeats: true, page: false, remote: true })
