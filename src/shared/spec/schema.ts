/**
 * The run specification: one immutable, validated value that drives the form, the command line, the engine,
 * the database row and the caption of a figure. Each field stands here once, with type, default, help and
 * range.
 *
 * A new field needs a default under which old runs mean what they meant: fields at their default are not part
 * of the identity (identity.ts), so that runs stored before keep theirs.
 */
import { z } from 'zod'
import { dataSchema } from './data-schema.ts'
import { field, integer } from './schema-field.ts'
import { ACTIVATIONS } from '../graph/types.ts'
import { DEFAULT_DISTRIBUTION, DISTRIBUTIONS } from '../methods/distributions/index.ts'
import { DYNAMIC_METHODS, STATIC } from '../methods/dynamic/index.ts'
import { DEFAULT_OPTIMIZER, OPTIMIZERS } from '../methods/optimizers/index.ts'
import { WEIGHT_DECAY_ON } from '../methods/optimizers/decay.ts'
import { DEFAULT_SCHEME, SCHEMES } from '../methods/schemes/index.ts'
import { allSettings, settingsShape } from '../methods/settings.ts'
import { namedOrOwn } from './own.ts'

// The window's content security policy forbids `eval`, which zod would use to compile parsers.
z.config({ jitless: true })

export { DATA_NAMES, dataSchema } from './data-schema.ts'

export const MODEL_NAMES = [
  'mlp',
  'cnn',
  'resnet',
  'vgg',
  'efficientnet-b0',
  'resnet-50',
  'deit-tiny',
  'deit-small',
  'gpt',
] as const
export const MODEL_VARIANTS = ['default', 'c', 'c-unpadded', 'd', 'projection', 'padded', 'pooled'] as const
export const DENSE_INITIALIZERS = [
  'orthogonal',
  'conv-orthogonal',
  'delta-orthogonal',
  'kaiming-normal',
  'kaiming-uniform',
  'xavier',
  'lecun-normal',
  'pytorch',
] as const
/** Rows that a method must beat (Frankle et al. 2020, arXiv 2009.08576; Su et al. 2020, arXiv 2009.11094). */
export const SANITY_CHECKS = ['none', 'shuffled', 'redrawn'] as const
export const VARIANTS = ['literature', 'published', 'published-earlier'] as const
export const LOSSES = ['cross-entropy', 'binary-cross-entropy'] as const
export const SPECTRA = ['none', 'initialization', 'training'] as const
export const SPECTRUM_EXAMPLES = ['validation', 'first-batch'] as const
export const BACKENDS = ['auto', 'tensorflow', 'sparse', 'reference'] as const
export type BackendChoice = (typeof BACKENDS)[number]

const names = <Name extends string>(record: Readonly<Record<Name, unknown>>): readonly Name[] =>
  Object.keys(record) as Name[]

/** Settings of a user's own method: open, since only its descriptor knows them. */
const ownSettings = z.record(z.string(), z.union([z.number(), z.string(), z.boolean()])).default({})

const ownCode = z.string().max(64).default('').meta({
  title: 'Content of an own method',
  description: 'SHA-256 of its file; filled in when a run is made, and part of its identity.',
})

export const modelSchema = z
  .strictObject({
    name: field(
      namedOrOwn(MODEL_NAMES).default('mlp'),
      'Model',
      'Family of networks, or an own model that was imported: own:NAME.',
    ),
    depth: field(
      integer(1, 1000).default(6),
      'Depth',
      'mlp: hidden layers; cnn: 3 × 3 convolutions after the stem of three; ' +
        'resnet: 20, 32, 44, 56 or 110; vgg: 11, 13, 16 or 19; gpt: blocks.',
    ),
    width: field(
      integer(1, 4096).default(100),
      'Width',
      'Units of a hidden layer (mlp), channels of a convolution (cnn) or features of a token (gpt).',
    ),
    activation: field(
      z.enum(ACTIVATIONS).default('tanh'),
      'Activation',
      'Nonlinearity after every hidden layer.',
    ),
    variant: field(
      z.enum(MODEL_VARIANTS).default('default'),
      'Variant',
      'vgg: c (1 × 1 convolutions padded by 1, as published), c-unpadded, d; ' +
        'resnet: projection or padded shortcuts; cnn: pooled (stride 1 after the stem, average pool of 2).',
    ),
    widthMultiplier: field(
      z.number().positive().max(16).default(1),
      'Width multiplier',
      'Scales every width; for dense models of the same size.',
    ),
    depthMultiplier: field(
      z.number().positive().max(16).default(1),
      'Depth multiplier',
      'Scales the number of blocks.',
    ),
    heads: field(integer(1, 256).default(4), 'Heads', 'gpt: heads of attention; they divide the width.'),
    tied: field(
      z.boolean().default(true),
      'Tied head',
      'gpt: the table of tokens, transposed, gives the logits; else a dense layer of its own does.',
    ),
    dropout: field(
      z.number().min(0).lt(1).default(0),
      'Dropout',
      'Dropout rate before the classifier; gpt: of the embedded tokens and at the end of each branch.',
    ),
    stochasticDepth: field(
      z.number().min(0).lt(1).default(0),
      'Stochastic depth',
      'Rate at which residual branches are dropped.',
    ),
    sha256: field(
      z.string().default(''),
      'Content hash',
      'Of an own model; filled in when a run is made, and part of its identity in place of the name.',
    ),
  })
  .describe('What is trained.')

