/**
 * What the window may ask of the shell: dialogs, theme, menu commands, the state of the lab's process.
 * The shell parses every payload with the schema that stands beside the channel.
 */
import { z } from 'zod'
import { clusterSchema } from '../cluster/profile.ts'
import type { ClusterProfile } from '../cluster/profile.ts'
import { drawExportSchema, onnxSchema, timesSchema, weightsSchema } from '../laboratory/requests.ts'
import { figureLookSchema } from '../figure/look.ts'
import { EXPORT_FORMATS, EXPORT_WHATS } from './lab.ts'
import {
  DRAWING_FIELDS,
  FIGURE_FIELD,
  THEORY_FIELDS,
  GROUPING_FIELDS,
  TESTING_FIELDS,
  TWO_WAY_FIELDS,
  WHICH_FIELDS,
  LAYER_FIELDS,
} from './export-fields.ts'
import { RUN_STATUSES } from './run.ts'
import type { BundleImport } from './lab.ts'
import type { DoctorItem } from './info.ts'
import type { RemoteList, SshQuestion } from './remotes.ts'
import type { MethodRow, MethodSettings } from './methods.ts'
import type { OwnModelImport } from './own-models.ts'
import type { ErrorMessage } from './errors.ts'
import type { OwnDataEntry } from './data.ts'
import type { Written } from './export.ts'
import type { CommandName } from '../commands.ts'

z.config({ jitless: true })

export const THEMES = ['system', 'light', 'dark'] as const
export type Theme = (typeof THEMES)[number]

const exportSchema = z.strictObject({
  request: z.strictObject({
    what: z.enum(EXPORT_WHATS),
    format: z.enum(EXPORT_FORMATS),
    study: z.string().max(64).optional(),
    runs: z.array(z.number().int().min(0)).max(100_000).readonly().optional(),
    metric: z.string().max(100).optional(),
    at: z.enum(['last', 'best', 'best-validation']).optional(),
    figure: FIGURE_FIELD.optional(),
    ...GROUPING_FIELDS,
    ...TESTING_FIELDS,
    ...DRAWING_FIELDS,
    ...TWO_WAY_FIELDS,
    ...THEORY_FIELDS,
    ...WHICH_FIELDS,
    ...LAYER_FIELDS,
    siunitx: z.boolean().optional(),
    look: figureLookSchema.optional(),
  }),
  name: z.string().max(120).describe('Suggested file name, without folder.'),
})

const nameSchema = z.string().max(120).describe('Suggested file name, without folder.')

const noticeSchema = z.strictObject({
  title: z.string().max(200),
  body: z.string().max(1000),
  run: z.number().int().min(0).nullable(),
  status: z.enum(RUN_STATUSES),
})

const studySchema = z.string().min(1).max(64)
const methodSchema = z.string().min(1).max(80)

const labName = z.string().min(1).max(63)

/** What the page may ask about labs elsewhere. Options of ssh and commands are the command line's. */
const labsSchema = z.discriminatedUnion('what', [
  z.strictObject({ what: z.literal('list') }),
  z.strictObject({
    what: z.literal('add'),
    name: labName,
    host: z.string().min(1).max(300),
    port: z.number().int().min(1).max(65_535).optional(),
  }),
  z.strictObject({ what: z.enum(['remove', 'check', 'setup', 'show']), name: labName }),
  /** Left out `runs`: all of the study that have ended. */
  z.strictObject({
    what: z.literal('send'),
    name: labName,
    study: studySchema,
    runs: z.array(z.number().int().min(1)).min(1).max(100_000).readonly().optional(),
  }),
])

/** Labs that there are, which of them the window shows (`here`: this computer's), and what was found. */
export interface LabsAnswer extends RemoteList {
  readonly current: string
  readonly findings?: readonly DoctorItem[]
  readonly sent?: BundleImport
}

