import type { Command } from 'commander'
import type { LabDoor } from '../../lab/lab.ts'
import { BenchError } from '../../shared/contract/errors.ts'
import { brokenSealText } from '../../shared/contract/seals.ts'
import type { BrokenSeal, SealsLook } from '../../shared/contract/seals.ts'
import { oneLine } from '../../shared/format/one-line.ts'
import { EXIT } from '../io.ts'
import { numberIn } from '../options.ts'
import type { Session } from '../session.ts'

interface VerifyOptions {
  readonly study?: string
  readonly seal?: boolean
  readonly json?: boolean
}

const nameOf = ({ run, study, labels }: BrokenSeal): string =>
  oneLine([`run ${run}`, study, ...Object.values(labels)].filter((text) => text !== null).join(' · '))

/** `verify [RUN …]`: holds finished runs against what they were when they ended. */
export function addVerifyCommand(program: Command, session: Session): void {
  program
    .command('verify')
    .description('hold finished runs against their seals: whether a number changed since they ended')
    .argument('[run...]', 'only these runs', collectRuns)
    .option('--study <id>', 'only the runs of a study')
    .option('--seal', 'also seal the runs that ended under earlier versions, as they stand now')
    .option('--json', 'as JSON')
    .action(async (runs: readonly number[], { study, seal, json }: VerifyOptions) => {
      const lab = seal ? session.worker() : marking(session)
      const ids = runs.length > 0 ? runs : undefined
      for (const id of runs) await lab.call('runs/get', { id })
      if (study !== undefined) await lab.call('studies/get', { id: study })
      let [sound, unsealed] = [0, 0]
      const broken: BrokenSeal[] = []
      for (let after: number | null = 0; after !== null;) {
        const look: SealsLook = await lab.call('seals/look', { ids, study, ...(after > 0 ? { after } : {}) })
        sound += look.sound
        unsealed += look.unsealed
        broken.push(...look.broken)
        after = look.next
        if (after !== null && session.io.live) session.io.err(`\r${sound + unsealed + broken.length} runs …`)
      }
      if (session.io.live) session.io.err('\r')
      const sealed = seal ? (await lab.call('seals/add', {})).sealed : 0
      if (broken.length > 0) session.exitCode = EXIT.failed
      session.print(json, { sound, unsealed, broken, sealed }, () =>
        [
          ...broken.map((each) => `${nameOf(each)}: ${brokenSealText(each.parts)}`),
          `${sound} runs are as they were when they ended, ${broken.length} are not.`,
          ...(unsealed > 0
            ? [
                `${unsealed} ended under an earlier version and have no seal.` +
                  (seal
                    ? ` ${sealed} were sealed as they stand.`
                    : ' “verify --seal” seals them as they stand.'),
              ]
            : []),
        ].join('\n'),
      )
    })
}

/** A lab that marks what it finds; one that only reads where the home cannot be written. */
function marking(session: Session): LabDoor {
  try {
    return session.worker()
  } catch (error) {
    if (error instanceof BenchError && ['in-use', 'damaged', 'read-only'].includes(error.code))
      return session.reader()
    throw error
  }
}

function collectRuns(text: string, before: readonly number[] = []): readonly number[] {
  return [...before, numberIn(1, Number.MAX_SAFE_INTEGER, { integer: true })(text)]
}
