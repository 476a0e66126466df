/** Study files as people and programs write them, changed at random places. */
import { join } from 'node:path'
import { presetStudies } from '../../src/shared/studies/index.ts'
import { Examined } from '../examine.ts'
import { mutateValue } from '../inputs/mutate-values.ts'
import type { Trial } from '../types.ts'

export const studies: Trial = {
  about: 'studies that are changed at random places',
  run: async (turn) => {
    const examined = new Examined(join(turn.folder, 'home'), turn.find)
    const given = presetStudies().map(({ study }) => study)
    let inputs = 0
    try {
      const goesOn = turn.start()
      for (; goesOn(); inputs++) {
        let study: unknown = { ...given[turn.stream.integer(given.length)], id: `changed-${inputs}` }
        for (let change = turn.stream.integer(4); change >= 0; change--)
          study = mutateValue(study, turn.stream)
        const about = `${JSON.stringify(study)?.slice(0, 400)}`
        const saved = await examined.ask(
          { kind: 'shell', method: 'studies/save', input: { study } },
          `studies/save ${about}`,
        )
        if (!saved?.ok) continue
        const input = { id: `changed-${inputs}` }
        await examined.ask({ kind: 'shell', method: 'studies/start', input }, `studies/start ${about}`)
      }
    } finally {
      await examined.close()
    }
    return { inputs, accepted: examined.accepted, refused: examined.refused }
  },
}
