import { Option } from 'commander'
import type { Command } from 'commander'
import { ACTIVATIONS } from '../../shared/graph/types.ts'
import { criticalGainOf, predictSpectrum, THEORY_SCHEMES } from '../../shared/theory/jacobian-spectrum.ts'
import type { SpectrumPrediction, TheoryNetwork } from '../../shared/theory/jacobian-spectrum.ts'
import { numberIn } from '../options.ts'
import type { Session } from '../session.ts'

interface Options extends TheoryNetwork {
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
    .option('--json', 'as JSON')
    .action((_: Options, command: Command) => {
      // `theory` has --density and --json too, and takes them first.
      const given = command.optsWithGlobals<Options>()
      const { activation, gain, biasStd, depth, scheme, density, json } = given
      const network = { activation, gain, biasStd, depth, scheme, density }
      const prediction = predictSpectrum(network)
      const result = { ...network, ...prediction, criticalGain: criticalGainOf(network) }
      session.print(json, result, () => text(network, prediction, result.criticalGain))
    })
}

const number = (value: number | null): string => (value === null ? '–' : value.toPrecision(8))

/** What χ and the depth say to someone who chooses a gain. */
function verdict({ depth }: TheoryNetwork, { chi, xi, logMeanSquared }: SpectrumPrediction): string {
  if (chi === null || logMeanSquared === null) return 'the variance of signals grows without bound'
  if (Math.abs(logMeanSquared) < Math.log(2)) return `critical through ${depth} layers`
  const reach = `within about ${Math.abs(xi ?? 0).toPrecision(3)} layers`
  return chi < 1 ? `ordered: signals and gradients die ${reach}` : `chaotic: gradients explode ${reach}`
}

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
