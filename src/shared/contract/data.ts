/** Data sets as the Data page and `lab data` show them. */
import type { DATA_NAMES } from '../spec/schema.ts'

export type DataName = (typeof DATA_NAMES)[number]

export interface DataProgress {
  readonly received: number
  readonly total: number
  /** What is being done, in words: the package that comes in. */
  readonly what: string
}

export interface DataEntry {
  readonly name: DataName
  readonly title: string
  /** Where the bench looks: a folder of its own store. */
  readonly folder: string
  readonly present: boolean
  /** The user's own folder that stands for the set; null when it lies in the store itself. */
  readonly link: string | null
  /** Bytes on disk; null when absent, and for linked folders, which may hold hundreds of gigabytes. */
  readonly bytes: number | null
  /** Bytes to download; null where no registry carries it. */
  readonly download: number | null
  readonly expects: string
  /** How far the download is, where one is going on in this lab. */
  readonly fetching: DataProgress | null
}

export interface DataCheck {
  readonly name: DataName
  readonly folder: string
  readonly ok: boolean
  /** What was found, or what is wrong. */
  readonly findings: readonly string[]
  readonly train: number | null
  readonly validation: number | null
  readonly test: number | null
  readonly classes: number | null
  readonly classNames: readonly string[] | null
  readonly shape: readonly number[] | null
  readonly hash: string | null
}

export interface DataSample {
  readonly label: number
  /** A picture, as a data: address. */
  readonly image: string
}

export interface DataSamples {
  readonly classNames: readonly string[]
  /** How many classes were left out. */
  readonly omitted: number
  /** Ordered by class; at most `perClass` of each. */
  readonly samples: readonly DataSample[]
  /** Rows in place of pictures, where examples are features. */
  readonly table: DataTable | null
  /** The beginning of a text. */
  readonly text?: string
}

/** Some examples of features, as they stand in the file. */
export interface DataTable {
  readonly columns: readonly string[]
  /** How many features were left out. */
  readonly omitted: number
  readonly rows: readonly { readonly label: number; readonly values: readonly number[] }[]
}

/** A file or folder of a user's own, which the bench remembers. */
export interface OwnDataEntry {
  /** What it is as data of a run. */
  readonly name: 'file' | 'text'
  readonly path: string
  /** The column of labels; empty finds it. */
  readonly label: string
  readonly present: boolean
}
