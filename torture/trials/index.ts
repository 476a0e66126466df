/** All trials, by name; a turn each, round after round. */
import type { Trial } from '../types.ts'
import { clock } from './clock.ts'
import { failingDisk } from './failing-disk.ts'
import { files } from './files.ts'
import { flood } from './flood.ts'
import { fullDisk } from './full-disk.ts'
import { killsOfSparse, killsOfTensorFlow } from './kills.ts'
import { messages } from './messages.ts'
import { numbers } from './numbers.ts'
import { owners } from './owners.ts'
import { pages } from './pages.ts'
import { powerCut } from './power-cut.ts'
import { restores } from './restores.ts'
import { soak } from './soak.ts'
import { studies } from './studies.ts'
import { windowKills } from './window-kills.ts'

export const TRIALS: Readonly<Record<string, Trial>> = {
  studies,
  messages,
  files,
  kills: killsOfSparse,
  pages,
  numbers,
  'power-cut': powerCut,
  'full-disk': fullDisk,
  'failing-disk': failingDisk,
  restores,
  owners,
  clock,
  flood,
  soak,
  'kills-tensorflow': killsOfTensorFlow,
  'window-kills': windowKills,
}
