/** What the lab tells of the machine: findings of the doctor, backends, versions. */
export interface DoctorItem {
  readonly name: string
  readonly status: 'ok' | 'missing' | 'warning'
  readonly detail: string
  /** What to do about it; null when nothing. */
  readonly remedy: string | null
}

export interface BackendInfo {
  readonly name: string
  readonly available: boolean
  readonly device: string
  readonly version: string
  /** Why not, when it is not available. */
  readonly reason: string | null
}

export interface LabInfo {
  readonly version: string
  readonly home: string
  /** What a person types before the words of the command line. */
  readonly command: string
  readonly backends: readonly BackendInfo[]
  /** The backend that `auto` takes now. */
  readonly autoBackend: string
  readonly doctor: readonly DoctorItem[]
}
