// A folder to be unpacked anywhere and started from there.
import { join, basename, dirname } from 'node:path'
import { create } from 'tar'
import { FULL_NAME } from './program.mjs'

/** @returns path of the .tar.gz */
export async function portableArchive({ folder, out, fast }) {
  const file = join(out, `${FULL_NAME}.tar.gz`)
  await create({ file, cwd: dirname(folder), gzip: { level: fast ? 1 : 9 }, portable: true }, [
    basename(folder),
  ])
  return file
}
