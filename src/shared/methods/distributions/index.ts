/**
 * Density distributions. To add one: its descriptor in a file beside this and a line here, its computation in
 * engine/density with a line in its index, and a test.
 */
import { dense } from './dense.ts'
import { er } from './er.ts'
import { erk } from './erk.ts'
import { force } from './force.ts'
import { grasp } from './grasp.ts'
import { iterativeSnip } from './iterative-snip.ts'
import { magnitude } from './magnitude.ts'
import { ntkSap } from './ntk-sap.ts'
import { phew } from './phew.ts'
import { snip } from './snip.ts'
import { synflow } from './synflow.ts'
import { uniformSkip } from './uniform-skip.ts'
import { uniform } from './uniform.ts'

export const DISTRIBUTIONS = {
  dense,
  uniform,
  'uniform-skip': uniformSkip,
  er,
  erk,
  snip,
  grasp,
  synflow,
  magnitude,
  'iterative-snip': iterativeSnip,
  force,
  phew,
  'ntk-sap': ntkSap,
}

/** What a specification takes that names none. */
export const DEFAULT_DISTRIBUTION = 'dense'