export const sparsitySchema = z
  .strictObject({
    density: field(
      z.number().gt(0).max(1).default(1),
      'Density',
      'Nonzeros over entries of all masked kernels.',
    ),
    distribution: field(
      namedOrOwn(names(DISTRIBUTIONS)).default(DEFAULT_DISTRIBUTION),
      'Density distribution',
      'Which layers get how much of the density.',
    ),
    inverted: field(
      z.boolean().default(false),
      'Scores inverted',
      'A sanity check: keeps the weights of the lowest scores in place of the highest.',
    ),
    attention: field(
      z.boolean().default(false),
      'Sparse attention',
      'Transformers: query, key, value and output kernels of attention take part in the density as the ' +
        'MLP blocks do; else they stay dense, as in the paper.',
    ),
    variant: field(
      z.enum(VARIANTS).default('literature'),
      'Variant',
      'published: what the public code of the EOI paper computes for SNIP, GraSP, SynFlow, uniform and ERK ' +
        'masks, and for the values of SAO, fan-in and EOI in depthwise kernels; published-earlier: how ' +
        'this bench read that code before, for runs stored then.',
    ),
    ...settingsShape(allSettings(DISTRIBUTIONS)),
    settings: ownSettings,
    code: ownCode,
  })
  .describe('How many weights are kept, and where.')

export const initializationSchema = z
  .strictObject({
    scheme: field(
      namedOrOwn(names(SCHEMES)).default(DEFAULT_SCHEME),
      'Weight scheme',
      'How the kept weights get their values.',
    ),
    dense: field(
      z.enum(DENSE_INITIALIZERS).default('orthogonal'),
      'Dense initializer',
      'Where Base and AI start from, and what dense layers use. ' +
        'For kernels, orthogonal acts on the flattened kernel. pytorch: uniform on ±σ_w/√fan-in, and ' +
        'biases on ±1/√fan-in, as nn.Linear and nn.Conv2d begin.',
    ),
    gain: field(z.number().positive().max(100).default(1), 'Gain σ_w', 'Scale of the orthogonal weights.'),
    biasStd: field(
      z.number().min(0).max(100).default(0),
      'Bias std σ_b',
      'Standard deviation of the biases.',
    ),
    sanity: field(
      z.enum(SANITY_CHECKS).default('none'),
      'Sanity check',
      'shuffled: the mask is shuffled within each layer (with its values, where the scheme makes the ' +
        'positions); redrawn: values are drawn anew under the mask.',
    ),
    ...settingsShape(allSettings(SCHEMES)),
    settings: ownSettings,
    code: ownCode,
  })
  .describe('How the weights begin.')

export const dynamicSchema = z
  .strictObject({
    method: field(
      namedOrOwn([STATIC, ...names(DYNAMIC_METHODS)]).default(STATIC),
      'Dynamic sparse training',
      'How the mask changes in training.',
    ),
    interval: field(integer(1, 1_000_000).default(100), 'Interval', 'Steps between two mask updates.'),
    fraction: field(
      z.number().min(0).max(1).default(0.3),
      'Drop fraction',
      'First fraction that is dropped; falls with a cosine.',
    ),
    until: field(
      z.number().min(0).max(1).default(0.75),
      'Until',
      'Fraction of training after which the mask stays.',
    ),
    ...settingsShape(allSettings(DYNAMIC_METHODS)),
    settings: ownSettings,
    code: ownCode,
  })
  .describe('Whether the mask changes while training.')

