import { createRequire } from 'node:module'
import { describe, expect, it } from 'vitest'
import { GraphWriter, nodeOf } from '../../../src/engine/graphdef/emitter.ts'
import { encodeSavedModel } from '../../../src/engine/graphdef/messages.ts'
import type { AttrValue, NodeDef } from '../../../src/engine/graphdef/messages.ts'

/** TensorFlow's own generated decoder, as tfjs-node ships it. */
interface DecodedModel {
  toObject(): {
    metaGraphsList: {
      graphDef: { nodeList: Decoded[]; versions: { producer: number } }
      metaInfoDef: { tagsList: string[] }
      signatureDefMap: [string, DecodedSignature][]
    }[]
  }
}
interface Decoded {
  name: string
  op: string
  inputList: string[]
  attrMap: [string, Record<string, unknown>][]
}
interface DecodedSignature {
  inputsMap: [string, { name: string; dtype: number; tensorShape: { dimList: { size: number }[] } }][]
}
const api = createRequire(import.meta.url)('@tensorflow/tfjs-node-gpu/dist/proto/api_pb.js') as {
  SavedModel: { deserializeBinary(bytes: Uint8Array): DecodedModel }
}

function decode(nodes: readonly NodeDef[]): Decoded[] {
  const bytes = encodeSavedModel({ tags: ['serve'], graph: { nodes }, signatures: {} })
  return api.SavedModel.deserializeBinary(bytes).toObject().metaGraphsList[0].graphDef.nodeList
}

function attribute(value: AttrValue): Record<string, unknown> {
  return decode([{ name: 'n', op: 'O', inputs: [], attributes: { a: value } }])[0].attrMap[0][1]
}

describe('messages decoded by TensorFlow’s own schema', () => {
  it('nodes keep name, op, inputs and every attribute', () => {
    const nodes = Array.from({ length: 300 }, (_, i): NodeDef => ({
      name: `scope/näme_${i}`,
      op: 'MatMul',
      inputs: [`a:${i}`, '^b'],
      attributes: { x: { i }, y: { b: true } },
    }))
    const decoded = decode(nodes)
    expect(decoded.map(({ name, op, inputList }) => ({ name, op, inputs: inputList }))).toEqual(
      nodes.map(({ name, op, inputs }) => ({ name, op, inputs })),
    )
    expect(decoded.map((node) => new Map(node.attrMap).get('x')?.['i'])).toEqual(nodes.map((_, i) => i))
  })

  it.each([0, 1, 127, 128, 300, 2 ** 31, 2 ** 40 + 3, -1, -(2 ** 33)])('integer %d', (i) => {
    expect(attribute({ i })['i']).toBe(i)
  })

  it.each([0, 1, -0.5, Math.fround(1e-30), Math.fround(0.1), Infinity])('float %d', (f) => {
    expect(attribute({ f })['f']).toBe(f)
  })

  it('strings, types, booleans, shapes and lists', () => {
    expect(Buffer.from(String(attribute({ s: 'SAME' })['s']), 'base64').toString()).toBe('SAME')
    expect(attribute({ type: 3 })['type']).toBe(3)
    expect(attribute({ b: true })['b']).toBe(true)
    expect(attribute({ shape: [2, 0, 300] })['shape']).toMatchObject({
      dimList: [{ size: 2 }, { size: 0 }, { size: 300 }],
    })
    expect(attribute({ list: { i: [1, 200, -1], f: [0.5], type: [1, 3] } })['list']).toMatchObject({
      iList: [1, 200, -1],
      fList: [0.5],
      typeList: [1, 3],
    })
    expect(attribute({ list: { i: [] } })['list']).toMatchObject({ iList: [] })
  })

  it('refuses what is not an integer', () => {
    expect(() => attribute({ i: 0.5 })).toThrow('0.5 is not a safe integer')
  })

  it('tags, producer and signatures', () => {
    const port = { name: 'a:0', dataType: 1, shape: [4, 7] }
    const bytes = encodeSavedModel({
      tags: ['serve'],
      graph: { nodes: [] },
      signatures: { train: { inputs: { x: port }, outputs: {} } },
    })
    const [meta] = api.SavedModel.deserializeBinary(bytes).toObject().metaGraphsList
    expect(meta.metaInfoDef.tagsList).toEqual(['serve'])
    expect(meta.graphDef.versions.producer).toBeGreaterThanOrEqual(1882)
    const [name, signature] = meta.signatureDefMap[0]
    expect(name).toBe('train')
    expect(signature.inputsMap[0]).toMatchObject([
      'x',
      { name: 'a:0', dtype: 1, tensorShape: { dimList: [{ size: 4 }, { size: 7 }] } },
    ])
  })
})

describe('GraphWriter', () => {
  it('shares equal constants within a scope, not across scopes, and tells −0 from 0', () => {
    const writer = new GraphWriter()
    const zero = writer.constant('float', [], [0])
    expect(writer.constant('float', [], [0])).toBe(zero)
    expect(writer.constant('float', [], [-0])).not.toBe(zero)
    expect(writer.constant('int', [], [0])).not.toBe(zero)
    writer.enter('other')
    expect(writer.constant('float', [], [0])).not.toBe(zero)
  })

  it('writes constants as little-endian content of their type', () => {
    const writer = new GraphWriter()
    writer.constant('float', [2], [1.5, -2])
    writer.constant('int64', [2], [-1, 2 ** 40])
    writer.constant('bool', [3], [0, 1, 2])
    const content = decode(writer.graph().nodes).map((node) => {
      const tensor = new Map(node.attrMap).get('value')?.['tensor'] as {
        dtype: number
        tensorContent: string
      }
      return { type: tensor.dtype, bytes: new Uint8Array(Buffer.from(tensor.tensorContent, 'base64')) }
    })
    expect(content.map(({ type }) => type)).toEqual([1, 9, 10])
    expect([...new Float32Array(content[0].bytes.buffer)]).toEqual([1.5, -2])
    expect([...new BigInt64Array(content[1].bytes.buffer)]).toEqual([-1n, 2n ** 40n])
    expect([...content[2].bytes]).toEqual([0, 1, 1])
  })

  it('refuses a constant of the wrong length and a scope that is no name', () => {
    const writer = new GraphWriter()
    expect(() => writer.constant('float', [3], [1])).toThrow('[3] needs 3 values, got 1')
    expect(() => writer.enter('a:b')).toThrow('not a name')
  })

  it('control inputs name nodes, once each, after the data inputs', () => {
    const writer = new GraphWriter()
    writer.nodeAfter('Identity', ['x:1'], ['a/b:2', '^a/b', 'c'], {})
    expect(writer.graph().nodes[0].inputs).toEqual(['x:1', '^a/b', '^c'])
    expect(nodeOf('^a/b')).toBe('a/b')
  })
})
