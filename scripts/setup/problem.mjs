/**
 * A step that could not be done, in words for the person at the screen.
 * @property kind for programs (`doctor`); the kinds are listed in README.md beside this file
 * @property remedy commands or sentences, each on a line of its own
 */
export class SetUpProblem extends Error {
  /**
   * @param {string} kind what sort of thing is missing
   * @param {string} message what went wrong and where
   * @param {string[]} remedy what to do about it
   */
  constructor(kind, message, remedy = []) {
    super(message)
    this.name = 'SetUpProblem'
    this.kind = kind
    this.remedy = remedy
  }
}
