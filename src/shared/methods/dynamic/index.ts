/**
 * Dynamic sparse training. To add a method: its descriptor in a file beside this and a line here, its
 * computation in engine/dynamic with a line in its index, and a test.
 */
import { rigl } from './rigl.ts'
import { set } from './set.ts'

export const DYNAMIC_METHODS = {
  set,
  rigl,
}

/** The masks stay: what a specification takes that names no method. */
export const STATIC = 'none'
