/** Figures as PNG. The renderer knows no fonts of any machine, so letters become outlines first. */
import { Transformer } from '@napi-rs/image'
import { element } from '../../../shared/figure/svg.ts'
import { openFont } from './fonts.ts'
import { readSvg } from './tree.ts'
import type { SvgNode } from './tree.ts'

/** Pixels of a PNG per pixel of the figure: 640 wide become 1920, about 300 dots per inch at 16 cm. */
export const PNG_SCALE = 3

/** The figure as PNG on white, the same on every machine. */
export async function figurePng(svg: string): Promise<Uint8Array> {
  const outlined = outlineText(readSvg(svg))
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
  return ready.png()
}

/** The tree with every text element as the outlines of its letters. */
export function outlineText(node: SvgNode, inherited: Readonly<Record<string, string>> = {}): SvgNode {
  const attributes = { ...inherited, ...node.attributes }
  if (node.name === 'text') return outlines(node, attributes)
  const { 'font-size': size } = attributes
  const passed: Record<string, string> = size === undefined ? {} : { 'font-size': size }
  return { ...node, children: node.children.map((child) => outlineText(child, passed)), text: '' }
}

function outlines(node: SvgNode, attributes: Readonly<Record<string, string>>): SvgNode {
  const font = openFont(attributes['font-weight'] === 'bold')
  const scale = Number(attributes['font-size'] ?? 12) / font.unitsPerEm
  const run = font.layout(node.text)
  const width = run.advanceWidth * scale
  const anchor = attributes['text-anchor']
  const x = Number(attributes['x'] ?? 0) - (anchor === 'middle' ? width / 2 : anchor === 'end' ? width : 0)
  let pen = 0
  const letters = run.glyphs.map((glyph, index) => {
    const transform = `translate(${pen} 0)`
    pen += run.positions[index].xAdvance
    return { name: 'path', attributes: { d: glyph.path.toSVG(), transform }, children: [], text: '' }
  })
  const place = `translate(${x} ${attributes['y'] ?? 0}) scale(${scale} ${-scale})`
  const transform = [attributes['transform'], place].filter((each) => each !== undefined).join(' ')
  return { name: 'g', attributes: { transform }, children: letters, text: '' }
}

function write(node: SvgNode): string {
  return element(node.name, node.attributes, node.children.map(write).join(''))
}
