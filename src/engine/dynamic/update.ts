/** What an update of masks comes to. */
export interface MaskUpdate {
  /** It may be made at the first look, for which the lists must still hold. */
  readonly mask: Uint8Array
  /** Indices of the mask's ones, ascending, where the method has them at hand. */
  readonly on?: Int32Array
  /** With `on`: of each, its rank among the ones before; −1 where it begins at 0. */
  readonly origin?: Int32Array
  /** Flat indices, ascending. What is dropped may be grown again at once. */
  readonly dropped: Int32Array
  readonly grown: Int32Array
  /** Entries that were off before, or came back anew: their weight and momentum start at 0. */
  readonly activated: Int32Array
  /** Entries that are on now and were off before; where not given, all that are grown. */
  readonly added?: Int32Array
  /** Where weights stay dense: the mask of the weights that the backward pass reaches, if not all. */
  readonly backward?: Uint8Array
}