/** Channel → schema of its payload. */
export const SHELL_SCHEMAS = {
  'shell/ready': z.null(),
  'shell/export': exportSchema,
  'shell/export-drawing': drawExportSchema.extend({ name: nameSchema }),
  'shell/export-times': timesSchema,
  'shell/export-weights': weightsSchema,
  'shell/export-onnx': onnxSchema,
  'shell/import-model': z.null(),
  /** The path of a file that the user dropped onto the window. */
  'shell/drop-model': z.strictObject({ file: z.string().max(4096) }),
  'shell/export-model': z.strictObject({ name: z.string().max(100) }),
  'shell/export-bundle': z.strictObject({ study: studySchema }),
  'shell/import-bundle': z.null(),
  /** The path of a file that the user dropped onto the window, found out by the preload script. */
  'shell/drop-bundle': z.strictObject({ file: z.string().max(4096) }),
  'shell/recent-study': z.strictObject({ id: studySchema, title: z.string().max(300) }),
  'shell/diagnostics': z.null(),
  /** Text for the clipboard: a link, a command. */
  'shell/copy': z.strictObject({ text: z.string().max(100_000) }),
  'shell/about': z.null(),
  'shell/folder': z.null(),
  'shell/own-data': z.strictObject({ kind: z.enum(['file', 'folder']) }),
  /** The path of a file or folder that the user dropped onto the Data page. */
  'shell/drop-data': z.strictObject({ file: z.string().max(4096) }),
  'shell/weights-file': z.null(),
  'shell/add-method': z.null(),
  /** A file that the user dropped onto the window, found out by the preload script. */
  'shell/drop-method': z.strictObject({ file: z.string().max(4096) }),
  'shell/update-method': z.strictObject({ name: methodSchema }),
  'shell/trust-method': z.strictObject({ name: methodSchema, sha256: z.string().length(64) }),
  'shell/python': z.null(),
  /** The interpreter itself is chosen in a dialog; here it can only be left to the path again. */
  'shell/method-settings': z.strictObject({
    python: z.null().optional(),
    seconds: z.number().optional(),
    memory: z.number().optional(),
  }),
  /** A cluster, whose lines of shell run there: kept after a question. */
  'shell/save-cluster': z.strictObject({ cluster: clusterSchema }),
  'shell/theme': z.enum(THEMES),
  'shell/notify': noticeSchema,
  'shell/restart-lab': z.null(),
  'shell/labs': labsSchema,
  /** What the user answers to a question of ssh's; null declines. */
  'shell/answer': z.strictObject({
    id: z.string().max(100),
    text: z.string().max(10_000).nullable(),
  }),
} as const

export type ShellChannel = keyof typeof SHELL_SCHEMAS
export type ShellInput<C extends ShellChannel> = z.output<(typeof SHELL_SCHEMAS)[C]>

export interface ShellAnswers {
  /** The page listens: send it the port and the present state. */
  'shell/ready': { readonly theme: Theme; readonly version: string; readonly lab: LabState }
  /** Asks for a file with the native dialog and writes it; null when the user cancelled. */
  'shell/export': Written | null
  'shell/export-drawing': { readonly file: string; readonly bytes: number } | null
  'shell/export-times': { readonly file: string; readonly rows: number; readonly bytes: number } | null
  'shell/export-weights': { readonly file: string; readonly arrays: number; readonly bytes: number } | null
  'shell/export-onnx': { readonly file: string; readonly layers: number; readonly bytes: number } | null
  /** Asks for an ONNX file or a layer graph as JSON and brings it in; null when the user cancelled. */
  'shell/import-model': OwnModelImport | null
  'shell/drop-model': OwnModelImport
  'shell/export-model': { readonly file: string; readonly bytes: number } | null
  /** Asks for a file and writes the study with its results into it; null when the user cancelled. */
  'shell/export-bundle': { readonly file: string; readonly runs: number; readonly bytes: number } | null
  /** Asks for a bundle and brings it in; null when the user cancelled. */
  'shell/import-bundle': BundleImport | null
  'shell/drop-bundle': BundleImport
  'shell/recent-study': null
  /** Copies versions, devices and the state of the lab to the clipboard, and returns them. */
  'shell/diagnostics': string
  'shell/copy': null
  'shell/about': null
  /** Asks for a folder; null when the user cancelled. */
  'shell/folder': string | null
  /** Asks for a file or folder of the user's own data and remembers it; null when the user cancelled. */
  'shell/own-data': OwnDataEntry | null
  'shell/drop-data': OwnDataEntry
  /** Asks for a file of weights; null when the user cancelled. */
  'shell/weights-file': string | null
  /** Asks for a file with a method, and adds it; null when the user cancelled. */
  'shell/add-method': MethodRow | null
  /** Asks whether the code may run, and adds it; null when the user declined. */
  'shell/drop-method': MethodRow | null
  /** The same for the changed file of a method. */
  'shell/update-method': MethodRow | null
  /** Asks whether code that came from somebody else may run; null when the user declined. */
  'shell/trust-method': MethodRow | null
  /** Asks for a Python interpreter; null when the user cancelled. */
  'shell/python': MethodSettings | null
  'shell/method-settings': MethodSettings
  'shell/save-cluster': ClusterProfile | null
  'shell/theme': Theme
  'shell/notify': boolean
  'shell/restart-lab': null
  'shell/labs': LabsAnswer
  'shell/answer': null
}

/** State of the lab's process as the shell sees it. */
export type LabState =
  | { readonly kind: 'starting' }
  | { readonly kind: 'up'; readonly restarts: number; readonly readOnly: ErrorMessage | null }
  | { readonly kind: 'restarting'; readonly reason: string }
  /** The line to another computer broke and is dialed again. */
  | { readonly kind: 'broken'; readonly reason: string }
  | { readonly kind: 'down'; readonly reason: string; readonly error: ErrorMessage | null }

/** Pushed by the shell. */
export interface ShellEvents {
  'shell/command': CommandName
  'shell/lab-state': LabState
  /** An address of a page to go to: from a notification, the list of recent studies. */
  'shell/go': string
  /** A bundle came in by another way than the page's own question: recent files, the program's arguments. */
  'shell/imported': ShellReply<'shell/drop-bundle'>
  /** What the set-up of another computer says. */
  'shell/setup': string
  /** All questions of ssh's that wait for an answer. */
  'shell/questions': readonly SshQuestion[]
}

