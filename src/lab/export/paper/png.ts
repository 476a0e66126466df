/** Figures as PNG. The renderer knows no fonts of any machine, so letters become outlines first. */
import { Transformer } from '@napi-rs/image'
import { element } from '../../../shared/figure/svg.ts'
import { textRuns } from './fonts.ts'
import type { Drawn } from './fonts.ts'
import { readSvg } from './tree.ts'
import type { SvgNode } from './tree.ts'

/** Pixels of a PNG per pixel of the figure: 640 wide become 1920, about 300 dots per inch at 16 cm. */
export const PNG_SCALE = 3

/** The figure as PNG on white, the same on every machine for letters of its own font. */
export async function figurePng(svg: string): Promise<Drawn> {
  const missing = new Set<string>()
  const outlined = outlineText(readSvg(svg), {}, missing)
  const { width, height } = outlined.attributes
  const viewBox = outlined.attributes['viewBox'] ?? `0 0 ${width} ${height}`
  const size = {
    viewBox,
    width: String(Math.round(PNG_SCALE * Number(width))),
    height: String(Math.round(PNG_SCALE * Number(height))),
  }
  const drawn = write({ ...outlined, attributes: { ...outlined.attributes, ...size } })
  const image = Transformer.fromSvg(drawn, 'rgb(255, 255, 255)')
  const { width: made } = await image.metadata()
  const ready = made === Number(size.width) ? image : image.resize(Number(size.width), Number(size.height))
  return { bytes: await ready.png(), missing: [...missing] }
}

/** The tree with every text element as the outlines of its letters. */
export function outlineText(
  node: SvgNode,
  inherited: Readonly<Record<string, string>> = {},
  missing = new Set<string>(),
): SvgNode {
  const attributes = { ...inherited, ...node.attributes }
  if (node.name === 'text') return outlines(node, attributes, missing)
  const { 'font-size': size } = attributes
  const passed: Record<string, string> = size === undefined ? {} : { 'font-size': size }
  return { ...node, children: node.children.map((child) => outlineText(child, passed, missing)), text: '' }
}

function outlines(
  node: SvgNode,
  attributes: Readonly<Record<string, string>>,
  missing: Set<string>,
): SvgNode {
  const size = Number(attributes['font-size'] ?? 12)
  const runs = textRuns(node.text, attributes['font-weight'] === 'bold', missing).map(({ text, font }) => ({
    scale: size / font.unitsPerEm,
    laid: font.layout(text),
  }))
  const width = runs.reduce((sum, { scale, laid }) => sum + laid.advanceWidth * scale, 0)
  const anchor = attributes['text-anchor']
  const x = Number(attributes['x'] ?? 0) - (anchor === 'middle' ? width / 2 : anchor === 'end' ? width : 0)
  let pen = 0
  const children = runs.flatMap(({ scale, laid }) =>
    laid.glyphs.map((glyph, index) => {
      const { xAdvance, xOffset, yOffset } = laid.positions[index]
      const at = `${pen + xOffset * scale} ${-yOffset * scale}`
      const transform = `translate(${at}) scale(${scale} ${-scale})`
      pen += xAdvance * scale
      return { name: 'path', attributes: { d: glyph.path.toSVG(), transform }, children: [], text: '' }
    }),
  )
  const place = `translate(${x} ${attributes['y'] ?? 0})`
  const transform = [attributes['transform'], place].filter((each) => each !== undefined).join(' ')
  return { name: 'g', attributes: { transform }, children, text: '' }
}

function write(node: SvgNode): string {
  return element(node.name, node.attributes, node.children.map(write).join(''))
}
