/**
 * Methods that change masks in or after training. To add one: its descriptor in a file beside this and a line
 * here, its computation in engine/dynamic with a line in its index, and a test.
 */
import { gmp } from './gmp.ts'
import { granet } from './granet.ts'
import { imp } from './imp.ts'
import { nm } from './nm.ts'
import { oneShot } from './one-shot.ts'
import { rigl } from './rigl.ts'
import { set } from './set.ts'
import { snfs } from './snfs.ts'
import { srSte } from './sr-ste.ts'
import { ste } from './ste.ts'
import { topKast } from './top-kast.ts'

export const DYNAMIC_METHODS = {
  set,
  rigl,
  gmp,
  granet,
  snfs,
  'one-shot': oneShot,
  imp,
  ste,
  'top-kast': topKast,
  nm,
  'sr-ste': srSte,
}

/** The masks stay: what a specification takes that names no method. */
export const STATIC = 'none'
