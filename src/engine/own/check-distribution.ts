/** Cases that a density distribution is tried on: two small networks at several densities. */
import { parametersOf } from '../../shared/graph/parameters.ts'
import type { LayerGraph } from '../../shared/graph/types.ts'
import { parseSpec } from '../../shared/spec/parse.ts'
import { buildModel } from '../../shared/zoo/index.ts'
import { entriesOf } from '../density/kernels.ts'
import type { CheckCase, CheckTools } from './check-case.ts'
import { ownDistribution } from './distribution.ts'
import type { OwnMethod } from './method.ts'
import type { OwnSettings } from './types.ts'

const DENSITIES = [0.5, 0.1, 0.05]
const BATCH = 16

function networks(): { readonly name: string; readonly graph: LayerGraph }[] {
  const mlp = parseSpec({ model: { name: 'mlp', depth: 3, width: 32 } }).model
  const cnn = parseSpec({ model: { name: 'cnn', depth: 2, width: 8 } }).model
  return [
    { name: 'MLP, 3 hidden layers of 32', graph: buildModel(mlp, [8, 8, 1], 10) },
    { name: 'CNN of 8 channels', graph: buildModel(cnn, [16, 16, 3], 10) },
  ]
}

export function distributionCases(method: OwnMethod, settings: OwnSettings, tools: CheckTools): CheckCase[] {
  return networks().flatMap(({ name, graph }) =>
    DENSITIES.map((density): CheckCase => ({
      name,
      asked: density,
      run: async (stream) => {
        const kernels = parametersOf(graph).filter(({ maskable }) => maskable)
        const scores = method.about.needs.length > 0 ? tools.scores(graph, BATCH) : undefined
        try {
          const answer = await ownDistribution(method, settings, {
            kernels,
            density,
            variant: 'literature',
            stream,
            scores,
          })
          const entries = kernels.reduce((sum, kernel) => sum + entriesOf(kernel), 0)
          const kept = answer.layers.reduce((sum, { nonzeros }) => sum + nonzeros, 0)
          const densities = answer.layers.map((layer) => layer.density)
          const range = [Math.min(...densities), Math.max(...densities)].map((each) => each.toPrecision(3))
          return {
            reached: kept / entries,
            residual: null,
            note: [`layers from ${range[0]} to ${range[1]}`, ...answer.notes].join('; '),
            numbers: [densities, ...(answer.masks?.values() ?? [])],
          }
        } finally {
          scores?.dispose()
        }
      },
    })),
  )
}
