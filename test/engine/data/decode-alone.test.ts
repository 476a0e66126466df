import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Transformer } from '@napi-rs/image'
import { expect, it } from 'vitest'

it('decodes in a program that waits for nothing else, and lets it end', () => {
  const root = mkdtempSync(join(tmpdir(), 'givens-test-'))
  try {
    const image = Transformer.fromRgbaPixels(new Uint8Array(8 * 8 * 4).fill(200), 8, 8).pngSync()
    for (const part of ['train/a', 'train/b', 'val/a', 'val/b']) {
      mkdirSync(join(root, part), { recursive: true })
      for (const name of ['1.png', '2.png']) writeFileSync(join(root, part, name), image)
    }
    const source = new URL('../../../src/engine/data/folder-dataset.ts', import.meta.url).href
    const options = { validation: 0, limit: 0, augment: false, size: 8, centre: 1 }
    const code =
      `const { openFolder } = await import(${JSON.stringify(source)});` +
      `const data = await openFolder('made', ${JSON.stringify(root)}, ${JSON.stringify(options)});` +
      'console.log(data.size("train"), (await data.evaluationBatch("test", 0, 4)).count)'
    writeFileSync(join(root, 'program.mjs'), code)
    const out = execFileSync(process.execPath, [join(root, 'program.mjs')], {
      env: { ...process.env, ELECTRON_RUN_AS_NODE: '1' },
      encoding: 'utf8',
      timeout: 15_000,
    })
    expect(out.trim()).toBe('4 4')
  } finally {
    rmSync(root, { recursive: true, force: true })
  }
})
