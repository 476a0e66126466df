/**
 * A text that the bench makes, so that a language model can be tried without a file: little stories whose
 * questions are answered by what stands before them. It is free of any licence.
 */
import { MADE_TEXT } from '../../../shared/spec/data-shapes.ts'
import { Stream } from '../../rng.ts'

const NAMES = ['anna', 'ben', 'cora', 'dan', 'eva', 'finn', 'gus', 'hana', 'ivo', 'june', 'karl', 'lea']
const THINGS = ['ball', 'book', 'box', 'cup', 'drum', 'hat', 'kite', 'lamp', 'map', 'quilt', 'vase', 'wheel']
const COLOURS = ['red', 'blue', 'green', 'white', 'black', 'yellow', 'grey']
const PLACES = ['garden', 'kitchen', 'attic', 'yard', 'market', 'cellar', 'hall', 'library']
const VERBS = ['has', 'finds', 'takes', 'buys']
const MOST_PEOPLE = 4

const pick = <Item>(stream: Stream, items: readonly Item[]): Item => items[stream.integer(items.length)]

/** So many different items. */
const some = (stream: Stream, items: readonly string[], count: number): string[] =>
  [...stream.permutation(items.length).subarray(0, count)].map((index) => items[index])

/** Who has what, where everybody is, and questions after both. */
function story(stream: Stream): string {
  const count = 2 + stream.integer(MOST_PEOPLE - 1)
  const people = some(stream, NAMES, count)
  const things = some(stream, THINGS, count)
  const colours = people.map(() => pick(stream, COLOURS))
  const places = people.map(() => pick(stream, PLACES))
  const told = people.map((name, k) => {
    const thing = `${name} ${pick(stream, VERBS)} a ${colours[k]} ${things[k]}`
    return stream.uniform() < 0.5
      ? `${thing} in the ${places[k]}.`
      : `${name} goes to the ${places[k]}. ${thing}.`
  })
  const asked = [...stream.permutation(count)].map((k) => {
    switch (stream.integer(3)) {
      case 0:
        return `who has the ${things[k]}? ${people[k]}.`
      case 1:
        return `where is ${people[k]}? in the ${places[k]}.`
      default:
        return `what colour is the ${things[k]} of ${people[k]}? ${colours[k]}.`
    }
  })
  return `${[...told, ...asked].join(' ')}\n`
}

/** The text: the same always, of MADE_TEXT.length characters of one byte. */
export function madeText(): string {
  const stream = Stream.root(0).split('made text')
  const stories: string[] = []
  for (let length = 0; length < MADE_TEXT.length;) {
    const next = story(stream)
    stories.push(next)
    length += next.length
  }
  return stories.join('').slice(0, MADE_TEXT.length)
}
