import { describe, expect, it } from 'vitest'
import { BOX, pictureOf } from '../../../src/shared/graph/picture.ts'
import { foldBoxes, pictureBoxes } from '../../../src/shared/graph/picture-boxes.ts'
import type { LayerGraph } from '../../../src/shared/graph/types.ts'
import { parseSpec } from '../../../src/shared/spec/parse.ts'
import { inputOf, usualData } from '../../../src/shared/spec/data-shapes.ts'
import { MODEL_NAMES } from '../../../src/shared/spec/schema.ts'
import { buildModel } from '../../../src/shared/zoo/index.ts'

function graphOf(name: string, model: Record<string, unknown> = {}): LayerGraph {
  const spec = parseSpec({ model: { name, ...model }, data: { name: usualData(name) } })
  const { input, classes } = inputOf(spec.data, {})
  return buildModel(spec.model, input, classes)
}

describe('boxes of a picture', () => {
  it('write norms and activations on the layer before them, and lose no layer', () => {
    for (const name of MODEL_NAMES) {
      const graph = graphOf(name)
      const layers = pictureBoxes(graph).flatMap((box) => box.layers)
      expect(layers.toSorted(), name).toEqual(graph.nodes.map((node) => node.name).toSorted())
    }
    const [, stem] = pictureBoxes(graphOf('resnet'))
    expect(stem).toMatchObject({
      title: 'conv 3 × 3, 16',
      detail: 'norm · relu',
      shape: [32, 32, 16],
      maskable: true,
    })
  })

  it('keep a layer that two read apart from what follows it', () => {
    // The add of a pre-norm block feeds the next norm and the next add: the activation of one may not swallow
    // it.
    const boxes = pictureBoxes(graphOf('deit-tiny'))
    const add = boxes.find(({ id }) => id === 'block1.add1')
    expect(add?.layers).toEqual(['block1.add1'])
    expect(boxes.filter(({ inputs }) => inputs.includes('block1.add1'))).toHaveLength(2)
  })
})

describe('folding', () => {
  it('counts every box of the network once', () => {
    for (const name of MODEL_NAMES) {
      const boxes = pictureBoxes(graphOf(name))
      const counted = foldBoxes(boxes).reduce((sum, { count, boxes: own }) => sum + count * own.length, 0)
      expect(counted, name).toBe(boxes.length)
    }
  })

  it('folds the thousand layers of a plain network, and the equal blocks of residual ones', () => {
    expect(pictureOf(graphOf('mlp', { depth: 1000 })).boxes.length).toBeLessThan(8)
    const deep = pictureOf(graphOf('cnn', { depth: 1000 }))
    expect(deep.boxes.length).toBeLessThan(14)
    expect(deep.frames.map(({ count }) => count).reduce((a, b) => a + b)).toBeGreaterThan(990)
    const resnet = pictureOf(graphOf('resnet', { depth: 110 }))
    // The first block of a stage reads the stem or a projection: 18, then 17 and 17 equal ones.
    expect(resnet.frames.map(({ count }) => count)).toEqual([18, 17, 17])
    expect(pictureOf(graphOf('deit-small')).frames.map(({ count }) => count)).toEqual([12])
  })

  it('never folds blocks that differ', () => {
    const segments = foldBoxes(pictureBoxes(graphOf('vgg')))
    for (const { count, boxes } of segments) {
      if (count > 1) expect(new Set(boxes.map(({ shape }) => shape.join())).size).toBeLessThanOrEqual(2)
    }
    expect(segments.some(({ boxes }) => boxes.some(({ kind }) => kind === 'max-pool'))).toBe(true)
  })
})

describe('places', () => {
  it.each(MODEL_NAMES)('%s: no two boxes overlap, every edge goes down, all lies inside', (name) => {
    const { boxes, edges, frames, width, height } = pictureOf(graphOf(name))
    const at = new Map(boxes.map((box) => [box.id, box]))
    for (const [index, a] of boxes.entries()) {
      expect(a.x >= 0 && a.x + BOX.width <= width && a.y >= 0 && a.y + BOX.height <= height).toBe(true)
      for (const b of boxes.slice(index + 1)) {
        const apart = Math.abs(a.x - b.x) >= BOX.width || Math.abs(a.y - b.y) >= BOX.height
        expect(apart, `${a.id} over ${b.id}`).toBe(true)
      }
    }
    for (const { from, to } of edges) expect(at.get(to)?.y).toBeGreaterThan(at.get(from)?.y ?? Infinity)
    expect(edges.length).toBe(boxes.reduce((sum, box) => sum + box.inputs.length, 0))
    for (const frame of frames) expect(frame.x + frame.width).toBeLessThanOrEqual(width)
  })
})
