/** Files and folders that the page may name. */

/** Paths kept at most; the oldest go. */
const MOST = 1000

/** Paths that the shell vouches for: the user named them in a native dialog or by a drop. */
export class Grants {
  readonly #paths = new Set<string>()

  add(paths: readonly string[]): void {
    for (const path of paths) {
      this.#paths.delete(path)
      this.#paths.add(path)
    }
    for (const path of this.#paths) {
      if (this.#paths.size <= MOST) break
      this.#paths.delete(path)
    }
  }

  has(path: string): boolean {
    return this.#paths.has(path)
  }
}
