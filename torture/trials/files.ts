/** Files of every kind that others hand over, damaged and forged. */
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { callBench } from '../command-line.ts'
import { Examined } from '../examine.ts'
import { mutateBytes } from '../inputs/mutate-bytes.ts'
import { lay, soundSamples } from '../inputs/samples.ts'
import type { Trial } from '../types.ts'
import { EPOCHS, runUndisturbed, settledDatabase } from './undisturbed.ts'

export const files: Trial = {
  about: 'bundles, weights, databases, backups, images, tables, models and data sets that lie',
  run: async (turn) => {
    const { home } = await runUndisturbed('sparse', EPOCHS.few)
    const own = join(turn.folder, 'sound')
    const [bundle, backup] = [join(own, 'b.givens'), join(own, 'b.backup')]
    mkdirSync(own)
    await callBench(['bundle', 'export', '--study', 'torture', '--out', bundle], { home })
    await callBench(['backup', backup], { home })
    const [bundled, backedUp] = [readFileSync(bundle), readFileSync(backup)]
    const files = { bundle: bundled, backup: backedUp, database: readFileSync(settledDatabase(home)) }
    const samples = soundSamples(own, files, turn.stream)
    const examined = new Examined(join(turn.folder, 'home'), turn.find)
    const laid = join(turn.folder, 'laid')
    const put = async (name: string, lies: ReadonlyMap<string, Uint8Array>, number: number) => {
      const folder = join(laid, String(number))
      mkdirSync(folder, { recursive: true })
      lay(folder, lies)
      const sample = samples.find((each) => each.name === name)
      if (!sample) throw new Error(`no sample is called ${name}`)
      return { answer: await examined.ask(sample.ask(folder, lies), `${folder} (${name})`), folder }
    }
    let tried = 0
    try {
      for (const { name, files: sound } of samples) {
        const { answer } = await put(name, sound, tried++)
        if (!answer?.ok) turn.find(`the sound sample ${name} is refused: ${answer?.error?.message}`)
      }
      const goesOn = turn.start()
      while (goesOn()) {
        const { name, files: sound } = samples[turn.stream.integer(samples.length)]
        const lies = new Map(sound)
        const names = [...lies.keys()]
        const file = names[turn.stream.integer(names.length)]
        lies.set(file, mutateBytes(sound.get(file) ?? Buffer.alloc(0), turn.stream))
        const { answer, folder } = await put(name, lies, tried++)
        // What led to a finding stays.
        if (answer && answer.error?.code !== 'internal') rmSync(folder, { recursive: true })
      }
    } finally {
      await examined.close()
    }
    const outside = readdirSync(turn.folder).filter((name) => !['home', 'laid', 'sound'].includes(name))
    if (outside.length > 0 || existsSync(join(turn.folder, '..', 'evil')))
      turn.find(`written outside the home: ${outside.join(', ')}`)
    return { inputs: tried, accepted: examined.accepted, refused: examined.refused }
  },
}
