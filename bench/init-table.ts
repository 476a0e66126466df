/**
 * Times of the schemes over sizes and densities, beside plain NumPy's, as a Markdown table:
 * `init-table --scheme eoi --sizes 128,512 --densities 0.05,0.1 [--degree 16] [--repeat 5] [--peer]`.
 * SAO takes the degree given, or that nearest to the density which divides the size, and NumPy the same.
 */
import { parseArgs } from 'node:util'
import { erk, randomMask, saoDegrees, Stream } from '../src/engine/index.ts'
import { parametersOf } from '../src/shared/graph/parameters.ts'
import { runSpecSchema } from '../src/shared/spec/schema.ts'
import { buildModel } from '../src/shared/zoo/index.ts'
import { ourTimes, peerTimes } from './initializations.ts'
import type { InitializationCase } from './initializations.ts'
import { median } from './types.ts'

const { values: options } = parseArgs({
  options: {
    scheme: { type: 'string', default: 'eoi' },
    sizes: { type: 'string', default: '128,512,1024' },
    densities: { type: 'string', default: '0.05,0.1,0.5' },
    repeat: { type: 'string', default: '5' },
    degree: { type: 'string' },
    steps: { type: 'string', default: '100' },
    peer: { type: 'boolean', default: false },
  },
})

const numbers = (text: string): number[] => text.split(',').map(Number)
const milliseconds = (value: number): string => value.toFixed(value < 10 ? 2 : value < 100 ? 1 : 0)

function line(cells: readonly (string | number)[]): void {
  process.stdout.write(`| ${cells.join(' | ')} |\n`)
}

function schemeOf(name: string): InitializationCase['scheme'] {
  if (name === 'eoi' || name === 'qr' || name === 'sao' || name === 'ai') return name
  throw new Error(`unknown scheme ${name}; known: eoi, qr, sao, ai, erk`)
}

/** The density that the scheme can have: for SAO that of the nearest degree. */
function possible(scheme: InitializationCase['scheme'], size: number, density: number): number {
  if (scheme !== 'sao') return density
  const asked = density * size
  return saoDegrees(size, size).reduce((a, b) => (Math.abs(b - asked) < Math.abs(a - asked) ? b : a)) / size
}

function asksFor(scheme: InitializationCase['scheme'], size: number): number[] {
  if (scheme === 'qr') return [1]
  return options.degree === undefined ? numbers(options.densities) : [Number(options.degree) / size]
}

async function matrices(scheme: InitializationCase['scheme']): Promise<void> {
  for (const size of numbers(options.sizes)) {
    for (const asked of asksFor(scheme, size)) {
      const density = possible(scheme, size, asked)
      const given = { scheme, size, density, count: 1, steps: Number(options.steps), peer: options.peer }
      const ours = median(await ourTimes(given, { repeat: Number(options.repeat) }))
      const peer = options.peer ? await peerTimes(given, 1) : null
      const theirs = peer ? median(peer.times_ms) : null
      const ratio = theirs === null ? '' : `${(theirs / ours).toFixed(1)} ×`
      line([
        scheme,
        size,
        density.toPrecision(3),
        milliseconds(ours),
        theirs === null ? '' : milliseconds(theirs),
        ratio,
      ])
    }
  }
}

/** ERK over MLPs whose number of layers, and so of entries, doubles: densities and masks of all layers. */
async function layerDensities(): Promise<void> {
  for (const depth of numbers(options.sizes)) {
    const { model } = runSpecSchema.parse({ model: { name: 'mlp', depth, width: 128 } })
    const kernels = parametersOf(buildModel(model, [28, 28, 1], 10)).filter(({ maskable }) => maskable)
    const entries = kernels.reduce((sum, { shape }) => sum + shape[0] * shape[1], 0)
    const times: number[] = []
    for (let round = 0; round <= Number(options.repeat); round++) {
      const began = performance.now()
      const stream = Stream.root(round)
      const { layers } = await erk({ kernels, density: 0.1, variant: 'literature', stream })
      for (const { parameter, nonzeros } of layers)
        randomMask(parameter.shape[0] * parameter.shape[1], nonzeros, stream)
      if (round > 0) times.push(performance.now() - began)
    }
    line(['erk', `${depth} layers`, entries, milliseconds(median(times)), '', ''])
  }
}

line(['scheme', 'size', 'density', 'ours (ms)', 'NumPy (ms)', 'NumPy / ours'])
line(['---', '---:', '---:', '---:', '---:', '---:'])
if (options.scheme === 'erk') await layerDensities()
else await matrices(schemeOf(options.scheme))
