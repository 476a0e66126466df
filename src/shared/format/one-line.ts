/** Names and titles of users' own on one line of a terminal, whatever they hold. */

const NAMED: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' }

/** Controls, breaks of lines, and marks that turn the direction of what stands after them. */
const UNSEEN = /[\p{Cc}\u2028\u2029\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu

/** Spelled as JSON spells it where JSON.stringify leaves the letter as it is, so that JSON stays JSON. */
function seen(letter: string): string {
  const code = letter.charCodeAt(0)
  return code < 0x20 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u${code.toString(16).padStart(4, '0')}`
}

/** A text that commands a terminal nothing and takes one line: what is not seen is spelled. */
export const oneLine = (text: string): string =>
  text.replace(UNSEEN, (letter) => NAMED[letter] ?? seen(letter))

/** The same for a text of several lines: its breaks and tabs stay. */
export const visibleText = (text: string): string =>
  text.replace(UNSEEN, (letter) => (letter === '\n' || letter === '\t' ? letter : seen(letter)))
