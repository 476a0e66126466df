import { Argument } from 'commander'
import type { Command } from 'commander'
import { checkData, listData } from '../../engine/data/catalog.ts'
import { fetchDataset } from '../../engine/data/index.ts'
import { formatBytes } from '../../shared/format/number.ts'
import { textTable } from '../../shared/format/text-table.ts'
import { DATA_NAMES } from '../../shared/spec/schema.ts'
import { EXIT } from '../io.ts'
import type { Session } from '../session.ts'

type Name = (typeof DATA_NAMES)[number]

const nameArgument = (): Argument => new Argument('<name>', 'data set').choices(DATA_NAMES)

/** `data list | get | check`. */
export function addDataCommand(program: Command, session: Session): void {
  const data = program.command('data').description('data sets: what is there, fetch, check')
  data.command('list').description('all data sets').option('--json', 'as JSON')
    .action(({ json }: { json?: boolean }) => {
      const entries = listData()
      session.print(json, entries, () =>
        textTable(['Data', 'State', 'Folder or what it expects'], entries.map((entry) => [
        entry.name,
        entry.present
          ? `here, ${formatBytes(entry.bytes ?? 0)}`
          : entry.download === null ? 'not here' : `to fetch, ${formatBytes(entry.download)}`,
        entry.present ? entry.folder : entry.expects,
      ])))
    })
  data.command('get').description('fetch a data set into the bench’s store').addArgument(nameArgument())
    .action((name: Name) => get(session, name))
  data.command('check').description('read a data set and compare it with the original').addArgument(
    nameArgument(),
  )
    .option('--path <folder>', 'the folder that holds it, instead of the bench’s store')
    .option('--json', 'as JSON')
    .action(async (name: Name, { path, json }: { path?: string; json?: boolean }) => {
      const check = await checkData(name, path)
      session.exitCode = check.ok ? EXIT.done : EXIT.failed
      session.print(json, check, () => [
        `${check.name}: ${check.ok ? 'in order' : 'not in order'} (${check.folder})`,
        ...(check.train === null ? [] : [
          `${check.train} training, ${check.validation} validation and ${check.test} test examples ` +
            `of ${check.classes} classes, ${check.shape?.join(' × ')}`,
        ]),
        ...check.findings.map((finding) => `- ${finding}`),
      ].join('\n'))
    })
}

async function get(session: Session, name: Name): Promise<void> {
  let shownAt = 0
  const folder = await fetchDataset(name, (received, total, what) => {
    const now = performance.now()
    if (now - shownAt < (session.io.live ? 100 : 5000)) return
    shownAt = now
    const text = `${what}: ${formatBytes(received)} of ${formatBytes(total)}`
    session.io.err(session.io.live ? `\r\u001b[2K${text}` : `${text}\n`)
  })
  if (session.io.live) session.io.err('\r\u001b[2K')
  session.io.out(`${folder}\n`)
}
