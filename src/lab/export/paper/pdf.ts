/** Figures as PDF: vector drawing, real text, the font embedded as far as it is used. */
import PDFDocument from 'pdfkit'
import { fontFile, textRuns } from './fonts.ts'
import type { Drawn, TextRun } from './fonts.ts'
import { readSvg } from './tree.ts'
import type { SvgNode } from './tree.ts'

type Attributes = Readonly<Record<string, string>>
type Page = InstanceType<typeof PDFDocument>

/** PDF points per pixel of the figure (72 to 96). */
const POINTS = 0.75
const INHERITED = ['fill', 'stroke', 'stroke-width', 'font-size', 'stroke-dasharray']

/** The figure as one page of its own size. `now` is written as its date. */
export function figurePdf(svg: string, now: Date): Promise<Drawn> {
  const missing = new Set<string>()
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
    page.on('end', () => resolve({ bytes: Buffer.concat(pieces), missing: [...missing] }))
    page.on('error', reject)
    page.registerFont('regular', fontFile(false))
    page.registerFont('bold', fontFile(true))
    page.scale(size[0] / widthOf(root))
    for (const child of root.children) draw({ page, missing }, child, root.attributes)
    page.end()
  })
}

/** Width in the units of the drawing. */
function widthOf({ attributes }: SvgNode): number {
  return Number((attributes['viewBox'] ?? '').split(' ')[2]) || Number(attributes['width'])
}

interface Sheet {
  readonly page: Page
  readonly missing: Set<string>
}

function draw(sheet: Sheet, node: SvgNode, above: Attributes): void {
  const { page } = sheet
  const passed = Object.fromEntries(
    INHERITED.flatMap((key) => (above[key] === undefined ? [] : [[key, above[key]]])),
  )
  const own: Attributes = { ...passed, ...node.attributes }
  const number = (key: string) => Number(own[key] ?? 0)
  page.save()
  switch (node.name) {
    case 'svg':
      page.translate(number('x'), number('y'))
      for (const child of node.children) draw(sheet, child, own)
      break
    case 'g':
      for (const child of node.children) draw(sheet, child, own)
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
      write(sheet, node, own)
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

function write({ page, missing }: Sheet, node: SvgNode, own: Attributes): void {
  const turned = /translate\(([-\d.]+) ([-\d.]+)\) rotate\(([-\d.]+)\)/.exec(own['transform'] ?? '')
  if (turned) page.translate(Number(turned[1]), Number(turned[2])).rotate(Number(turned[3]))
  const bold = own['font-weight'] === 'bold'
  const size = Number(own['font-size'] ?? 12)
  page.font(bold ? 'bold' : 'regular').fontSize(size)
  const runs = textRuns(node.text, bold, missing)
  const widths = runs.map((run) =>
    run.own
      ? page.widthOfString(run.text)
      : (run.font.layout(run.text).advanceWidth * size) / run.font.unitsPerEm,
  )
  const width = widths.reduce((sum, each) => sum + each, 0)
  const back = own['text-anchor'] === 'middle' ? width / 2 : own['text-anchor'] === 'end' ? width : 0
  page.fillColor(own['fill'] ?? '#000000')
  let x = Number(own['x'] ?? 0) - back
  const y = Number(own['y'] ?? 0)
  runs.forEach((run, index) => {
    if (run.own) page.text(run.text, x, y, { lineBreak: false, baseline: 'alphabetic' as const })
    else outline(page, run, { x, y, size, fill: own['fill'] ?? '#000000' })
    x += widths[index]
  })
}

/** Letters of a font of the computer as their outlines: such a font is not ours to embed. */
function outline(
  page: Page,
  { text, font }: TextRun,
  {
    x,
    y,
    size,
    fill,
  }: { readonly x: number; readonly y: number; readonly size: number; readonly fill: string },
): void {
  const { glyphs, positions } = font.layout(text)
  const scale = size / font.unitsPerEm
  let pen = x
  glyphs.forEach((glyph, index) => {
    const { xAdvance, xOffset, yOffset } = positions[index]
    const d = glyph.path.toSVG()
    if (d !== '') {
      page.save().translate(pen + xOffset * scale, y - yOffset * scale)
      page.scale(scale, -scale).path(d).fill(fill)
      page.restore()
    }
    pen += xAdvance * scale
  })
}
