/** The part of the run specification that says what is trained on. */
import { z } from 'zod'
import { field, integer } from './schema-field.ts'

// The window's content security policy forbids `eval`, which zod would use to compile parsers.
z.config({ jitless: true })

export const DATA_NAMES = [
  'mnist',
  'fashion-mnist',
  'cifar-10',
  'cifar-100',
  'tiny-imagenet',
  'image-folder',
  'file',
  'text',
] as const

/** Data that a user's own file at data.path holds; text is made by the bench where there is no path. */
export const OWN_FILES: readonly (typeof DATA_NAMES)[number][] = ['file', 'text']

const TEXT_NAME = /\.(txt|text|md|rst|tex|log|html|xml)$/i

/** Which data a user's own file is, by its name; any file may be named as text in a specification. */
export const ownForm = (path: string): 'file' | 'text' => (TEXT_NAME.test(path) ? 'text' : 'file')

/** What a token of text is. */
export const TEXT_UNITS = ['characters', 'bytes'] as const

/** Where the validation set comes from. */
export const VALIDATION_SOURCES = ['random', 'last', 'test'] as const
/** Which part of a training image is taken. */
export const CROPS = ['usual', 'pad', 'resized', 'none'] as const
/** By what images are standardised. */
export const STANDARDISATIONS = ['own', 'cifar', 'imagenet', 'mnist', 'half', 'given'] as const

export const dataSchema = z
  .strictObject({
    name: field(z.enum(DATA_NAMES).default('mnist'), 'Data', 'Data set.'),
    path: field(
      z.string().max(4096).default(''),
      'Folder or file',
      'Folder that holds the files, empty for the bench’s own store; data file: your .npz, .csv ' +
        'or .parquet, ' +
        'or a folder of them; data text: any text file, empty for a text that the bench makes.',
    ),
    label: field(
      z.string().max(200).default(''),
      'Label column',
      'Data file, tables and Parquet: the column of labels, by name; empty finds it.',
    ),
    sha256: field(
      z.string().default(''),
      'Content hash',
      'Of the data that a run was made for, filled in for data file and text: other content is refused. ' +
        'Part of the run’s identity, for data file and text in place of the path.',
    ),
    unit: field(
      z.enum(TEXT_UNITS).default('characters'),
      'Unit',
      'Text, what a token is. characters: those of the training part and one for all others; bytes: all 256.',
    ),
    context: field(
      integer(2, 4096).default(128),
      'Context',
      'Text: tokens of a sequence. Each is predicted from those before it in its sequence.',
    ),
    test: field(
      z.number().min(0).max(0.9).default(0.1),
      'Test split',
      'Text: fraction at its end that tests; before it lies the validation split, before that what trains.',
    ),
    validation: field(
      z.number().min(0).max(0.9).default(0.1),
      'Validation split',
      'Fraction of the training set held out; of text, fraction of the whole.',
    ),
    validationFrom: field(
      z.enum(VALIDATION_SOURCES).default('random'),
      'Validation examples',
      'random: a random part of the training set, the same for all seeds; last: its last part, in the ' +
        'order of the files; test: the test set itself, and nothing is held out.',
    ),
    limit: field(
      integer(0, 100_000_000).default(0),
      'Limit',
      'Train on the first so many shuffled examples; 0 takes all.',
    ),
    augment: field(
      z.boolean().default(false),
      'Augment',
      'Training images: a random crop (data.crop), horizontal flip, and what else is set: jitter, ' +
        'rotation, 3-Augment. Text: sequences begin at random places.',
    ),
    crop: field(
      z.enum(CROPS).default('usual'),
      'Crop',
      'pad: reflect-pad 4 and crop; resized: area 8 to 100 %, aspect 3/4 to 4/3; none. usual: pad for ' +
        'MNIST, Fashion-MNIST and CIFAR, resized for Tiny ImageNet and image folders.',
    ),
    jitter: field(
      z.number().min(0).max(1).default(0),
      'Colour jitter',
      'With augment: brightness, contrast and saturation each change by a factor of 1 ± this.',
    ),
    brightness: field(
      z.number().min(0).max(1).default(0),
      'Brightness jitter',
      'Factor of 1 ± this; 0 takes data.jitter.',
    ),
    contrast: field(
      z.number().min(0).max(1).default(0),
      'Contrast jitter',
      'Factor of 1 ± this; 0 takes data.jitter.',
    ),
    saturation: field(
      z.number().min(0).max(1).default(0),
      'Saturation jitter',
      'Factor of 1 ± this; 0 takes data.jitter.',
    ),
    hue: field(
      z.number().min(0).max(0.5).default(0),
      'Hue jitter',
      'With augment: turned by up to this share of the circle of hues, either way.',
    ),
    rotation: field(
      z.number().min(0).max(180).default(0),
      'Rotation',
      'With augment: turned by up to so many degrees either way, nearest pixels, black outside.',
    ),
    threeAugment: field(
      z.boolean().default(false),
      '3-Augment',
      'With augment: one of grayscale, solarisation and Gaussian blur, as in DeiT III.',
    ),
    repeats: field(
      integer(1, 100).default(1),
      'Repeats',
      'Repeated augmentation: each example so many times in a row, augmented anew; an epoch has as ' +
        'many steps as before, and fewer different examples.',
    ),
    mixup: field(
      z.number().min(0).max(100).default(0),
      'Mixup',
      'α of mixup: each batch is mixed with itself reversed, by a share drawn from Beta(α, α); 0: none.',
    ),
    cutmix: field(
      z.number().min(0).max(100).default(0),
      'Cutmix',
      'α of cutmix: a rectangle of each image comes from another of its batch; 0 cuts nothing. With mixup, ' +
        'each batch takes one of the two by chance.',
    ),
    standardisation: field(
      z.enum(STANDARDISATIONS).default('own'),
      'Standardisation',
      'own: mean and deviation of the training examples, by channel (features: each). Constants of pixels ' +
        'in [0, 1]: cifar .4914 .4822 .4465 and .2023 .1994 .2010; imagenet .485 .456 .406 and .229 .224 ' +
        '.225; mnist .1307 and .3081; half .5 and .5. given: data.mean and data.deviation.',
    ),
    mean: field(
      z.array(z.number()).max(65_536).default([]),
      'Mean',
      'Of standardisation given: one number, or one a channel (feature); for images in bytes 1 is white.',
    ),
    deviation: field(
      z.array(z.number().positive()).max(65_536).default([]),
      'Deviation',
      'Of standardisation given, as data.mean.',
    ),
    size: field(integer(0, 1024).default(0), 'Image size', 'Side of the images; 0 keeps the data set’s own.'),
  })
  .describe('What it is trained on.')
