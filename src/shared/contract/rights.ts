/**
 * What is known of every method of the lab beside its input and output: whether it may be asked again after a
 * lost connection, and who may call it. A method that is missing here does not compile, and one that the page
 * may not call is refused at its port.
 */
import type { LabMethod } from './lab.ts'

export interface MethodRights {
  /** It changes nothing, so that a caller who lost the answer may ask again. */
  readonly reads: boolean
  /**
   * Whether the page may call it. The page is held to be hostile: it may not name files, except such that the
   * user chose in a dialog of the shell. Methods that write files are for the shell, after its dialog.
   */
  readonly page: boolean
}

const READS: MethodRights = { reads: true, page: true }
const CHANGES: MethodRights = { reads: false, page: true }
/** Names files: for the shell and the command line alone. */
const WRITES_FILES: MethodRights = { reads: false, page: false }

/** After a question of the shell's: it lets code run, or says which files may be named. */
const FOR_THE_SHELL: MethodRights = { reads: false, page: false }

export const METHOD_RIGHTS: Readonly<Record<LabMethod, MethodRights>> = {
  'lab/info': READS,
  'lab/schema': READS,
  'tensorflow/state': READS,
  'tensorflow/install': CHANGES,
  'tensorflow/cancel': CHANGES,
  'studies/list': READS,
  'studies/get': READS,
  'studies/save': CHANGES,
  'studies/archive': CHANGES,
  'studies/estimate': READS,
  'studies/start': CHANGES,
  'studies/more-seeds': CHANGES,
  'runs/list': READS,
  'runs/get': READS,
  'runs/series': READS,
  'runs/query': READS,
  'runs/columns': READS,
  'runs/pause': CHANGES,
  'runs/resume': CHANGES,
  'runs/cancel': CHANGES,
  'runs/retry': CHANGES,
  'runs/annotate': CHANGES,
  'queue/state': READS,
  'queue/set': CHANGES,
  'queue/list': READS,
  'queue/order': CHANGES,
  'views/list': READS,
  'views/save': CHANGES,
  'views/delete': CHANGES,
  'compare/table': READS,
  'compare/two-way': READS,
  'compare/keys': READS,
  'compare/metrics': READS,
  'figures/get': READS,
  'data/list': READS,
  'data/get': CHANGES,
  'data/cancel': CHANGES,
  'data/check': READS,
  'data/samples': READS,
  'data/link': CHANGES,
  'data/own': READS,
  'data/add': WRITES_FILES,
  'data/relabel': CHANGES,
  'data/forget': CHANGES,
  'model/show': READS,
  'models/list': READS,
  'models/complete': READS,
  'models/import': WRITES_FILES,
  'models/remove': CHANGES,
  'models/export': WRITES_FILES,
  'laboratory/draw': READS,
  'laboratory/pattern': READS,
  'theory/measure': READS,
  'laboratory/timing': READS,
  'jobs/cancel': CHANGES,
  'laboratory/export': WRITES_FILES,
  'laboratory/export-times': WRITES_FILES,
  'weights/write': WRITES_FILES,
  'methods/list': READS,
  'methods/text': READS,
  'methods/check': READS,
  'methods/check-file': FOR_THE_SHELL,
  'methods/add': FOR_THE_SHELL,
  'methods/remove': CHANGES,
  'methods/trust': FOR_THE_SHELL,
  'methods/settings': FOR_THE_SHELL,
  'onnx/write': WRITES_FILES,
  'predict/write': WRITES_FILES,
  'home/backup': WRITES_FILES,
  'home/backups': READS,
  'bundle/export': WRITES_FILES,
  'bundle/import': CHANGES,
  'sample/state': READS,
  'sample/remove': CHANGES,
  'export/write': WRITES_FILES,
  'paths/grant': FOR_THE_SHELL,
}

/** The rights of a method by its name as it came over a port; of an unknown one, none. */
export function rightsOf(method: string): MethodRights {
  return Object.hasOwn(METHOD_RIGHTS, method)
    ? METHOD_RIGHTS[method as LabMethod]
    : { reads: false, page: false }
}
