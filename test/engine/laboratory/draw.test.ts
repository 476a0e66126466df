import { inflateSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { referenceBackend } from '../../../src/engine/backend/reference/index.ts'
import { draw, drawKernel, type DrawTools } from '../../../src/engine/laboratory/draw.ts'
import { drawingFile } from '../../../src/engine/laboratory/files.ts'
import { MOST_PIXELS, writePng } from '../../../src/engine/laboratory/picture.ts'
import { readNpz } from '../../../src/engine/interchange/npz.ts'
import { drawSchema, type DrawInput } from '../../../src/shared/laboratory/requests.ts'
import { expectedDensity } from '../../../src/shared/theory/rotations.ts'

const tools: DrawTools = { now: () => performance.now(), backend: async () => referenceBackend }
const request = (input: DrawInput) => drawSchema.parse(input)

describe('draw', () => {
  it('tells the path of the density that the rotations took, ends included', async () => {
    const { path, rotations, report, singular } = await draw(
      request({ shape: [64, 96], density: 0.2, settings: { scheme: 'eoi' } }),
      tools,
    )
    expect(path?.rotations.at(-1)).toBe(rotations)
    expect(path?.simulated[0]).toBe(1 / 96)
    expect(path?.simulated.at(-1)).toBe(report.density)
    expect(path?.expected.at(-1)).toBeCloseTo(expectedDensity(rotations ?? 0, 96), 12)
    expect(path?.columns).toBe(96)
    expect(singular).toHaveLength(64)
    for (const value of singular ?? []) expect(value).toBeCloseTo(1, 10)
    expect(report.residual).toBeLessThan(1e-12)
  })

  it('keeps the pattern inside guided blocks', async () => {
    const { kernel } = await drawKernel(
      request({
        shape: [16, 16],
        density: 0.2,
        settings: { scheme: 'eoi', pairs: { kind: 'blocks', block: 4 } },
      }),
      tools,
    )
    kernel.mask.forEach((kept, k) => {
      if (kept === 1) expect(Math.floor((k % 16) / 4)).toBe(Math.floor(k / 64))
    })
  })

  it('judges a kernel with zero padding too: one tap is the same, borders make others less', async () => {
    const asked = (settings: DrawInput['settings']) =>
      draw(request({ shape: [3, 3, 4, 4], map: 4, zeroPadded: true, settings }), tools)
    const delta = await asked({ scheme: 'eoi' })
    expect(delta.zeroPadded?.singularMin).toBeCloseTo(1, 9)
    expect(delta.zeroPadded?.singularMax).toBeCloseTo(1, 9)
    const { zeroPadded, report } = await asked({ scheme: 'base', dense: 'conv-orthogonal' })
    expect(report.operator?.singularMin).toBeCloseTo(1, 6)
    expect(zeroPadded?.singularMin).toBeLessThan(0.9)
    expect(zeroPadded?.singularMax).toBeLessThan(1 + 1e-9)
    const plain = await draw(request({ shape: [3, 3, 4, 4] }), tools)
    expect(plain).not.toHaveProperty('zeroPadded')
  })

  it('honours sanity checks, as a run does', async () => {
    const asked = (scheme: 'eoi' | 'base', sanity: 'none' | 'shuffled' | 'redrawn') =>
      draw(request({ shape: [24, 24], density: 0.2, settings: { scheme, sanity } }), tools)
    const own = await asked('eoi', 'none')
    const shuffled = await asked('eoi', 'shuffled')
    expect(shuffled.report.nonzeros).toBe(own.report.nonzeros)
    expect(own.report.residual).toBeLessThan(1e-12)
    expect(shuffled.report.residual).toBeGreaterThan(0.3)
    const redrawn = await asked('eoi', 'redrawn')
    expect(redrawn.picture.mask).toEqual(own.picture.mask)
    expect(redrawn.report.residual).toBeGreaterThan(0.3)
    const [base, other] = [await asked('base', 'none'), await asked('base', 'redrawn')]
    expect(other.picture.mask).toEqual(base.picture.mask)
    expect(other.picture.values).not.toEqual(base.picture.values)
    expect((await asked('base', 'shuffled')).report.notes.join()).toMatch(/random here/)
  })

  it('says what cannot be done, and what can', async () => {
    const ask = (input: DrawInput) => draw(request(input), tools)
    await expect(ask({ shape: [8, 8], density: 0.1, settings: { scheme: 'eoi' } })).rejects.toThrow(/0\.125/)
    await expect(ask({ shape: [2, 2, 8, 8], settings: { scheme: 'eoi' } })).rejects.toThrow(/1 × 1 and 3 × 3/)
    await expect(ask({ shape: [12, 12], settings: { scheme: 'sao', saoDegree: 5 } })).rejects.toThrow(
      /4 and 6/,
    )
    const pairs = { kind: 'blocks' } as const
    await expect(ask({ shape: [8, 8], settings: { pairs } })).rejects.toThrow(
      /a setting of EOI; base does not use it/,
    )
    expect(drawSchema.safeParse({ shape: [8, 8, 8] }).success).toBe(false)
    expect(drawSchema.safeParse({ shape: [8192, 8192] }).success).toBe(false)
  })

  it('draws a kernel as tiles with H in the centre and unmasked zeros around it', async () => {
    const { picture } = await draw(
      request({ shape: [3, 3, 8, 8], density: 0.3, settings: { scheme: 'eoi' } }),
      tools,
    )
    expect([picture.tilesDown, picture.tilesAcross, picture.rows, picture.cols]).toEqual([3, 3, 8, 8])
    const held = (tile: number, of: ArrayLike<number>) =>
      Array.from({ length: 64 }, (_, k) => of[tile * 64 + k]).filter((value) => value !== 0).length
    for (let tile = 0; tile < 9; tile++) {
      if (tile === 4) expect(held(tile, picture.values)).toBeGreaterThan(8)
      else expect(held(tile, picture.values)).toBe(0)
      expect(held(tile, picture.mask)).toBeGreaterThan(0)
    }
    expect([...picture.mask].filter((kept) => kept === 255)).toHaveLength(Math.round(0.3 * 9 * 64))
  })

  it('shrinks large matrices without losing a nonzero', async () => {
    const { picture, singular } = await draw(
      request({ shape: [1024, 1536], density: 1 / 1536, settings: { scheme: 'eoi' } }),
      tools,
    )
    expect([picture.rows, picture.cols]).toEqual([MOST_PIXELS, MOST_PIXELS])
    // The identity: 1024 entries of 1 on the diagonal of the whole, two rows a pixel.
    expect([...picture.values].filter((value) => value === 127).length).toBeGreaterThanOrEqual(512)
    expect(singular).toHaveLength(1024)
  })

  it('improves AI’s loss, and says how long without the report', async () => {
    const { isometryLoss, report, seconds } = await draw(
      request({ shape: [12, 12], density: 0.5, settings: { scheme: 'ai', aiSteps: 40 } }),
      tools,
    )
    expect(isometryLoss).toHaveLength(41)
    expect(isometryLoss[40].loss).toBeLessThan(isometryLoss[0].loss)
    expect(report.nonzeros).toBe(72)
    expect(seconds).toBeGreaterThan(0)
  })
})

describe('files of a drawing', () => {
  it('hold the values exactly, in PyTorch’s layout where asked', async () => {
    const asked = request({ shape: [3, 5], density: 0.5, settings: { scheme: 'eoi' } })
    const { parameter, kernel } = await drawKernel(asked, tools)
    const [weight, mask] = readNpz(drawingFile(parameter, kernel, 'npz', false, {}))
    expect([weight.name, weight.shape, mask.name]).toEqual(['weight', [3, 5], 'mask'])
    expect(weight.data).toEqual(kernel.values)
    const [transposed] = readNpz(drawingFile(parameter, kernel, 'npz', true, {}))
    expect(transposed.shape).toEqual([5, 3])
    expect(transposed.data[1]).toBe(kernel.values[5])
  })

  it('write PNG that another decoder can read', () => {
    const rgb = Uint8Array.from({ length: 3 * 4 * 2 }, (_, k) => k * 9)
    const png = Buffer.from(writePng(rgb, 4, 2))
    expect(png.subarray(1, 4).toString()).toBe('PNG')
    expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([4, 2])
    const length = png.readUInt32BE(33)
    const lines = inflateSync(png.subarray(41, 41 + length))
    expect([...lines.subarray(1, 13)]).toEqual([...rgb.subarray(0, 12)])
    expect([...lines.subarray(14, 26)]).toEqual([...rgb.subarray(12)])
    expect(png.subarray(-8).toString('hex')).toBe('49454e44ae426082')
  })
})

describe('a kernel’s operator', () => {
  const base = (input: Partial<DrawInput>) =>
    draw(request({ shape: [3, 3, 8, 8], settings: { scheme: 'base' }, ...input }), tools)

  it('stands beside the flattened kernel, under its own name', async () => {
    const { report, singular } = await base({ map: 6 })
    expect(report.residual).toBeLessThan(1e-12)
    expect(report.singularMin).toBeCloseTo(1, 10)
    expect(report.operator).toMatchObject({ map: [6, 6], frequencies: 36, padding: 'circular' })
    expect(report.operator?.residual).toBeGreaterThan(0.1)
    expect(report.operator?.singularMax).toBeGreaterThan(1.5)
    expect(singular).toHaveLength(36 * 8)
    expect(singular?.[0]).toBe(report.operator?.singularMax)
  })

  it('of EOI is an isometry, of AI not, whatever its loss says', async () => {
    const eoi = await base({ density: 0.3, settings: { scheme: 'eoi' } })
    expect(eoi.report.operator?.residual).toBeLessThan(1e-12)
    expect(eoi.report.operator?.singularMin).toBeCloseTo(1, 10)
    const ai = await base({
      density: 0.5,
      settings: { scheme: 'ai', dense: 'conv-orthogonal', aiSteps: 300, aiRate: 0.02 },
    })
    expect(ai.report.residual).toBeLessThan(0.1)
    expect(ai.report.operator?.residual).toBeGreaterThan(0.2)
  })

  it('takes a stride, and channels apart', async () => {
    const strided = await base({ map: 7, stride: 2 })
    expect(strided.report.operator).toMatchObject({ map: [8, 8], stride: 2, allFrequencies: 16 })
    const depthwise = await base({ shape: [3, 3, 8, 1], depthwise: true, settings: { scheme: 'eoi' } })
    expect(depthwise.singular).toHaveLength(64 * 8)
    expect(depthwise.report.operator?.residual).toBeLessThan(1e-12)
  })
})
