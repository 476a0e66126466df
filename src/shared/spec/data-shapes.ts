/** Shapes and classes of the data sets, so that a model can be shown without its data. */
import { BenchError } from '../contract/errors.ts'
import { OWN_FILES } from './data-schema.ts'
import type { MODEL_NAMES, RunSpec } from './schema.ts'

type Known = readonly [readonly [number, number, number], number]

const KNOWN: Readonly<Partial<Record<RunSpec['data']['name'], Known>>> = {
  mnist: [[28, 28, 1], 10],
  'fashion-mnist': [[28, 28, 1], 10],
  'cifar-10': [[32, 32, 3], 10],
  'cifar-100': [[32, 32, 3], 100],
  'tiny-imagenet': [[64, 64, 3], 200],
}

/** Classes of a data set; null for image folders, which have as many as they have folders. */
export function knownClasses(name: RunSpec['data']['name']): number | null {
  return KNOWN[name]?.[1] ?? null
}

/** Examples of the training sets, before any is held out. */
const EXAMPLES: Readonly<Partial<Record<RunSpec['data']['name'], number>>> = {
  mnist: 60_000,
  'fashion-mnist': 60_000,
  'cifar-10': 50_000,
  'cifar-100': 50_000,
  'tiny-imagenet': 100_000,
}

/** Examples that a run trains on; null for data whose own files tell. */
export function trainingExamples({
  name,
  validation,
  validationFrom,
  limit,
  ...text
}: RunSpec['data']): number | null {
  if (name === 'text' && text.path === '') {
    const kept = sequencesOf(MADE_TEXT.length, { validation, ...text }).train
    return limit > 0 ? Math.min(limit, kept) : kept
  }
  const all = EXAMPLES[name]
  if (all === undefined) return null
  const kept = validationFrom === 'test' ? all : all - Math.floor(all * validation)
  return limit > 0 ? Math.min(limit, kept) : kept
}

/**
 * The text that the bench makes (engine/data/text/made.ts): its characters, of a byte each, and the tokens
 * that they are read by.
 */
export const MADE_TEXT = { length: 400_000, tokens: 30 } as const

/** Classes of text in characters whose file was not looked at: those of English with its marks. */
const USUAL_CHARACTERS = 97

/**
 * Sequences of each part of a text of `length` tokens: the parts one after the other, each cut into sequences
 * of `context` tokens that are each followed by one more, the last one's label.
 */
export function sequencesOf(
  length: number,
  { validation, test, context }: Pick<RunSpec['data'], 'validation' | 'test' | 'context'>,
): Record<'train' | 'validation' | 'test', number> {
  const parts = textParts(length, { validation, test })
  const count = (tokens: number): number => Math.max(0, Math.floor((tokens - 1) / context))
  return { train: count(parts.train), validation: count(parts.validation), test: count(parts.test) }
}

/** Tokens of each part of a text of `length` tokens. */
export function textParts(
  length: number,
  { validation, test }: Pick<RunSpec['data'], 'validation' | 'test'>,
): Record<'train' | 'validation' | 'test', number> {
  const [held, last] = [Math.floor(length * validation), Math.floor(length * test)]
  return { train: length - held - last, validation: held, test: last }
}

/** Own data that were looked at, by content, label, size and what text is read by. */
const files = new Map<string, { readonly input: readonly number[]; readonly classes: number }>()

type Content = Pick<RunSpec['data'], 'sha256' | 'label' | 'size' | 'unit' | 'context' | 'validation' | 'test'>

const fileKey = ({ sha256, label, size, unit, context, validation, test }: Content): string =>
  JSON.stringify([sha256, label, size, unit, context, validation, test])

/** Makes the shape and the classes of own data known to this process. */
export function knowFile(
  data: Content,
  shape: { readonly input: readonly number[]; readonly classes: number },
): void {
  files.set(fileKey(data), shape)
}

/** The data set that a family of models is shown on when none is named. */
const USUAL: Readonly<Record<(typeof MODEL_NAMES)[number], RunSpec['data']['name']>> = {
  mlp: 'mnist',
  cnn: 'cifar-10',
  resnet: 'cifar-10',
  vgg: 'cifar-10',
  'efficientnet-b0': 'tiny-imagenet',
  'resnet-50': 'image-folder',
  'deit-tiny': 'image-folder',
  'deit-small': 'image-folder',
  gpt: 'text',
}

/** The usual data set of a family, or MNIST for a name that is none. */
export function usualData(model: unknown): RunSpec['data']['name'] {
  return (USUAL as Readonly<Record<string, RunSpec['data']['name']>>)[String(model)] ?? 'mnist'
}

/** The data set whose shape and classes these are, text for what reads tokens; else image folders. */
export function dataLike(
  input: readonly number[],
  classes: number,
  readsTokens = false,
): RunSpec['data']['name'] {
  if (readsTokens) return 'text'
  const names = Object.keys(KNOWN) as RunSpec['data']['name'][]
  const fits = names.find((name) => {
    const [shape, count] = KNOWN[name] ?? [[], 0]
    return count === classes && shape.join() === input.join()
  })
  return fits ?? 'image-folder'
}

/** Input [context] and tokens of text. */
function textOf(
  { unit, context, path }: RunSpec['data'],
  file: { readonly classes: number } | undefined,
  given: { readonly input?: readonly number[]; readonly classes?: number },
): { readonly input: readonly number[]; readonly classes: number } {
  const characters = path === '' ? MADE_TEXT.tokens : USUAL_CHARACTERS
  const tokens = file?.classes ?? (unit === 'bytes' ? 256 : characters)
  return { input: given.input ?? [context], classes: given.classes ?? tokens }
}

/**
 * Input [height, width, channels] and classes: those given, else those of the data set; image folders count
 * as ImageNet's 224 × 224 × 3 and 1000 classes. Throws BenchError('bad-input') for a size that is none.
 */
export function inputOf(
  data: RunSpec['data'],
  given: { readonly input?: readonly number[]; readonly classes?: number },
): { readonly input: readonly number[]; readonly classes: number } {
  const [shape, classes] = KNOWN[data.name] ?? [[224, 224, 3], 1000]
  const file = OWN_FILES.includes(data.name) ? files.get(fileKey(data)) : undefined
  if (data.name === 'text') return textOf(data, file, given)
  const own = file ? file.input : data.size > 0 ? [data.size, data.size, shape[2]] : shape
  const input = given.input ?? own
  if (input.length !== 1 && input.length !== 3) {
    throw new BenchError(
      'bad-input',
      `An input is height x width x channels, or a number of features; ${input.join(' x ')} is neither.`,
      '--input',
    )
  }
  return { input, classes: given.classes ?? file?.classes ?? classes }
}