/** An answer that crosses the process border without losing the kind of its error. */
export type ShellReply<C extends ShellChannel> =
  | { readonly ok: true; readonly output: ShellAnswers[C] }
  | { readonly ok: false; readonly error: ErrorMessage }

/** What the preload script puts on `window.bench`. */
export interface BenchBridge {
  readonly ready: () => Promise<ShellReply<'shell/ready'>>
  readonly exportFile: (input: ShellInput<'shell/export'>) => Promise<ShellReply<'shell/export'>>
  readonly exportDrawing: (
    input: ShellInput<'shell/export-drawing'>,
  ) => Promise<ShellReply<'shell/export-drawing'>>
  readonly exportTimes: (input: ShellInput<'shell/export-times'>) => Promise<ShellReply<'shell/export-times'>>
  readonly exportWeights: (
    input: ShellInput<'shell/export-weights'>,
  ) => Promise<ShellReply<'shell/export-weights'>>
  readonly exportOnnx: (input: ShellInput<'shell/export-onnx'>) => Promise<ShellReply<'shell/export-onnx'>>
  readonly importModel: () => Promise<ShellReply<'shell/import-model'>>
  /** Brings in a file that was dropped; one that is not on disk is refused. */
  readonly dropModel: (file: File) => Promise<ShellReply<'shell/drop-model'>>
  readonly exportModel: (input: ShellInput<'shell/export-model'>) => Promise<ShellReply<'shell/export-model'>>
  readonly exportBundle: (
    input: ShellInput<'shell/export-bundle'>,
  ) => Promise<ShellReply<'shell/export-bundle'>>
  readonly importBundle: () => Promise<ShellReply<'shell/import-bundle'>>
  /** Brings in a file that was dropped; one that is not on disk is refused. */
  readonly dropBundle: (file: File) => Promise<ShellReply<'shell/drop-bundle'>>
  readonly addRecentStudy: (
    input: ShellInput<'shell/recent-study'>,
  ) => Promise<ShellReply<'shell/recent-study'>>
  readonly copyDiagnostics: () => Promise<ShellReply<'shell/diagnostics'>>
  readonly copyText: (input: ShellInput<'shell/copy'>) => Promise<ShellReply<'shell/copy'>>
  readonly showAbout: () => Promise<ShellReply<'shell/about'>>
  readonly chooseFolder: () => Promise<ShellReply<'shell/folder'>>
  readonly chooseOwnData: (kind: 'file' | 'folder') => Promise<ShellReply<'shell/own-data'>>
  /** Remembers data that were dropped; what is not on disk is refused. */
  readonly dropData: (file: File) => Promise<ShellReply<'shell/drop-data'>>
  readonly chooseWeightsFile: () => Promise<ShellReply<'shell/weights-file'>>
  readonly addMethod: () => Promise<ShellReply<'shell/add-method'>>
  readonly dropMethod: (file: File) => Promise<ShellReply<'shell/drop-method'>>
  readonly updateMethod: (
    input: ShellInput<'shell/update-method'>,
  ) => Promise<ShellReply<'shell/update-method'>>
  readonly trustMethod: (input: ShellInput<'shell/trust-method'>) => Promise<ShellReply<'shell/trust-method'>>
  readonly choosePython: () => Promise<ShellReply<'shell/python'>>
  /** Returns how methods are run; what is given is changed. */
  readonly methodSettings: (
    input: ShellInput<'shell/method-settings'>,
  ) => Promise<ShellReply<'shell/method-settings'>>
  /** Keeps a cluster; null when the user would not. */
  readonly saveCluster: (input: ShellInput<'shell/save-cluster'>) => Promise<ShellReply<'shell/save-cluster'>>
  readonly setTheme: (theme: Theme) => Promise<ShellReply<'shell/theme'>>
  readonly notify: (notice: ShellInput<'shell/notify'>) => Promise<ShellReply<'shell/notify'>>
  /** Labs of other computers: listed, added, shown. */
  readonly labs: (input: ShellInput<'shell/labs'>) => Promise<ShellReply<'shell/labs'>>
  readonly onSetup: (listener: (line: string) => void) => () => void
  readonly answerQuestion: (input: ShellInput<'shell/answer'>) => Promise<ShellReply<'shell/answer'>>
  readonly onQuestions: (listener: (questions: readonly SshQuestion[]) => void) => () => void
  readonly restartLab: () => Promise<ShellReply<'shell/restart-lab'>>
  /** Calls back for every command that the menu gives; returns the function that stops it. */
  readonly onCommand: (listener: (name: CommandName) => void) => () => void
  readonly onLabState: (listener: (state: LabState) => void) => () => void
  readonly onGo: (listener: (address: string) => void) => () => void
  readonly onImported: (listener: (reply: ShellReply<'shell/drop-bundle'>) => void) => () => void
}

/** Data of the `message` event that brings the lab's port into the page. */
export const PORT_MESSAGE = 'givens-bench/lab-port'
