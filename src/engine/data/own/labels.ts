/** Labels of one's own data: numbers or texts as they stand in a file → classes 0, 1, … and their names. */

/** As read: texts, or numbers. */
export type RawLabels = ArrayLike<number> | readonly string[]

export interface Classes {
  readonly names: readonly string[]
  /** The class of a label; undefined for one that the training set does not have. */
  readonly of: (label: number | string) => number | undefined
}

/** Labels are kept in 16 bits. */
export const MOST_CLASSES = 65_535
/** From so many classes on, two examples a class at least are expected: else it is a regression. */
const MANY_CLASSES = 20

const isText = (labels: RawLabels): labels is readonly string[] =>
  labels.length > 0 && typeof labels[0] === 'string'

/** What keeps labels from being classes, in words; null where nothing does. `place` names a row. */
function problemOf(labels: RawLabels, what: string, place: (row: number) => string): string | null {
  if (isText(labels)) {
    const empty = labels.findIndex((label) => label === '')
    return empty < 0 ? null : `${what}: no label in ${place(empty)}`
  }
  for (let row = 0; row < labels.length; row++) {
    const label = labels[row]
    if (Number.isInteger(label)) continue
    return Number.isNaN(label)
      ? `${what}: no label (NaN) in ${place(row)}`
      : `${what}: label ${label} in ${place(row)} is no whole number; labels are classes, ` +
          'and a regression of numbers is not trained here'
  }
  return null
}

/** The classes that training labels name, sorted; or what is wrong with them. */
export function classesOf(
  labels: RawLabels,
  what: string,
  place: (row: number) => string,
  given: readonly string[] | null = null,
): Classes | { readonly problem: string } {
  const problem = problemOf(labels, what, place)
  if (problem !== null) return { problem }
  if (given) return givenClasses(labels, given, what, place)
  const distinct = [...new Set<number | string>(isText(labels) ? labels : Array.from(labels))].sort((a, b) =>
    typeof a === 'number' && typeof b === 'number' ? a - b : String(a) < String(b) ? -1 : 1,
  )
  if (distinct.length < 2) {
    return {
      problem:
        `${what}: all ${labels.length} training labels are ${distinct[0] ?? 'missing'}; ` +
        'two classes at least are needed',
    }
  }
  const many = distinct.length > MANY_CLASSES && 2 * distinct.length > labels.length
  if (many || distinct.length > MOST_CLASSES) {
    return {
      problem:
        `${what}: ${distinct.length} different labels in ${labels.length} training examples are no classes ` +
        '(a regression, or a column of names or numbers of rows); another column may be the label',
    }
  }
  const index = new Map(distinct.map((label, k) => [label, k]))
  return { names: distinct.map(String), of: (label) => index.get(label) }
}

/** Class names that the file brings: labels are their places. */
function givenClasses(
  labels: RawLabels,
  names: readonly string[],
  what: string,
  place: (row: number) => string,
): Classes | { readonly problem: string } {
  if (names.length < 2) return { problem: `${what}: the file names one class; two at least are needed` }
  const of = (label: number | string): number | undefined =>
    typeof label === 'number' && label >= 0 && label < names.length ? label : undefined
  for (let row = 0; row < labels.length; row++) {
    if (of(labels[row]) !== undefined) continue
    return {
      problem:
        `${what}: label ${labels[row]} in ${place(row)} is none of the ${names.length} classes ` +
        `that the file ` +
        `names (0 to ${names.length - 1}${labels[row] === -1 ? '; −1 marks examples without a label' : ''})`,
    }
  }
  return { names, of }
}

/** Labels as places among the classes, or what is wrong with them. */
export function encoded(
  labels: RawLabels,
  classes: Classes,
  what: string,
  place: (row: number) => string,
): Uint16Array | { readonly problem: string } {
  const problem = problemOf(labels, what, place)
  if (problem !== null) return { problem }
  const codes = new Uint16Array(labels.length)
  for (let row = 0; row < labels.length; row++) {
    const code = classes.of(labels[row])
    if (code === undefined) {
      const shown = classes.names.slice(0, 12).join(', ')
      return {
        problem:
          `${what}: label ${labels[row]} in ${place(row)} is none of the ` +
          `${classes.names.length} classes of ` +
          `the training set (${shown}${classes.names.length > 12 ? ', …' : ''})`,
      }
    }
    codes[row] = code
  }
  return codes
}
