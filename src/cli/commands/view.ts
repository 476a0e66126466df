/** `view`: comparisons that were saved, of a study or of runs of several. */
import { Option } from 'commander'
import type { Command } from 'commander'
import { BenchError } from '../../shared/contract/errors.ts'
import { textCompareTable, textTable } from '../../shared/format/text-table.ts'
import { twoWayGrid, twoWayText } from '../../shared/format/two-way.ts'
import { addressOf, comparisonOf, linkOf } from '../../shared/link.ts'
import type { LabDoor } from '../../lab/lab.ts'
import type { Session } from '../session.ts'
import { layoutOf } from './study-compare.ts'

/** The address of a saved comparison. @throws BenchError `not-found` for a name that there is not. */
export async function addressOfView(lab: Pick<LabDoor, 'call'>, name: string): Promise<string> {
  const views = await lab.call('views/list', { page: 'compare' })
  const found = views.find((each) => each.name === name)
  if (found && 'address' in found.view) return found.view.address
  const known = views.map((each) => each.name).join(', ') || 'none'
  throw new BenchError('not-found', `There is no saved comparison “${name}”. Known: ${known}.`, 'view')
}

async function show(lab: LabDoor, session: Session, address: string, json?: boolean): Promise<void> {
  const {
    rows,
    columns,
    facet: _facet,
    targets: _targets,
    beside,
    ...request
  } = comparisonOf(linkOf(address))
  const tab = new URLSearchParams(address.split('?')[1]).get('tab')
  if (tab !== 'Two-way table') {
    const table = await lab.call('compare/table', request)
    return session.print(json, table, () => textCompareTable(table))
  }
  const { groupBy: _groupBy, ...scope } = request
  const layout = await layoutOf(lab, { ...scope, rows, columns })
  const table = await lab.call('compare/two-way', { ...scope, ...layout, beside })
  session.print(json, table, () => twoWayText(twoWayGrid(table)))
}

/** Lists, shows, saves and deletes them. */
export function addViewCommand(program: Command, session: Session): void {
  const view = program
    .command('view')
    .description('comparisons that were saved on the Compare page, or by their links')
  const asJson = () => new Option('--json', 'as JSON')
  view
    .command('list')
    .description('their names, with the links that open them')
    .addOption(asJson())
    .action(async ({ json }: { json?: boolean }) => {
      const views = await session.reader().call('views/list', { page: 'compare' })
      const rows = views.map(({ name, view: kept }) => [name, 'address' in kept ? linkOf(kept.address) : ''])
      session.print(json, views, () =>
        rows.length === 0 ? 'No comparison was saved.' : textTable(['View', 'Link'], rows, new Set()),
      )
    })
  view
    .command('show')
    .description('the table that a saved view shows; runs nothing')
    .argument('<name>')
    .addOption(asJson())
    .action(async (name: string, { json }: { json?: boolean }) => {
      const lab = session.reader()
      await show(lab, session, await addressOfView(lab, name), json)
    })
  view
    .command('save')
    .description('keeps what a link to Compare shows under a name')
    .argument('<name>')
    .argument('<link>', 'givens://compare?…')
    .action(async (name: string, link: string) => {
      comparisonOf(link)
      const address = addressOf(link) ?? ''
      await session.worker().call('views/save', { page: 'compare', name, view: { address } })
      session.io.err(`The view “${name}” was saved.\n`)
    })
  view
    .command('delete')
    .argument('<name>')
    .action(async (name: string) => {
      await session.worker().call('views/delete', { page: 'compare', name })
      session.io.err(`The view “${name}” was deleted.\n`)
    })
}
