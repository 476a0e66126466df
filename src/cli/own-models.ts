/** `model import | remove | export`: the own models of a home. */
import type { Command } from 'commander'
import type { OwnModelImport } from '../shared/contract/own-models.ts'
import { formatBytes } from '../shared/format/number.ts'
import { shapeText } from '../shared/graph/shapes.ts'
import type { Session } from './session.ts'

export function addOwnModelCommands(model: Command, session: Session): void {
  model
    .command('import')
    .description('bring a model in: an ONNX file, or a layer graph as JSON (docs/own-models.md)')
    .argument('<file>', 'FILE.onnx or FILE.json')
    .option('--name <name>', 'what it is called in a specification: own:NAME (default: the file’s name)')
    .option('--json', 'as JSON')
    .action(async (file: string, { name, json }: { name?: string; json?: boolean }) => {
      const imported = await session.worker().call('models/import', { file, name })
      session.print(json, imported, () => importText(imported))
    })
  model
    .command('remove')
    .description('take the name of an own model away; runs keep their model')
    .argument('<name>', 'own:NAME')
    .option('--json', 'as JSON')
    .action(async (name: string, { json }: { json?: boolean }) => {
      const removed = await session.worker().call('models/remove', { name })
      session.print(json, removed, () => `${removed.name} is removed.${keptText(removed.runs)}`)
    })
  model
    .command('export')
    .description('write an own model as a file that can be imported elsewhere')
    .argument('<name>', 'own:NAME')
    .requiredOption('--out <file>', 'the file to write, .json')
    .option('--json', 'as JSON')
    .action(async (name: string, { out, json }: { out: string; json?: boolean }) => {
      const written = await session.reader().call('models/export', { name, file: out })
      session.print(json, written, () => `${written.file}: ${formatBytes(written.bytes)}`)
    })
}

const keptText = (runs: number): string =>
  runs === 0 ? '' : ` ${runs} ${runs === 1 ? 'run keeps its' : 'runs keep their'} model.`

function importText({ model, before }: OwnModelImport): string {
  const { name, hash, input, classes, layers, parameters, maskable, formerRuns, notes } = model
  const settings = Object.entries(model.settings).map(([setting, value]) => `${setting} ${value}`)
  return [
    `${name} (${hash.slice(0, 12)}): ${layers} layers, ${parameters} parameters, ${maskable} of them ` +
      `maskable, for ${shapeText(input)} and ${classes} classes` +
      (settings.length > 0 ? `; settings: ${settings.join(', ')}` : ''),
    ...(before === 'another'
      ? [`! The name stood for another model before.${keptText(formerRuns)} New runs take this one.`]
      : before === 'the same'
        ? ['It was here already, unchanged.']
        : []),
    ...notes.map((note) => `! ${note}`),
  ].join('\n')
}
