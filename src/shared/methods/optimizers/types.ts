/** What an optimizer is: what it keeps for a weight, its constants, and the scalars that a step is fed. */

/** The part of a training that optimizers use. */
export interface OptimizerSettings {
  readonly momentum: number
  readonly nesterov: boolean
  readonly weightDecay: number
}

export interface OptimizerDescriptor {
  readonly name: string
  readonly title: string
  readonly help: string
  readonly source?: string
  /** Fields of `training` that this optimizer alone uses. */
  readonly settings: readonly string[]
  /** Numbers of its rule that no field sets. */
  readonly constants: Readonly<Record<string, number>>
  /** What is kept for each weight, by name. */
  slots(settings: Pick<OptimizerSettings, 'momentum'>): readonly string[]
  /** What step `step` (from 0) is fed besides the learning rate, by name. */
  scalars(constants: Readonly<Record<string, number>>, step: number): Readonly<Record<string, number>>
  /** What is wrong with a run's settings, if anything; `where` is a field of `training`. */
  check?(settings: OptimizerSettings): { readonly where: string; readonly message: string } | null
}
