import { Option } from 'commander'
import type { Command } from 'commander'
import { ACTIVATIONS } from '../../shared/graph/types.ts'
import { criticalGainOf, predictSpectrum, THEORY_SCHEMES } from '../../shared/theory/jacobian-spectrum.ts'
import type { SpectrumPrediction, TheoryNetwork } from '../../shared/theory/jacobian-spectrum.ts'
import { verdict } from '../../shared/theory/verdict.ts'
import { measureSchema } from '../../shared/theory/requests.ts'
import { measureNetworks } from '../../engine/index.ts'
import { networkText } from '../../shared/figure/theory.ts'
import { textTable } from '../../shared/format/text-table.ts'
import {
  noSpectrum,
  runSpectrum,
  runSpectrumNotes,
  SINGULAR_VALUES,
} from '../../shared/theory/run-spectrum.ts'
import { numberIn } from '../options.ts'
import { measurementText } from '../theory-text.ts'
import type { Session } from '../session.ts'

interface Options extends TheoryNetwork {
  readonly run?: number
  readonly measure?: boolean
  readonly width: number
  readonly networks: number
  readonly seed: number
  readonly json?: boolean
}

/** `theory critical`: whether a network is critical, and what spectrum its Jacobian should have. */
export function addCriticalCommand(theory: Command, session: Session): void {
  theory
    .command('critical')
    .description('mean-field theory: whether signals live or die, and the Jacobian’s spectrum to expect')
    .addOption(new Option('--activation <name>', 'nonlinearity').choices(ACTIVATIONS).default('tanh'))
    .option('--gain <sigma>', 'σ_w', numberIn(0, 100, { above: true }), 1)
    .option('--bias-std <sigma>', 'σ_b, a standard deviation', numberIn(0, 100), 0)
    .option('--depth <layers>', 'layers', numberIn(1, 1e6, { integer: true }), 10)
    .addOption(
      new Option('--scheme <name>', 'of the weights: base is a masked orthogonal matrix')
        .choices(THEORY_SCHEMES)
        .default('eoi'),
    )
    .option('--density <d>', 'nonzeros over entries', numberIn(0, 1, { above: true }), 1)
    .option('--measure', 'draw networks and measure their spectra beside theory')
    .option('--width <n>', 'with --measure: units of a layer', numberIn(8, 512, { integer: true }), 128)
    .option('--networks <n>', 'with --measure: networks drawn', numberIn(2, 64, { integer: true }), 5)
    .option('--seed <n>', 'with --measure', numberIn(0, Number.MAX_SAFE_INTEGER, { integer: true }), 1)
    .option(
      '--run <id>',
      'the network of a stored run, and the spectrum that it measured beside the prediction',
      numberIn(1, Number.MAX_SAFE_INTEGER, { integer: true }),
    )
    .option('--json', 'as JSON')
    .action(async (_: Options, command: Command) => {
      // `theory` has --density and --json too, and takes them first.
      const given = command.optsWithGlobals<Options>()
      if (given.run !== undefined) {
        await ofRun(session, given.run, given.json)
        return
      }
      const { activation, gain, biasStd, depth, scheme, density, width, networks, seed, json } = given
      const network = { activation, gain, biasStd, depth, scheme, density }
      const prediction = predictSpectrum(network)
      const measured = given.measure
        ? await measureNetworks(measureSchema.parse({ ...network, width, networks, seed }))
        : undefined
      const criticalGain = criticalGainOf(network)
      const result = { ...network, ...prediction, criticalGain, ...(measured && { measured }) }
      session.print(json, result, () =>
        [
          text(network, prediction, criticalGain),
          ...(measured ? [measurementText(network, measured)] : []),
        ].join('\n'),
      )
    })
}

/** Prediction and measurement of a run that took its spectrum (`training.spectrum`). */
async function ofRun(session: Session, id: number, json: boolean | undefined): Promise<void> {
  const lab = session.reader()
  const { row } = await lab.call('runs/get', { id })
  const [series] = await lab.call('runs/series', { runs: [id], ...SINGULAR_VALUES })
  const found = runSpectrum(row.spec, series.values)
  if (found === null) throw noSpectrum(id, row.spec, series.values.length)
  const { network, predicted, measured } = found
  const prediction = predictSpectrum(network)
  const criticalGain = criticalGainOf(network)
  const result = { run: id, ...network, ...prediction, criticalGain, ...found }
  const line = (name: string, of: keyof typeof measured): string[] => [
    name,
    ...[predicted, found.fromInputs, measured].map((moments) => number(moments[of])),
  ]
  session.print(json, result, () =>
    [
      `run ${id}: ${networkText(network)}, and a classifier`,
      text(network, prediction, criticalGain),
      textTable(
        ['Of the logits’ Jacobian', 'Theory at q*', 'from the inputs', 'Measured'],
        [line('Mean of σ²', 'meanSquared'), line('Variance/mean²', 'varianceOverMeanSquared')],
        new Set([1, 2, 3]),
      ),
      ...runSpectrumNotes(found),
    ].join('\n'),
  )
}

const number = (value: number | null): string => (value === null ? '–' : value.toPrecision(8))

function text(network: TheoryNetwork, prediction: SpectrumPrediction, criticalGain: number | null): string {
  const { qStar, effectiveGain, chi, xi, logMeanSquared, varianceOverMeanSquared } = prediction
  const q =
    qStar === 'any'
      ? 'any (each variance stays)'
      : qStar === null
        ? 'none (it grows without bound)'
        : number(qStar)
  return [
    `q*              ${q}`,
    `χ               ${number(chi)}  ${verdict(network, prediction)}`,
    `ξ               ${number(xi)} layers`,
    ...(effectiveGain === network.gain ? [] : [`effective σ_w   ${number(effectiveGain)}`]),
    `critical σ_w    ${criticalGain === null ? 'none at this σ_b' : number(criticalGain)}`,
    'squared singular values of the input-output Jacobian',
    `  mean          ${meanText(logMeanSquared)}`,
    `  variance      ${number(varianceOverMeanSquared)} times the square of the mean`,
  ].join('\n')
}

/** A mean given by its logarithm, also where it leaves the range of numbers. */
function meanText(log: number | null): string {
  if (log === null) return '–'
  const decimal = log / Math.LN10
  return Math.abs(decimal) < 300 ? number(Math.exp(log)) : `10^${decimal.toFixed(1)}`
}
