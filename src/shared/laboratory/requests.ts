/**
 * What the Initialization lab can be asked: one matrix or kernel drawn, the time that drawing takes. Page,
 * shell, lab and command line parse with these schemas.
 */
import { z } from 'zod'
import { sizeOf } from '../graph/shapes.ts'
import type { BuiltInScheme } from '../methods/registry.ts'
import { timedSchemes } from '../methods/traits.ts'
import { BACKENDS, initializationSchema, VARIANTS } from '../spec/schema.ts'

z.config({ jitless: true })

/** Entries of a matrix or kernel that the page may ask for. */
export const MOST_ENTRIES = 1 << 24

const side = z.number().int().min(1).max(65_536)

export const drawSchema = z.strictObject({
  shape: z
    .array(side)
    .refine((sides) => sides.length === 2 || sides.length === 4, {
      message: '2 sides (in × out) or 4 (height × width × in × out)',
    })
    .refine((sides) => sizeOf(sides) <= MOST_ENTRIES, {
      message: `at most ${MOST_ENTRIES} entries (4096 × 4096)`,
    })
    .describe('[in, out] or [height, width, in, out].'),
  depthwise: z.boolean().default(false).describe('The kernel is [height, width, channels, 1].'),
  map: z
    .number()
    .int()
    .min(1)
    .max(256)
    .default(8)
    .describe('Side of the map that a kernel’s operator acts on.'),
  stride: z.number().int().min(1).max(16).default(1).describe('Of the kernel.'),
  zeroPadded: z.boolean().default(false).describe('Singular values of the zero-padded operator too.'),
  rectifier: z.boolean().default(false).describe('SAO: the variant for relu.'),
  density: z.number().gt(0).max(1).default(1),
  variant: z.enum(VARIANTS).default('literature').describe('published: as the EOI paper’s public code.'),
  settings: initializationSchema.prefault({}),
  seed: z.number().int().min(0).max(Number.MAX_SAFE_INTEGER).default(1),
  backend: z.enum(BACKENDS).default('auto').describe('Computes AI.'),
})
export type DrawRequest = z.output<typeof drawSchema>
export type DrawInput = z.input<typeof drawSchema>

export const DRAWING_FORMATS = ['npz', 'safetensors', 'png'] as const
export type DrawingFormat = (typeof DRAWING_FORMATS)[number]

export const drawExportSchema = z.strictObject({
  draw: drawSchema,
  format: z.enum(DRAWING_FORMATS),
  /** PyTorch's name (`weight`, `weight_mask`) and layout. */
  pytorch: z.boolean().default(false),
})
export type DrawExportInput = z.input<typeof drawExportSchema>

/** Dense QR, which every scheme is timed beside. */
export const DENSE_QR = 'qr'
export type TimedScheme = BuiltInScheme | typeof DENSE_QR
/** The schemes whose time can be taken, and dense QR. */
export const TIMED_SCHEMES: readonly TimedScheme[] = [...timedSchemes(), DENSE_QR]

export const timingSchema = z.strictObject({
  schemes: z
    .array(z.enum(TIMED_SCHEMES))
    .min(1)
    .max(TIMED_SCHEMES.length)
    .default([...TIMED_SCHEMES]),
  sizes: z.array(z.number().int().min(2).max(8192)).min(1).max(32),
  densities: z.array(z.number().gt(0).max(1)).min(1).max(32),
  aiSteps: z.number().int().min(1).max(1_000_000).default(100),
  repeats: z.number().int().min(1).max(100).default(3),
  seed: z.number().int().min(0).max(Number.MAX_SAFE_INTEGER).default(1),
  backend: z.enum(BACKENDS).default('auto'),
})
export type TimingRequest = z.output<typeof timingSchema>
export type TimingInput = z.input<typeof timingSchema>

/** Measured times, as the page holds them, to be written as a file. */
export const timesSchema = z.strictObject({
  points: z
    .array(
      z.strictObject({
        scheme: z.enum(TIMED_SCHEMES),
        size: z.number().int().min(2),
        density: z.number().gt(0).max(1),
        reached: z.number().min(0).max(1),
        seconds: z.number().min(0),
        repeats: z.number().int().min(1),
        note: z.string().max(1000).nullable(),
      }),
    )
    .min(1)
    .max(4096),
})
export type TimesInput = z.input<typeof timesSchema>

export const weightsSchema = z.strictObject({
  run: z.number().int().min(1),
  format: z.enum(['npz', 'safetensors']),
  /** PyTorch's names and layouts. */
  pytorch: z.boolean().default(false),
})
export const onnxSchema = z.strictObject({ run: z.number().int().min(1) })
export type OnnxRequest = z.input<typeof onnxSchema>
export type WeightsRequest = z.input<typeof weightsSchema>
