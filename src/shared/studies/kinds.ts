/** Problems of a large grid: a thousand that differ in a number alone are one kind. */

/** How many of a kind are told in full. */
const TOLD = 3

/** What a message says, whatever its numbers. */
const kindOf = (message: string): string => message.replace(/\d+(\.\d+)?(e[+-]?\d+)?/gi, '#')

/**
 * The problems with the labels that they were met at, in their order; of a kind the first few, and then how
 * many more there are, with the last.
 * @param problems from message to labels, '' for none
 */
export function ofEachKind(problems: ReadonlyMap<string, string>): string[] {
  const texts = [...problems].map(([message, at]) => (at === '' ? message : `${message} (${at})`))
  const kinds = new Map<string, number[]>()
  for (const [index, message] of [...problems.keys()].entries()) {
    const members = kinds.get(kindOf(message))
    if (members) members.push(index)
    else kinds.set(kindOf(message), [index])
  }
  const told: (readonly [number, string])[] = [...kinds.values()].flatMap((members) => {
    if (members.length <= TOLD + 1) return members.map((index) => [index, texts[index]] as const)
    const [first, last] = [members.slice(0, TOLD), members[members.length - 1]]
    const more = `… and ${members.length - TOLD} more of this kind, to: ${texts[last]}`
    return [...first.map((index) => [index, texts[index]] as const), [first[TOLD - 1] + 0.5, more] as const]
  })
  return told.sort(([a], [b]) => a - b).map(([, text]) => text)
}
