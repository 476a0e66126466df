/**
 * The SVG that shared/figure writes, read back as a tree. Not a reader of any SVG: only of our own subset.
 */

export interface SvgNode {
  readonly name: string
  readonly attributes: Readonly<Record<string, string>>
  readonly children: SvgNode[]
  /** Words of a text element, entities resolved. */
  text: string
}

const ENTITIES: Readonly<Record<string, string>> = { '&lt;': '<', '&gt;': '>', '&quot;': '"', '&amp;': '&' }
const plain = (text: string) => text.replace(/&(?:lt|gt|quot|amp);/g, (entity) => ENTITIES[entity])

/** The root element. Throws SyntaxError where tags do not close. */
export function readSvg(svg: string): SvgNode {
  const root: SvgNode = { name: '', attributes: {}, children: [], text: '' }
  const open = [root]
  for (const [, closing, name, written, alone, words] of svg.matchAll(
    /<(\/?)([a-z]+)((?:\s[^<>]*?)?)(\/?)>|([^<]+)/g,
  )) {
    const parent = open[open.length - 1]
    if (words !== undefined) parent.text += plain(words)
    else if (closing) {
      if (open.pop()?.name !== name) throw new SyntaxError(`</${name}> closes nothing.`)
    } else {
      const attributes = Object.fromEntries(
        [...written.matchAll(/([a-zA-Z0-9-]+)="([^"]*)"/g)].map(([, key, value]) => [key, plain(value)]),
      )
      const node: SvgNode = { name, attributes, children: [], text: '' }
      parent.children.push(node)
      if (!alone) open.push(node)
    }
  }
  if (open.length !== 1 || root.children.length !== 1) throw new SyntaxError('The SVG has no single root.')
  return root.children[0]
}
