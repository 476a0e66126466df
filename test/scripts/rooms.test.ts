import { ESLint } from 'eslint'
import { expect, it } from 'vitest'

const eslint = new ESLint()

/** What the linter says about one line of code in one file; the file need not exist. */
async function complaints(filePath: string, code: string): Promise<string[]> {
  const [{ messages }] = await eslint.lintText(`${code}\n`, { filePath })
  return messages.filter(({ ruleId }) => ruleId === 'house/room-imports').map(({ message }) => message)
}

const FORBIDDEN: [file: string, code: string, said: RegExp][] = [
  ['src/shared/spec/x.ts', "import '../../engine/rng.ts'", /shared may not import engine\/rng\.ts/],
  ['src/shared/spec/x.ts', "import { readFileSync } from 'node:fs'", /Node's modules \(node:fs\)/],
  ['src/shared/spec/x.ts', "import fs from 'fs'", /Node's modules \(fs\)/],
  ['src/shared/spec/x.ts', "import { ref } from 'vue'", /the package vue/],
  [
    'src/engine/ops/x.ts',
    "import { train } from '../train/loop.ts'",
    /engine\/ops may not import engine\/train\/loop\.ts/,
  ],
  [
    'src/engine/ops/x.ts',
    "export * from '../backend/reference/index.ts'",
    /engine\/backend\/reference\/index\.ts/,
  ],
  ['src/engine/ops/x.ts', "import { join } from 'node:path'", /Node's modules/],
  ['src/engine/compiler/optimizers/x.ts', "import '../../data/index.ts'", /engine\/compiler may not import/],
  ['src/engine/train/x.ts', "import '../../lab/index.ts'", /engine\/train may not import lab/],
  ['src/engine/train/x.ts', "import Database from 'better-sqlite3'", /better-sqlite3/],
  ['src/engine/unknown/x.ts', "import '../rng.ts'", /lies in no room/],
  ['src/lab/run/pool.ts', "import { app } from 'electron'", /lab may not import the package electron/],
  ['src/lab/run/pool.ts', "const electron = await import('electron')", /the package electron/],
  ['src/lab/run/pool.ts', "import '../../renderer/main.ts'", /renderer/],
  ['src/cli/index.ts', "import '../lab/index.ts'", /front door of the process/],
  ['src/cli/index.ts', "import 'electron'", /electron/],
  ['src/main/window.ts', "import '../lab/run/pool.ts'", /main may not import lab\/run\/pool\.ts/],
  ['src/main/window.ts', "import '../engine/rng.ts'", /main may not import engine/],
  ['src/preload/index.ts', "import { readFileSync } from 'fs'", /preload may not use Node's modules/],
  [
    'src/renderer/pages/x.ts',
    "import type { Store } from '../../lab/store/open.ts'",
    /renderer may not import lab/,
  ],
  [
    'src/renderer/pages/x.ts',
    "type Store = import('../../lab/store/open.ts').Store",
    /renderer may not import lab/,
  ],
  ['src/renderer/pages/x.ts', "import { ipcRenderer } from 'electron'", /the package electron/],
]

it.each(FORBIDDEN)('%s may not: %s', async (file, code, said) => {
  const found = await complaints(file, code)
  expect(found).toHaveLength(1)
  expect(found[0]).toMatch(said)
})

it('holds in a Vue file too', async () => {
  const script = "import { x } from '../../engine/rng.ts'"
  const page = `<script setup lang="ts">\n${script}\n</script>\n<template><p>{{ x }}</p></template>`
  expect(await complaints('src/renderer/pages/X.vue', page)).toHaveLength(1)
})

const ALLOWED: [file: string, code: string][] = [
  ['src/shared/spec/x.ts', "import { z } from 'zod'"],
  ['src/engine/initialization/x.ts', "import type { Backend } from '../program/backend.ts'"],
  ['src/engine/initialization/x.ts', "import { qr } from '../linalg/qr.ts'"],
  ['src/engine/train/x.ts', "import { BACKENDS } from '../backend/index.ts'"],
  ['src/lab/index.ts', "import { app } from 'electron'"],
  ['src/lab/store/x.ts', "import Database from 'better-sqlite3'"],
  ['src/cli/commands/x.ts', "import { open } from '../../lab/store/open.ts'"],
  ['src/main/lab-process.ts', "import labPath from '../lab/index.ts?modulePath'"],
  ['src/renderer/pages/x.ts', "import type { RunSpec } from '../../shared/spec/schema.ts'"],
]

it.each(ALLOWED)('%s may: %s', async (file, code) => {
  expect(await complaints(file, code)).toEqual([])
})

it('refuses `any`, `as unknown as`, Math.random and an empty catch', async () => {
  const code = [
    'export const a = (x: any): number => x',
    'export const b = (x: string) => x as unknown as number',
    'export const c = () => Math.random()',
    'export function d() { try { a(1) } catch {} }',
  ].join('\n')
  const [{ messages }] = await eslint.lintText(`${code}\n`, { filePath: 'src/shared/stats/x.ts' })
  expect(messages.map(({ ruleId }) => ruleId)).toEqual([
    '@typescript-eslint/no-explicit-any',
    'no-restricted-syntax',
    'no-restricted-properties',
    'no-empty',
  ])
})
