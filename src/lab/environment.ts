/** What is recorded with every run about the program and the machine. */
import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { cpus } from 'node:os'
import { join } from 'node:path'

/**
 * The revision of the sources this program runs from, `+` when they were changed; null outside a checkout.
 */
function sourceRevision(): string | null {
  const root = join(import.meta.dirname, '..', '..')
  if (!existsSync(join(root, '.git'))) return null
  const git = (...words: string[]): string =>
    execFileSync('git', ['-C', root, ...words], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
      timeout: 5000,
    }).trim()
  try {
    return git('rev-parse', 'HEAD') + (git('status', '--porcelain', '--untracked-files=no') === '' ? '' : '+')
  } catch {
    // No git here, or a repository of another owner: the revision is not known, which is no failure.
    return null
  }
}

/** Name → value; made once a lab. */
export function runEnvironment(version: string): Record<string, string> {
  const { electron, node } = process.versions
  const revision = sourceRevision()
  return {
    program: `Givens Bench ${version}`,
    ...(revision === null ? {} : { 'source revision': revision }),
    ...(electron ? { electron } : {}),
    node: node,
    platform: `${process.platform}-${process.arch}`,
    processor: `${cpus().length} × ${cpus()[0]?.model.trim() ?? 'unknown'}`,
    command:
      process.env['npm_lifecycle_event'] === 'lab' || process.argv[1]?.includes('cli')
        ? ['lab', ...process.argv.slice(2)].join(' ')
        : 'window',
  }
}
