import { describe, expect, test } from 'vitest'
import { Builder } from '../../../src/engine/program/builder.ts'
import { checkProgram } from '../../../src/engine/program/check.ts'
import type { Program, ProgramFunction, VariableSpec } from '../../../src/engine/program/types.ts'
import type { Node } from '../../../src/engine/ops/ir.ts'
import { one } from '../../../src/engine/ops/support/make.ts'

const WEIGHTS: VariableSpec = { name: 'w', type: { shape: [2], dtype: 'float' }, role: 'parameter' }

function sound(): { program: Program; definition: ProgramFunction } {
  const builder = new Builder()
  const x = builder.feed('x', [2])
  const w = builder.read('w', [2])
  const y = one(builder, 'multiply', [x, w])
  const definition = builder.finish(
    'f',
    [{ name: 'y', value: y }],
    [{ kind: 'assign', variable: 'w', value: y }],
  )
  return { definition, program: { variables: [WEIGHTS], functions: [definition] } }
}

describe('checkProgram', () => {
  test('takes a sound program', () => {
    expect(() => {
      checkProgram(sound().program)
    }).not.toThrow()
  })

  const { program, definition } = sound()
  const withFunction = (change: Partial<ProgramFunction>): Program => ({
    ...program,
    functions: [{ ...definition, ...change }],
  })
  const product = definition.nodes[definition.nodes.length - 1]
  const lying: Node = { ...product, outputs: [{ shape: [7], dtype: 'float' }] }
  const bad: [string, Program, string][] = [
    ['nodes out of order', withFunction({ nodes: definition.nodes.toReversed() }), 'comes later or never'],
    [
      'an output that is not computed',
      withFunction({ nodes: definition.nodes.slice(0, 2) }),
      'y is not computed',
    ],
    [
      'a wrong output type',
      withFunction({ nodes: [...definition.nodes.slice(0, -1), lying], outputs: [], updates: [] }),
      'function f, node 2 (multiply): output 0: is float [7], expected float [2]',
    ],
    ['a placeholder that is no feed', withFunction({ feeds: [] }), 'placeholder x is not among the feeds'],
    ['an unknown variable', { ...program, variables: [] }, 'variable w is not declared'],
    [
      'a variable of another shape',
      { ...program, variables: [{ ...WEIGHTS, type: { shape: [3], dtype: 'float' } }] },
      'variable w: is float [2], expected float [3]',
    ],
    [
      'two variables of one name',
      { ...program, variables: [WEIGHTS, WEIGHTS] },
      'variable w is declared twice',
    ],
    [
      'a mask of nothing',
      { ...program, variables: [WEIGHTS, { ...WEIGHTS, name: 'm', role: 'mask', of: 'v' }] },
      'variable m belongs to v, which is not declared',
    ],
    [
      'two functions of one name',
      { ...program, functions: [definition, definition] },
      'function f is there twice',
    ],
    [
      'two outputs of one name',
      withFunction({ outputs: [...definition.outputs, ...definition.outputs] }),
      'output y is there twice',
    ],
    [
      'an update twice',
      withFunction({ updates: [...definition.updates, ...definition.updates] }),
      'update of w is there twice',
    ],
  ]
  test.each(bad)('refuses %s', (_what, given, message) => {
    expect(() => {
      checkProgram(given)
    }).toThrow(message)
  })
})
