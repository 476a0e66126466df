import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { Argument, Option } from 'commander'
import type { Command } from 'commander'
import { checkData, fetchDataset, linkData, listData } from '../../engine/index.ts'
import type {
  DataCheck,
  DataEntry,
  DataName,
  DataProgress,
  OwnDataEntry,
} from '../../shared/contract/data.ts'
import { BenchError } from '../../shared/contract/errors.ts'
import { formatBytes } from '../../shared/format/number.ts'
import { textTable } from '../../shared/format/text-table.ts'
import { DATA_NAMES, OWN_FILES } from '../../shared/spec/data-schema.ts'
import { fetching } from '../fetching.ts'
import { EXIT } from '../io.ts'
import type { Session } from '../session.ts'

const KNOWN = DATA_NAMES.filter((name) => !OWN_FILES.includes(name))
const nameArgument = (): Argument => new Argument('<name>', 'data set').choices(KNOWN)
const optionalName = (): Argument =>
  new Argument('[name]', 'data set; all that are here without it').choices(DATA_NAMES)

/** `data list | get | check | link | add | forget`. */
export function addDataCommand(program: Command, session: Session): void {
  const data = program.command('data').description('data sets: what is there, fetch, check')
  addOwnCommands(data, session)
  data
    .command('list')
    .description('all data sets: what is there, how big, how to get it')
    .option('--json', 'as JSON')
    .action(async ({ json }: { json?: boolean }) => {
      const entries = await entriesOf(session)
      const own = await session.reader().call('data/own', {})
      session.print(json, [...entries, ...own], () => [listText(entries), ownText(own)].join('\n'))
    })
  data
    .command('get')
    .description('fetch a data set into the bench’s store')
    .addArgument(nameArgument())
    .option('--json', 'where it is, as JSON')
    .action((name: DataName, { json }: { json?: boolean }) => get(session, name, json))
  data
    .command('check')
    .description('read data sets and compare them with the originals')
    .addArgument(optionalName())
    .option(
      '--path <path>',
      'the folder that holds it, instead of the bench’s store; of data file and text, your file',
    )
    .option('--label <column>', 'of data file: the column of labels')
    .option('--json', 'as JSON')
    .action((name: DataName | undefined, options: CheckOptions) => check(session, name, options))
  data
    .command('link')
    .description('let a folder of yours stand for a data set in all runs that name none')
    .addArgument(nameArgument())
    .addOption(new Option('--path <folder>', 'the folder'))
    .option('--remove', 'take that back; the folder itself stays as it is')
    .action(async (name: DataName, { path, remove }: { path?: string; remove?: boolean }) => {
      if ((path === undefined) === (remove !== true)) {
        throw new BenchError('bad-input', 'Give either --path <folder> or --remove.', '--path')
      }
      const folder = path === undefined ? null : pathOf(session, path)
      if (session.elsewhere === null) linkData(name, folder)
      else await session.worker().call('data/link', { name, path: folder })
      session.io.out(folder === null ? `${name} is linked no more\n` : `${name} is ${folder}\n`)
    })
}

/** Sets of the lab's computer. */
async function entriesOf(session: Session): Promise<readonly DataEntry[]> {
  return session.elsewhere === null ? listData() : session.reader().call('data/list', {})
}

/** A path of this computer from where the person stands; one of another as it is there. */
const pathOf = (session: Session, path: string): string => (session.elsewhere === null ? resolve(path) : path)

interface CheckOptions {
  readonly path?: string
  readonly label?: string
  readonly json?: boolean
}

function addOwnCommands(data: Command, session: Session): void {
  data
    .command('add')
    .description('remember a file or folder of yours for the Data page and `data list`')
    .argument('<path>', 'an .npz, .csv or .parquet, a folder of them, or a text (.txt, .md, …)')
    .option('--label <column>', 'the column of labels, where it is not found')
    .action(async (path: string, { label }: { label?: string }) => {
      const added = await session.worker().call('data/add', { path: pathOf(session, path), label })
      session.io.out(`${added.path}\n`)
    })
  data
    .command('forget')
    .description('forget such a file; the file itself stays as it is')
    .argument('<path>', 'as `data list` shows it')
    .action(async (path: string) => {
      await session.worker().call('data/forget', { path: pathOf(session, path) })
    })
}

