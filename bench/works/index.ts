/** All works, by name. To add one: write its file behind `Work`, add a line here. */
import type { Work } from '../types.ts'
import { cnn32 } from './cnn-32.ts'
import { resnet32 } from './resnet-32.ts'
import { resnet56 } from './resnet-56.ts'
import { vgg16 } from './vgg-16.ts'
import { deitTiny } from './deit-tiny.ts'
import { deitTinyAttention } from './deit-tiny-attention.ts'
import { efficientnetB0 } from './efficientnet-b0.ts'
import { gpt } from './gpt.ts'
import { resnet50 } from './resnet-50.ts'
import { initAi128 } from './init-ai-128.ts'
import { initEoi1024 } from './init-eoi-1024.ts'
import { initEoi4096 } from './init-eoi-4096.ts'
import { initEoiLayers } from './init-eoi-layers.ts'
import { initQr1024 } from './init-qr-1024.ts'
import { initSao1024 } from './init-sao-1024.ts'
import { density1000 } from './density-1000.ts'
import { sideBySide } from './side-by-side.ts'
import { mlp1 } from './mlp-1.ts'
import { mlp7 } from './mlp-7.ts'
import { mlp100 } from './mlp-100.ts'
import { mlp1000 } from './mlp-1000.ts'
import { roofline } from './roofline.ts'

export const WORKS = {
  roofline,
  'mlp-1': mlp1,
  'mlp-7': mlp7,
  'mlp-100': mlp100,
  'mlp-1000': mlp1000,
  'density-1000': density1000,
  'side-by-side': sideBySide,
  'cnn-32': cnn32,
  'resnet-32': resnet32,
  'resnet-56': resnet56,
  'vgg-16': vgg16,
  'efficientnet-b0': efficientnetB0,
  'resnet-50': resnet50,
  'deit-tiny': deitTiny,
  'deit-tiny-attention': deitTinyAttention,
  gpt,
  'init-eoi-1024': initEoi1024,
  'init-eoi-4096': initEoi4096,
  'init-eoi-layers': initEoiLayers,
  'init-qr-1024': initQr1024,
  'init-sao-1024': initSao1024,
  'init-ai-128': initAi128,
} as const satisfies Record<string, Work>
