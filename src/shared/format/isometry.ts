/** Names of the metrics that follow each layer's operator in training. */

export const LAYER_KINDS = ['max', 'min', 'deviation'] as const
export type LayerKind = (typeof LAYER_KINDS)[number]

const BETWEEN = '-of-'

/** `operator-max-of-hidden1`: a metric's name has lower case, digits and hyphens alone. */
export const isometryName = (kind: LayerKind, layer: string): string =>
  `operator-${kind}${BETWEEN}${layer.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-')}`

/** The layer of such a name (without phase), where it is one of this kind; else null. */
export function layerOf(kind: LayerKind, name: string): string | null {
  const start = `operator-${kind}${BETWEEN}`
  return name.startsWith(start) ? name.slice(start.length) : null
}

/** Names of one kind in the order of the network's kernels; what is of none of them comes last. */
export function inLayerOrder(
  kind: LayerKind,
  names: readonly string[],
  kernels: readonly { readonly name: string }[],
): string[] {
  const rank = new Map<string, number>()
  kernels.forEach(({ name }, k) => {
    const own = isometryName(kind, name.slice(0, name.lastIndexOf('.')))
    if (!rank.has(own)) rank.set(own, k)
  })
  const of = (name: string): number => rank.get(name) ?? kernels.length
  return names.toSorted((one, other) => of(one) - of(other))
}
