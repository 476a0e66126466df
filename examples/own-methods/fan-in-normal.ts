/**
 * Normal weights whose variance fits the weights that are left: each output unit's weights have standard
 * deviation gain / sqrt(number of its weights that are kept).
 */
import { defineScheme } from 'givens-bench'

export default defineScheme({
  name: 'fan-in-normal-ts',
  title: 'Fan-in normal (TypeScript)',
  help: 'Normal weights whose variance fits the weights that are left of each output unit.',
  settings: {
    gain: { type: 'number', default: 1, min: 0, help: 'Standard deviation times the root of the fan-in.' },
  },
  kernel({ shape, density, layer, settings, random }) {
    const { entries } = layer
    const mask: Uint8Array = layer.mask ?? new Uint8Array(entries)
    if (layer.mask === null) {
      // The distribution only says how many.
      for (const k of random.sample(entries, Math.round(density * entries))) mask[k] = 1
    }
    const weight = new Float64Array(entries)
    const row = entries / shape[0] // the weights of one output unit lie side by side
    for (let start = 0; start < entries; start += row) {
      const fanIn = mask.subarray(start, start + row).reduce((sum, bit) => sum + bit, 0)
      const deviation = Number(settings.gain) / Math.sqrt(Math.max(1, fanIn))
      for (let k = start; k < start + row; k++) if (mask[k]) weight[k] = deviation * random.normal()
    }
    return { weight, mask }
  },
})
