import type { Command } from 'commander'
import { textTable } from '../../shared/format/text-table.ts'
import { allowedText, allFields, specJsonSchema } from '../../shared/spec/fields.ts'
import { jsonText } from '../io.ts'
import type { Session } from '../session.ts'

/** `spec`: the fields of a run specification. */
export function addSpecCommand(program: Command, session: Session): void {
  program
    .command('spec')
    .description('the fields of a run specification, with defaults and ranges')
    .option('--schema', 'as JSON Schema')
    .option('--json', 'as JSON')
    .action(({ schema, json }: { schema?: boolean; json?: boolean }) => {
      if (schema) session.io.out(jsonText(specJsonSchema()))
      else {
        session.print(json, allFields(), () =>
          textTable(
            ['Field', 'Default', 'Allowed', 'Meaning'],
            allFields().map((field) => [field.path, String(field.default), allowedText(field), field.help]),
          ),
        )
      }
    })
}
