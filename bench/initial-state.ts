/**
 * Writes the first values and masks of a run for the peer: `initial-state.ts SPEC.json OUT.npz`. Arrays have
 * PyTorch's names and layouts, masks end in `_mask`; bench/peers/torch_train.py begins from them.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { openBackend } from '../src/engine/backend/index.ts'
import { openDataset } from '../src/engine/data/index.ts'
import { stateToArrays } from '../src/engine/interchange/state.ts'
import { writeNpz } from '../src/engine/interchange/npz.ts'
import { initializeRun } from '../src/engine/train/prepare.ts'
import { parametersOf } from '../src/shared/graph/parameters.ts'
import { parseSpec } from '../src/shared/spec/parse.ts'
import { buildModel } from '../src/shared/zoo/index.ts'

const [specFile, out] = process.argv.slice(2)
const spec = parseSpec(JSON.parse(readFileSync(specFile, 'utf8')))
const dataset = await openDataset(spec.data)
const graph = buildModel(spec.model, dataset.shape, dataset.classes)
const backend = await openBackend('reference')
const { state } = await initializeRun(spec, graph, dataset, backend, () => undefined)
dataset.close()
writeFileSync(out, writeNpz(stateToArrays(parametersOf(graph), state, { naming: 'pytorch' })))
