/** JSON in which every number is read back as it was: NaN, infinities and −0 too, which JSON lacks. */

/** What JSON lacks, as texts that nothing else is. */
const SPELLED: Readonly<Record<string, number>> = {
  '#NaN': NaN,
  '#Infinity': Infinity,
  '#-Infinity': -Infinity,
  '#-0': -0,
}

export function toJson(value: unknown): string {
  return JSON.stringify(value, (_key, each: unknown) => {
    if (typeof each !== 'number') return each
    if (Object.is(each, -0)) return '#-0'
    return Number.isFinite(each) ? each : `#${each}`
  })
}

/** @throws SyntaxError for what is no JSON */
export function fromJson(text: string): unknown {
  return JSON.parse(text, (_key, each: unknown) =>
    typeof each === 'string' && Object.hasOwn(SPELLED, each) ? SPELLED[each] : each,
  )
}