function ownText(own: readonly OwnDataEntry[]): string {
  if (own.length === 0)
    return (
      'Your own: data.name=file, or text, with data.path; “data check file --path F” looks into one, ' +
      '“data check text --path F” into a text.'
    )
  return textTable(
    ['Your own', 'Data', 'State', 'Label'],
    own.map(({ name, path, present, label }) => [
      path,
      name,
      present ? 'here' : 'gone',
      name === 'text' ? 'none' : label === '' ? 'found' : label,
    ]),
  )
}

function stateOf(entry: DataEntry): string {
  if (entry.link !== null) return entry.present ? 'linked' : 'linked, gone'
  if (entry.name === 'text') return entry.folder
  if (entry.present) return `here, ${formatBytes(entry.bytes ?? 0)}`
  return entry.download === null ? 'not here' : `to fetch, ${formatBytes(entry.download)}`
}

function listText(entries: readonly DataEntry[]): string {
  return textTable(
    ['Data', 'State', 'Folder or what it expects'],
    entries.map((entry) => [
      entry.name,
      stateOf(entry),
      entry.link ?? (entry.present && entry.name !== 'text' ? entry.folder : entry.expects),
    ]),
  )
}

async function check(
  session: Session,
  name: DataName | undefined,
  { path, label = '', json }: CheckOptions,
): Promise<void> {
  if (name === undefined && path !== undefined) {
    throw new BenchError(
      'bad-input',
      `--path: say which data set the folder holds: ${DATA_NAMES.join(', ')}.`,
      '--path',
    )
  }
  if (name === 'file' && path === undefined)
    throw new BenchError('bad-input', 'data check file: give --path, your file or folder.', '--path')
  if (path !== undefined && session.elsewhere === null && !existsSync(path)) {
    throw new BenchError('not-found', `--path: ${path} is not there.`, '--path')
  }
  const names =
    name === undefined
      ? (await entriesOf(session)).filter(({ present }) => present).map((entry) => entry.name)
      : [name]
  const checks: DataCheck[] = []
  for (const each of names) checks.push(await checkOf(session, each, path, label))
  session.exitCode = checks.every(({ ok }) => ok) ? EXIT.done : EXIT.failed
  session.print(json, name === undefined ? checks : checks[0], () =>
    checks.length > 0
      ? checks.map(checkText).join('\n')
      : 'No data set is here. “data get NAME” fetches one.',
  )
}

function checkOf(
  session: Session,
  name: DataName,
  path: string | undefined,
  label: string,
): Promise<DataCheck> {
  if (session.elsewhere === null) return checkData(name, path, label)
  return session.reader().call('data/check', { name, label, ...(path === undefined ? {} : { path }) })
}

function checkText(found: DataCheck): string {
  const { train, validation, test, classes, classNames, shape } = found
  return [
    `${found.name}: ${found.ok ? 'in order' : 'not in order'} (${found.folder})`,
    ...(train === null
      ? []
      : [
          `${train} training, ${validation} validation and ${test} test ` +
            (found.name === 'text'
              ? `sequences of ${shape?.[0]} tokens, of ${classes} different ones`
              : `examples of ${classes} classes, ` +
                (shape?.length === 1 ? `${shape[0]} features` : shape?.join(' × '))),
          ...(found.name === 'file' ? [`classes: ${namesText(classNames ?? [])}`] : []),
        ]),
    ...found.findings.map((finding) => `- ${finding}`),
  ].join('\n')
}

const MOST_NAMES = 20
const namesText = (names: readonly string[]): string =>
  names.slice(0, MOST_NAMES).join(', ') + (names.length > MOST_NAMES ? ' …' : '')

/** Fetches a set into the store of the lab's computer. @returns its folder there */
async function fetchThere(
  session: Session,
  name: DataName,
  progress: (now: DataProgress) => void,
  signal: AbortSignal,
): Promise<string> {
  const lab = session.worker()
  const deaf = lab.on('data/progress', (told) => {
    if (told.name === name) progress(told.progress)
  })
  const cancel = (): void => void lab.call('data/cancel', { name })
  signal.addEventListener('abort', cancel)
  try {
    return (await lab.call('data/get', { name })).folder
  } finally {
    deaf()
    signal.removeEventListener('abort', cancel)
  }
}

async function get(session: Session, name: DataName, json: boolean | undefined): Promise<void> {
  const stopped = `${name}: stopped; nothing is left of the download.`
  const folder = await fetching(session, stopped, (progress, signal) =>
    session.elsewhere === null
      ? fetchDataset(name, (received, total, what) => progress({ received, total, what }), signal)
      : fetchThere(session, name, progress, signal),
  )
  if (folder !== null) session.print(json, { name, folder }, () => folder)
}
