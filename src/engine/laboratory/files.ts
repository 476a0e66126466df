/** Drawings as files: NPZ, safetensors, PNG. */
import type { ParameterSpec } from '../../shared/graph/types.ts'
import { paint } from '../../shared/laboratory/colours.ts'
import type { DrawingFormat } from '../../shared/laboratory/requests.ts'
import { kernelShapeOf } from '../initialization/kernel-shape.ts'
import type { InitialKernel } from '../initialization/types.ts'
import { shapeIn, toLayout } from '../interchange/layouts.ts'
import { writeNpz } from '../interchange/npz.ts'
import { writeSafetensors } from '../interchange/safetensors.ts'
import type { NamedArray } from '../interchange/types.ts'
import { pictureOf, writePng } from './picture.ts'

/** Arrays `weight` (float64) and `mask` (uint8), or `weight_mask` in PyTorch's layout where asked. */
export function drawnArrays(parameter: ParameterSpec, kernel: InitialKernel, pytorch: boolean): NamedArray[] {
  const naming = pytorch ? 'pytorch' : 'bench'
  const shape = shapeIn(parameter, naming)
  return [
    { name: 'weight', shape, data: toLayout(parameter, kernel.values, naming) },
    { name: pytorch ? 'weight_mask' : 'mask', shape, data: toLayout(parameter, kernel.mask, naming) },
  ]
}

/** The bytes of a drawing's file. `about` is kept beside the arrays of safetensors. */
export function drawingFile(
  parameter: ParameterSpec,
  kernel: InitialKernel,
  format: DrawingFormat,
  pytorch: boolean,
  about: Readonly<Record<string, string>>,
): Uint8Array {
  switch (format) {
    case 'npz':
      return writeNpz(drawnArrays(parameter, kernel, pytorch))
    case 'safetensors':
      return writeSafetensors(drawnArrays(parameter, kernel, pytorch), about)
    case 'png': {
      const { rgb, width, height } = paint(
        pictureOf(kernelShapeOf(parameter), kernel.values, kernel.mask),
        'values',
        'light',
        1024,
      )
      return writePng(rgb, width, height)
    }
  }
}
