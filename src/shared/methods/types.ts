/**
 * What a method is: a value that says its name, its settings, what it asks of a run and how it looks. Schema,
 * problems, titles, forms, choices of the command line, palette and documentation are made from it; the
 * computation stands in the engine under the same name (engine/initialization, density, dynamic).
 *
 * A descriptor without `check` is plain data and can be written as JSON, so that methods of a user's own
 * (`own:NAME`) can be registered in every process that meets them (registry.ts).
 */

export type SettingValue = number | string | boolean

interface SettingText {
  readonly title: string
  readonly help: string
  /** Where the setting is used; left out: wherever its method is. */
  readonly when?: When
}

export interface NumberSetting extends SettingText {
  readonly type: 'number' | 'integer'
  readonly default: number
  readonly minimum?: number
  readonly exclusiveMinimum?: number
  readonly maximum?: number
  readonly exclusiveMaximum?: number
}

export interface BooleanSetting extends SettingText {
  readonly type: 'boolean'
  readonly default: boolean
}

export interface ChoiceSetting extends SettingText {
  readonly type: 'choice'
  readonly choices: readonly string[]
  readonly default: string
}

export interface TextSetting extends SettingText {
  readonly type: 'text'
  readonly default: string
  /** Characters; default 4096. */
  readonly maxLength?: number
}

export type MethodSetting = NumberSetting | BooleanSetting | ChoiceSetting | TextSetting

/** Settings that stand under one name: `angles.kind`, `angles.degrees`. */
export interface SettingGroup {
  readonly group: Readonly<Record<string, MethodSetting>>
}

/**
 * Settings by name. Those of a built-in method stand beside the section's own fields
 * (`initialization.aiSteps`), those of a user's method under `settings` (`initialization.settings.spread`).
 */
export type Settings = Readonly<Record<string, MethodSetting | SettingGroup>>

export type KernelKind = 'linear' | 'convolution' | 'depthwise'

/** A condition on a run; all parts must hold. */
export interface When {
  /** Settings of the method itself (dotted name → values of which it must have one). */
  readonly settings?: Readonly<Record<string, readonly SettingValue[]>>
  /** Only where the model has such a kernel among its maskable ones. */
  readonly kernels?: KernelKind
  /** Only where the public code's model ends in raw logits, not in log-softmax. */
  readonly outputs?: 'logits'
  /** Only with `sparsity.variant: literature`: the public code fixes it. */
  readonly literature?: true
  /** Only where steps are trained. */
  readonly steps?: true
}

/** A trait that always holds, or under a condition. */
export type Trait = true | When

interface Described<S extends Settings> {
  /** In specifications and on the command line: lower case, `own:NAME` for a user's own. */
  readonly name: string
  /** As papers write it: `EOI`. */
  readonly title: string
  /** What it does, in one sentence. */
  readonly help: string
  /** Where it was published: `arXiv 2406.01755`; left out for a user's own. */
  readonly source?: string
  readonly settings: S
  /** What a run with these settings cannot do, or does in vain; only built-in methods have one. */
  check?(settings: ValuesOf<S>, run: RunShape): MethodProblem | null
  /** What a name tells besides the title, as settings ask for it; only built-in methods have one. */
  qualify?(settings: ValuesOf<S>, run: RunShape): Qualifier | null
}

/** Told in brackets after a method's title: `ERK-AI (200 steps)`. */
export interface Qualifier {
  readonly text: string
  /** Also told in the labels of studies, whoever named them. */
  readonly inLabels: boolean
}

/** The part of a specification that a method may look at when it checks its settings. */
export interface RunShape {
  readonly model: {
    readonly name: string
    readonly width: number
    readonly widthMultiplier: number
    readonly depth: number
    readonly depthMultiplier: number
  }
  readonly sparsity: {
    readonly density: number
    readonly distribution: string
    readonly variant: string
    readonly inverted: boolean
  }
  readonly training?: { readonly optimizer: string }
}

export interface MethodProblem {
  /** A setting's name, or a whole path of the specification. */
  readonly where: string
  readonly message: string
  readonly severity: 'error' | 'warning'
}

/** How the kept weights get their first values. */
export interface SchemeDescriptor<S extends Settings = Settings> extends Described<S> {
  readonly kind: 'scheme'
  readonly traits: SchemeTraits
  /** `color`: index into COLORS of figure/palette.ts; left out: the next free look. */
  readonly style?: { readonly color: number }
}

