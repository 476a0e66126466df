import type { Command } from 'commander'
import type { DoctorItem } from '../../shared/contract/lab.ts'
import type { Session } from '../session.ts'

export const MARKS: Readonly<Record<DoctorItem['status'], string>> = {
  ok: 'ok     ',
  missing: 'MISSING',
  warning: 'warning',
}

/** `doctor`: what is installed, which backends work, what to do about what is missing. */
export function addDoctorCommand(program: Command, session: Session): void {
  program
    .command('doctor')
    .description('what is installed, which backends work, and what to do about what is missing')
    .option('--json', 'as JSON')
    .action(async ({ json }: { json?: boolean }) => {
      const info = await session.reader().call('lab/info', {})
      session.print(json, info, () =>
        [
          ...info.doctor.flatMap(({ name, status, detail, remedy }) => [
            `${MARKS[status]}  ${name}: ${detail}`,
            ...(remedy === null ? [] : remedy.split('\n').map((text) => `         → ${text}`)),
          ]),
          `Scores and spectra are computed by ${info.autoBackend}; ` +
            'training by the fastest backend, unless told otherwise.',
        ].join('\n'),
      )
    })
}
