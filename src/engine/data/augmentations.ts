/** How a run changes the images that it trains on: what is asked for, drawn, and done to pixels. */
import type { RunSpec } from '../../shared/spec/schema.ts'
import type { Stream } from '../rng.ts'
import { blur, jitterColours, solarize, toGrayscale, turnHue, type Jitter } from './colour.ts'
import { rotated, type ImageShape } from './geometry.ts'

export interface Augmentations {
  /** pad: a window of the image padded by 4; resized: a part of random size; none: the image as it is. */
  readonly crop: 'pad' | 'resized' | 'none'
  /** Factors of 1 ± these. */
  readonly brightness: number
  readonly contrast: number
  readonly saturation: number
  /** Turned by up to this share of the circle of hues, either way. */
  readonly hue: number
  /** Turned by up to so many degrees, either way. */
  readonly rotation: number
  /** One of grayscale, solarisation and Gaussian blur (3-Augment, Touvron et al. 2022, arXiv 2204.07118). */
  readonly threeAugment: boolean
}

/** A crop and a flip alone, of the set's usual kind. */
export const plainAugmentations = (crop: Augmentations['crop']): Augmentations => ({
  crop,
  brightness: 0,
  contrast: 0,
  saturation: 0,
  hue: 0,
  rotation: 0,
  threeAugment: false,
})

/** What a specification asks for; `usual` is the set's own kind of crop. */
export function augmentationsOf(data: RunSpec['data'], usual: Augmentations['crop']): Augmentations {
  const { crop, jitter, brightness, contrast, saturation, hue, rotation, threeAugment } = data
  return {
    crop: crop === 'usual' ? usual : crop,
    brightness: brightness || jitter,
    contrast: contrast || jitter,
    saturation: saturation || jitter,
    hue,
    rotation,
    threeAugment,
  }
}

/** Whether more is done than a crop and a flip. */
export const changesPixels = (asked: Augmentations): boolean =>
  asked.brightness > 0 ||
  asked.contrast > 0 ||
  asked.saturation > 0 ||
  asked.hue > 0 ||
  asked.rotation > 0 ||
  asked.threeAugment

/** The numbers of one image's changes after its crop and flip. */
export interface PixelDraw {
  readonly jitter: Jitter
  readonly turn: number
  readonly degrees: number
  /** A blur has its deviation in pixels. */
  readonly three: 'grayscale' | 'solarize' | { readonly blur: number } | null
}

/** Deviation of 3-Augment's blur, in pixels. */
const BLUR = [0.1, 2] as const

/** Draws an image's changes. What is not asked for draws nothing, the three factors aside. */
export function drawPixels(stream: Stream, asked: Augmentations): PixelDraw {
  const around = (amplitude: number): number => amplitude * (2 * stream.uniform() - 1)
  const jitter: Jitter = [
    1 + around(asked.brightness),
    1 + around(asked.contrast),
    1 + around(asked.saturation),
  ]
  const turn = asked.hue > 0 ? around(asked.hue) : 0
  const degrees = asked.rotation > 0 ? around(asked.rotation) : 0
  return { jitter, turn, degrees, three: asked.threeAugment ? drawThree(stream) : null }
}

function drawThree(stream: Stream): PixelDraw['three'] {
  const kind = stream.integer(3)
  if (kind < 2) return kind === 0 ? 'grayscale' : 'solarize'
  return { blur: BLUR[0] + (BLUR[1] - BLUR[0]) * stream.uniform() }
}

/**
 * The image after 3-Augment, brightness, contrast, saturation, hue and rotation, in this order; of one
 * channel those that colours have no part in. May write into `pixels`.
 */
export function changedPixels(pixels: Uint8Array, shape: ImageShape, draw: PixelDraw): Uint8Array {
  const channels = shape[2]
  const { three } = draw
  if (three === 'solarize') solarize(pixels)
  else if (three !== null && three !== 'grayscale') blur(pixels, shape, three.blur)
  else if (three === 'grayscale' && channels === 3) toGrayscale(pixels)
  if (draw.jitter.some((factor) => factor !== 1)) jitterColours(pixels, draw.jitter, channels)
  if (draw.turn !== 0 && channels === 3) turnHue(pixels, draw.turn)
  return draw.degrees === 0 ? pixels : rotated(pixels, shape, draw.degrees)
}
