/**
 * A step that could not be done, in words for the person at the screen.
 * `kind` is for programs (`doctor`), `remedy` is a list of commands or sentences, each on a line of its own.
 */
export class SetUpProblem extends Error {
  /**
   * @param {'dependencies'|'electron'|'libraries'|'platform'|'python'|'pip'|'compiler'|'download'|'checksum'|'space'|
   *   'compile'|'load'|'turned-off'|'build'} kind
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