export interface SchemeTraits {
  /** The masks, and with them the density, are the scheme's own: density and distribution are not used. */
  readonly ownsMask?: Trait
  /** The masks of dense kernels are the scheme's own; those of convolutions have the density asked. */
  readonly ownsDenseMasks?: Trait
  /** The distribution fixes how much of a layer is kept, the scheme which entries. */
  readonly ownsPositions?: Trait
  /** Begins with the values of the dense initializer. */
  readonly startsDense?: Trait
  /** The first and the last maskable kernel stay dense, by the dense initializer. */
  readonly keepsEndsDense?: Trait
  /** Every parameter of the model comes from outside; nothing is drawn. */
  readonly readsValues?: Trait
  /** Descends on a backend over all layers, which takes a while. */
  readonly optimizes?: Trait
  /** Has a form of its own for relu. */
  readonly hasRectifierForm?: Trait
  /** `sparsity.variant: published` computes other values. */
  readonly hasPublishedVariant?: Trait
  /** Its time is taken on the Timing tab, with the computation's `time`. */
  readonly timed?: Trait
}

/** How much of each layer is kept, and, where it scores weights, which. */
export interface DistributionDescriptor<S extends Settings = Settings> extends Described<S> {
  readonly kind: 'distribution'
  readonly traits: DistributionTraits
  /** `place`: index of dash and marker; `color` where it has one of its own whatever the scheme. */
  readonly style?: { readonly place: number; readonly color?: number }
}

export interface DistributionTraits {
  /** Every weight is kept, so that the density is 1. */
  readonly keepsAll?: true
  /**
   * What it looks at besides the shapes: nothing, the initial values, gradients on data, or the data-free
   * flow of the absolute values.
   */
  readonly scores: 'nothing' | 'values' | 'data' | 'flow'
  /** The data that gradients are taken on: one random batch (default), or equally many of each class. */
  readonly batches?: 'random' | 'balanced'
  /** `sparsity.variant: published` computes something else. */
  readonly hasPublishedVariant?: Trait
}

/** How the masks change while training. */
export interface DynamicDescriptor<S extends Settings = Settings> extends Described<S> {
  readonly kind: 'dynamic'
  readonly traits: DynamicTraits
  /** `shift`: how far dash and marker move on from those of static training. */
  readonly style?: { readonly shift: number }
}

export interface DynamicTraits {
  /** An update asks for the loss's gradient with respect to masked weights too. */
  readonly denseGradients?: true
  /** The number of weights changes with its updates, so that training may begin dense. */
  readonly changesDensity?: true
  /**
   * When masks are updated. `interval` (default): every interval steps until a part of training; `schedule`:
   * along the cubic schedule of pruning, first and last step included; `start`: before the first step;
   * `rounds`: at the end of every round of training but the last; `refresh`: before the first step, every
   * `refresh` steps, and after the last.
   */
  readonly moments?: 'interval' | 'schedule' | 'start' | 'rounds' | 'refresh'
  /**
   * Pruned towards sparsity.density: training begins with every weight (`dense`), or at the setting
   * `startDensity`. Left out: the run has its density from the start.
   */
  readonly begins?: 'dense' | 'start-density'
  /** The method fixes the density of each layer: neither density nor distribution are used. */
  readonly ownsDensity?: true
  /**
   * One cut through all layers: the distribution is not used. A setting `scope` decides where there is one.
   */
  readonly prunesGlobally?: true
  /** Drops and grows dynamic.fraction of the weights; so does every method with moments `interval`. */
  readonly exchanges?: true
  /** Every round goes back to the weights of the setting `rewindStep`. */
  readonly rewinds?: true
  /** An update goes by a mean of the dense gradients of all steps before it. */
  readonly smoothedGradients?: true
  /**
   * Weights stay dense under a mask of the forward pass; the gradient reaches all of them (`dense`), or those
   * of a second, larger mask (`backward-mask`).
   */
  readonly forwardMask?: 'dense' | 'backward-mask'
}

export type MethodDescriptor = SchemeDescriptor | DistributionDescriptor | DynamicDescriptor
export type MethodKind = MethodDescriptor['kind']

/** The type of a setting's value. */
export type ValueOf<S> = S extends { readonly type: 'number' | 'integer' }
  ? number
  : S extends { readonly type: 'boolean' }
    ? boolean
    : S extends { readonly type: 'choice'; readonly choices: readonly (infer Choice)[] }
      ? Choice
      : S extends { readonly type: 'text' }
        ? string
        : S extends { readonly group: infer Group }
          ? ValuesOf<Group>
          : never

/** The values of settings, groups nested. */
export type ValuesOf<S> = { -readonly [Name in keyof S]: ValueOf<S[Name]> }
