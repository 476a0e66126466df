/** Figures as PDF: vector drawing, real text, the font embedded as far as it is used. */
import PDFDocument from 'pdfkit'
import { fontFile } from './fonts.ts'
import { readSvg } from './tree.ts'
import type { SvgNode } from './tree.ts'

type Attributes = Readonly<Record<string, string>>
type Page = InstanceType<typeof PDFDocument>

/** PDF points per pixel of the figure (72 to 96). */
const POINTS = 0.75
const INHERITED = ['fill', 'stroke', 'stroke-width', 'font-size', 'stroke-dasharray']

/** The figure as one page of its own size. `now` is written as its date. */
export function figurePdf(svg: string, now: Date): Promise<Uint8Array> {
  const root = readSvg(svg)
  const size: [number, number] = [
    POINTS * Number(root.attributes['width']),
    POINTS * Number(root.attributes['height']),
  ]
  const title = root.children.find((child) => child.name === 'title')?.text ?? ''
  const page = new PDFDocument({
    size,
    margin: 0,
    info: { Title: title, Creator: 'Givens Bench', CreationDate: now },
  })
  const pieces: Uint8Array[] = []
  return new Promise((resolve, reject) => {
    page.on('data', (piece: Uint8Array) => pieces.push(piece))
    page.on('end', () => resolve(Buffer.concat(pieces)))
    page.on('error', reject)
    page.registerFont('regular', fontFile(false))
    page.registerFont('bold', fontFile(true))
    page.scale(size[0] / widthOf(root))
    for (const child of root.children) draw(page, child, root.attributes)
    page.end()
  })
}

/** Width in the units of the drawing. */
function widthOf({ attributes }: SvgNode): number {
  return Number((attributes['viewBox'] ?? '').split(' ')[2]) || Number(attributes['width'])
}

function draw(page: Page, node: SvgNode, above: Attributes): void {
  const passed = Object.fromEntries(
    INHERITED.flatMap((key) => (above[key] === undefined ? [] : [[key, above[key]]])),
  )
  const own: Attributes = { ...passed, ...node.attributes }
  const number = (key: string) => Number(own[key] ?? 0)
  page.save()
  switch (node.name) {
    case 'svg':
      page.translate(number('x'), number('y'))
      for (const child of node.children) draw(page, child, own)
      break
    case 'g':
      for (const child of node.children) draw(page, child, own)
      break
    case 'rect':
      paint(page.rect(number('x'), number('y'), number('width'), number('height')), own)
      break
    case 'line':
      paint(page.moveTo(number('x1'), number('y1')).lineTo(number('x2'), number('y2')), {
        ...own,
        fill: 'none',
      })
      break
    case 'path':
      paint(page.path(own['d']), own)
      break
    case 'text':
      write(page, node, own)
      break
  }
  page.restore()
}

function paint(page: Page, own: Attributes): void {
  const { fill = '#000000', stroke = 'none' } = own
  page.lineWidth(Number(own['stroke-width'] ?? 1)).lineJoin('round')
  // pdfkit's own `dash` is typed for two lengths only; patterns here have up to eight.
  if (own['stroke-dasharray'] !== undefined) page.addContent(`[${own['stroke-dasharray']}] 0 d`)
  if (own['fill-opacity'] !== undefined) page.fillOpacity(Number(own['fill-opacity']))
  if (fill !== 'none' && stroke !== 'none') page.fillAndStroke(fill, stroke)
  else if (fill !== 'none') page.fill(fill)
  else if (stroke !== 'none') page.stroke(stroke)
}

function write(page: Page, node: SvgNode, own: Attributes): void {
  const turned = /translate\(([-\d.]+) ([-\d.]+)\) rotate\(([-\d.]+)\)/.exec(own['transform'] ?? '')
  if (turned) page.translate(Number(turned[1]), Number(turned[2])).rotate(Number(turned[3]))
  page.font(own['font-weight'] === 'bold' ? 'bold' : 'regular').fontSize(Number(own['font-size'] ?? 12))
  const width = page.widthOfString(node.text)
  const back = own['text-anchor'] === 'middle' ? width / 2 : own['text-anchor'] === 'end' ? width : 0
  page.fillColor(own['fill'] ?? '#000000')
  const place = { lineBreak: false, baseline: 'alphabetic' as const }
  page.text(node.text, Number(own['x'] ?? 0) - back, Number(own['y'] ?? 0), place)
}
