/** A disk that is full before the study ends. Needs a file system of a given size (user namespaces). */
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import type { Trial } from '../types.ts'
import { EPOCHS, disturbed, runUndisturbed, settle } from './undisturbed.ts'

const LEAST_KIB = 600
const MORE_KIB = 2400

/** Mounts a small disk at $1 (its size $2 KiB), brings the home $3 there, runs the rest, takes it back. */
const ON_A_SMALL_DISK = `
mkdir -p "$1" "$3" && mount -t tmpfs -o size="$2"k small "$1" && cp -a "$3/." "$1" || exit 97
folder="$1" home="$3"; shift 3
"$@"; code=$?
rm -rf "$home" && cp -a "$folder" "$home" || exit 98
exit $code`

const through = (disk: string, size: number, home: string): readonly string[] => [
  'unshare',
  '--user',
  '--map-root-user',
  '--mount',
  'sh',
  '-c',
  ON_A_SMALL_DISK,
  'sh',
  disk,
  String(size),
  home,
]

export const fullDisk: Trial = {
  about: 'the disk is full in the middle of a study',
  missing: () => {
    const command = ['--user', '--map-root-user', '--mount', 'mount', '-t', 'tmpfs', 'none', '/mnt']
    return spawnSync('unshare', command).status === 0
      ? null
      : 'no file system of a given size can be made here (unshare, mount)'
  },
  run: async (turn) => {
    const undisturbed = await runUndisturbed('sparse', EPOCHS.usual)
    const [home, disk] = [join(turn.folder, 'home'), join(turn.folder, 'disk')]
    const size = LEAST_KIB + turn.stream.integer(MORE_KIB)
    const words = ['study', 'run', undisturbed.study, '--backend', 'sparse']
    const { code, output } = await disturbed(turn, words, {
      home: disk,
      through: through(disk, size, home),
      limit: 120_000,
    })
    if (code === 97 || code === 98) throw new Error(`the small disk could not be made: ${output}`)
    const says = /disk is full|no space|is full/i.test(output)
    if (code === null) turn.find(`ended by a signal on a disk of ${size} KiB: ${output.slice(-600)}`)
    else if (code !== 0 && !says)
      turn.find(`a full disk of ${size} KiB is not named (${code}): ${output.slice(-600)}`)
    await settle(turn, undisturbed, home, 'sparse')
    return { filled: code === 0 ? 0 : 1, runs: 4 }
  },
}
