/**
 * A counted loop of TensorFlow's dataflow control: Enter, Merge, Switch, NextIteration, Exit. A frame may
 * stand inside another's body.
 */
import type { GraphWriter } from '../../graphdef/emitter.ts'
import { DATA_TYPES } from '../../graphdef/messages.ts'

const INT = { type: DATA_TYPES.int }

/** A value that goes from one round to the next. */
export interface LoopVariable {
  /** The value at the start of a round. */
  readonly current: string
  /** The value after the last round, outside the loop. */
  readonly exit: string
  /** Name under which the value for the next round is to be written. */
  readonly back: string
  readonly type: number
}

export class Frame {
  /** Rounds done: 0 … count − 1 inside. Constants inside have to hang on it. */
  readonly counter: LoopVariable
  readonly #writer: GraphWriter
  readonly #name: string
  readonly #parallel: number
  readonly #condition: string
  readonly #invariants = new Map<string, string>()

  /**
   * Opens a loop of `count` rounds (an int scalar outside it), of which up to `parallel` may be under way at
   * a time, as far as what they carry lets them.
   */
  constructor(writer: GraphWriter, count: string, parallel: number) {
    this.#writer = writer
    this.#parallel = parallel
    this.#name = writer.reserve('frame')
    // The condition needs the counter's Merge, and the counter's Switch the condition.
    const back = writer.reserve('NextIteration')
    const enter = this.#enter(writer.constant('int', [], [0]), DATA_TYPES.int, false)
    const merge = writer.node('Merge', [enter, back], { T: INT, N: { i: 2 } })
    const limit = this.#enter(count, DATA_TYPES.int, true)
    this.#condition = writer.node('LoopCond', [writer.node('Less', [merge, limit], { T: INT })], {})
    this.counter = this.#switched(merge, back, DATA_TYPES.int)
  }

  /** A value that changes from round to round; `next` has to be called for it once. */
  variable(initial: string, type: number): LoopVariable {
    const back = this.#writer.reserve('NextIteration')
    const merge = this.#writer.node('Merge', [this.#enter(initial, type, false), back], {
      T: { type },
      N: { i: 2 },
    })
    return this.#switched(merge, back, type)
  }

  next(variable: LoopVariable, value: string): void {
    this.#writer.nodeAs(variable.back, 'NextIteration', [value], { T: { type: variable.type } })
  }

  /** Counts on; to be called once, after the body. */
  advance(): void {
    const writer = this.#writer
    const { counter } = this
    const one = writer.constant('int', [], [1], counter.current)
    this.next(counter, writer.node('AddV2', [counter.current, one], { T: INT }))
  }

  /** A value from outside, the same in all rounds. */
  invariant(reference: string, type: number): string {
    const known = this.#invariants.get(reference)
    if (known) return known
    const entered = this.#enter(reference, type, true)
    this.#invariants.set(reference, entered)
    return entered
  }

  #switched(merge: string, back: string, type: number): LoopVariable {
    const writer = this.#writer
    const name = writer.node('Switch', [merge, this.#condition], { T: { type } })
    const exit = writer.node('Exit', [name], { T: { type } })
    return { current: writer.node('Identity', [`${name}:1`], { T: { type } }), exit, back, type }
  }

  #enter(reference: string, type: number, constant: boolean): string {
    return this.#writer.node('Enter', [reference], {
      T: { type },
      frame_name: { s: this.#name },
      is_constant: { b: constant },
      parallel_iterations: { i: this.#parallel },
    })
  }
}

/** tensor[begin], given begin and end = begin + 1 as vectors of one: a view where the rows are aligned. */
export function emitItem(
  writer: GraphWriter,
  tensor: string,
  type: number,
  [begin, end]: readonly [string, string],
  pivot?: string,
): string {
  const one = writer.constant('int', [1], [1], pivot)
  return writer.node('StridedSlice', [tensor, begin, end, one], {
    T: { type },
    Index: INT,
    begin_mask: { i: 0 },
    end_mask: { i: 0 },
    ellipsis_mask: { i: 0 },
    new_axis_mask: { i: 0 },
    shrink_axis_mask: { i: 1 },
  })
}

/** The vectors [item] and [item + 1] that `emitItem` takes. */
export function emitBounds(writer: GraphWriter, item: string, pivot: string): readonly [string, string] {
  const one = writer.constant('int', [1], [1], pivot)
  const begin = writer.node('Reshape', [item, one], { T: INT, Tshape: INT })
  return [begin, writer.node('AddV2', [begin, one], { T: INT })]
}
