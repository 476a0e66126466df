// The Python of docs/interchange.md, run as it stands there on weights as `export-weights` writes them.
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { writeNpz } from '../../../src/engine/interchange/npz.ts'
import { stateToArrays } from '../../../src/engine/interchange/state.ts'
import { parametersOf } from '../../../src/shared/graph/parameters.ts'
import { perceptron, randomState } from '../compiler/models.ts'

const HAS_TORCH = spawnSync('python3', ['-c', 'import torch, numpy']).status === 0
const snippet = (): string => {
  const text = readFileSync(join(import.meta.dirname, '../../../docs/interchange.md'), 'utf8')
  return /```python\n([\s\S]*?)```/.exec(text)?.[1] ?? ''
}

it.skipIf(!HAS_TORCH)(
  'PyTorch loads the weights and stays sparse (skipped where python3 has no torch)',
  () => {
    const folder = mkdtempSync(join(tmpdir(), 'givens-torch-'))
    try {
      const graph = perceptron([6, 5, 3], 'tanh')
      const state = randomState(graph, 0.4, 7)
      const npz = join(folder, 'weights.npz')
      writeFileSync(npz, writeNpz(stateToArrays(parametersOf(graph), state, { naming: 'pytorch' })))
      const check = `
import json, sys
state, masks = load(sys.argv[1])
model = torch.nn.Sequential()
for name in ("w1", "w2"):
    rows, cols = state[name + ".weight"].shape
    model.add_module(name, torch.nn.Linear(cols, rows))
    if name == "w1": model.add_module("a1", torch.nn.Tanh())
model.load_state_dict(state)
first = model(torch.ones(1, 6)).detach().tolist()[0]
optimizer = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9, weight_decay=0.01)
apply = keep_sparse(model, masks)
for _ in range(5):
    optimizer.zero_grad()
    model(torch.ones(1, 6)).square().sum().backward()
    optimizer.step()
    apply()
parameters = dict(model.named_parameters())
broken = sum(int((parameters[name][~mask] != 0).sum()) for name, mask in masks.items())
print(json.dumps({"first": first, "broken": broken, "kept": [int(mask.sum()) for mask in masks.values()]}))
`
      const script = join(folder, 'check.py')
      writeFileSync(script, snippet() + check)
      const told = JSON.parse(execFileSync('python3', [script, npz], { encoding: 'utf8' })) as {
        first: number[]
        broken: number
        kept: number[]
      }
      const values = (name: string): ArrayLike<number> => state.parameters.get(name) ?? []
      const layer = (x: readonly number[], name: string, units: number): number[] =>
        Array.from({ length: units }, (_, j) =>
          x.reduce(
            (sum, each, i) => sum + each * values(`${name}.kernel`)[i * units + j],
            values(`${name}.bias`)[j],
          ),
        )
      const hidden = layer([1, 1, 1, 1, 1, 1], 'w1', 5).map(Math.tanh)
      layer(hidden, 'w2', 3).forEach((value, k) => expect(told.first[k]).toBeCloseTo(value, 5))
      expect(told.broken).toBe(0)
      const kept = ['w1', 'w2'].map((name) =>
        state.masks.get(`${name}.kernel`)?.reduce((sum, bit) => sum + bit, 0),
      )
      expect(told.kept).toEqual(kept)
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  },
  30_000,
)
