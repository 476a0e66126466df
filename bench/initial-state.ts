/**
 * Writes the first values and masks of a run for the peer: `initial-state.ts SPEC.json OUT.npz`. Arrays have
 * PyTorch's names and layouts, masks end in `_mask`; bench/peers/torch_train.py begins from them.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { initializeRun, openBackend, openDataset, stateToArrays, writeNpz } from '../src/engine/index.ts'
import { parametersOf } from '../src/shared/graph/parameters.ts'
import { parseSpec } from '../src/shared/spec/parse.ts'
import { buildNetwork } from '../src/shared/zoo/index.ts'

const [specFile, out] = process.argv.slice(2)
const spec = parseSpec(JSON.parse(readFileSync(specFile, 'utf8')))
const dataset = await openDataset(spec.data)
const graph = buildNetwork(spec, dataset.shape, dataset.classes)
const backend = await openBackend('reference')
const { state } = await initializeRun(spec, graph, dataset, backend, () => undefined)
dataset.close()
writeFileSync(out, writeNpz(stateToArrays(parametersOf(graph), state, { naming: 'pytorch' })))