export const trainingSchema = z
  .strictObject({
    epochs: field(
      z.number().min(0).max(100_000).default(1),
      'Epochs',
      'Passes over the training set; 0 only initializes. Fractions are allowed.',
    ),
    steps: field(
      integer(0, 1_000_000_000).default(0),
      'Steps',
      'Optimizer steps of one training (of each round), in place of epochs; 0 trains by epochs. An equal ' +
        'budget of operations sets it.',
    ),
    operations: field(
      z.number().min(0).max(1e30).default(0),
      'Budget of operations',
      'Floating-point operations that a study with an equal budget made training.steps of; changes nothing ' +
        'by itself.',
    ),
    batchSize: field(
      integer(1, 65_536).default(128),
      'Batch size',
      'Examples of a step; a last partial batch is dropped.',
    ),
    optimizer: field(z.enum(names(OPTIMIZERS)).default(DEFAULT_OPTIMIZER), 'Optimizer', 'Update rule.'),
    learningRate: field(
      z.number().positive().max(100).default(0.01),
      'Learning rate',
      'First (highest) learning rate.',
    ),
    momentum: field(z.number().min(0).lt(1).default(0.9), 'Momentum', 'Of SGD.'),
    nesterov: field(z.boolean().default(true), 'Nesterov', 'Nesterov’s form of momentum.'),
    weightDecay: field(
      z.number().min(0).max(10).default(1e-4),
      'Weight decay',
      'L2 term of SGD, decoupled for AdamW and LAMB.',
    ),
    weightDecayOn: field(
      z.enum(WEIGHT_DECAY_ON).default('all'),
      'Weight decay on',
      'all parameters, or kernels: biases, scales and shifts of norms, layer scales, class token and ' +
        'position embedding are left without.',
    ),
    schedule: field(
      z.enum(['constant', 'step', 'cosine']).default('constant'),
      'Schedule',
      'How the learning rate changes.',
    ),
    milestones: field(
      z.array(z.number().gt(0).lt(1)).max(20).default([0.5, 0.75]),
      'Milestones',
      'Fractions of training at which step divides the rate.',
    ),
    gamma: field(
      z.number().gt(0).max(1).default(0.1),
      'Factor',
      'What the rate is multiplied by at a milestone.',
    ),
    warmup: field(
      z.number().min(0).max(1).default(0),
      'Warm-up',
      'Fraction of training with a linearly growing rate.',
    ),
    loss: field(
      z.enum(LOSSES).default('cross-entropy'),
      'Loss',
      'cross-entropy of the softmax, or binary-cross-entropy: each class by itself, the mean over classes.',
    ),
    wholeTargets: field(
      z.boolean().default(false),
      'Whole targets',
      'binary-cross-entropy with mixup or cutmix: a mixed example belongs wholly to both classes, as in ' +
        'DeiT III, in place of by its shares.',
    ),
    labelSmoothing: field(
      z.number().min(0).lt(1).default(0),
      'Label smoothing',
      'Probability spread over all classes.',
    ),
    evaluations: field(
      integer(1, 10_000).default(1),
      'Evaluations per epoch',
      'How often the validation set is evaluated.',
    ),
    spectrum: field(
      z.enum(SPECTRA).default('none'),
      'Spectrum',
      'When the singular values of the input-output Jacobian are taken: at initialization, or also ' +
        'at every evaluation.',
    ),
    isometry: field(
      z.boolean().default(false),
      'Isometry',
      'At every evaluation, the singular values of each layer’s operator, and by how much squared ' +
        'gradients grow a layer.',
    ),
    spectrumInputs: field(
      integer(1, 10_000).default(16),
      'Spectrum inputs',
      'Examples whose Jacobians are taken.',
    ),
    spectrumExamples: field(
      z.enum(SPECTRUM_EXAMPLES).default('validation'),
      'Spectrum examples',
      'validation: the first of the validation set, the same for all seeds; first-batch: the first that ' +
        'the run trains on, augmented where the run augments.',
    ),
  })
  .describe('How it is trained.')

export const runSpecSchema = z
  .strictObject({
    model: modelSchema.prefault({}),
    data: dataSchema.prefault({}),
    sparsity: sparsitySchema.prefault({}),
    initialization: initializationSchema.prefault({}),
    dynamic: dynamicSchema.prefault({}),
    training: trainingSchema.prefault({}),
    seed: field(
      integer(0, Number.MAX_SAFE_INTEGER).default(1),
      'Seed',
      'Names every random stream of the run.',
    ),
  })
  .describe('A run: one training of one specification with one seed.')

export type RunSpec = z.output<typeof runSpecSchema>
/** What a user writes: every field may be left out. */
export type RunSpecInput = z.input<typeof runSpecSchema>

/** Dotted path of a field of the specification, e.g. `sparsity.density`. */
export type FieldPath = string
export type FieldValue = number | string | boolean | number[]
