// Compiles the kernels of the sparse backend into resources/kernels/sparse.wasm.br, which is kept in the
// repository, so that neither set-up nor bundling needs the compiler; and before that the interpreter of the
// instructions. `--check` only compares, what is inside: compressors differ.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { brotliCompressSync, brotliDecompressSync } from 'node:zlib'
import { kernelTexts } from './kernel-instructions.mjs'

const at = (path) => fileURLToPath(new URL(`../${path}`, import.meta.url))
const TARGET = at('resources/kernels/sparse.wasm.br')
const KERNELS = at('src/engine/backend/sparse/kernels')
const INSTRUCTIONS = at('src/engine/backend/sparse/instructions')

/** The module. */
function compile() {
  const folder = mkdtempSync(join(tmpdir(), 'kernels-'))
  try {
    const binary = join(folder, 'kernels.wasm')
    const { status, stderr } = spawnSync(
      process.execPath,
      [
        at('node_modules/assemblyscript/bin/asc.js'),
        'src/engine/backend/sparse/kernels/index.ts',
        '-o',
        binary,
        '-O3',
        '--runtime',
        'stub',
        '--noAssert',
        '--enable',
        'simd',
        '--enable',
        'relaxed-simd',
        '--enable',
        'threads',
        '--importMemory',
        '--sharedMemory',
        '--initialMemory',
        '1',
        '--maximumMemory',
        '65536',
      ],
      { cwd: at('.'), encoding: 'utf8' },
    )
    if (status !== 0) throw new Error(`the kernels do not compile:\n${stderr}`)
    return readFileSync(binary)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

const checks = process.argv.includes('--check')
for (const [name, text] of Object.entries(kernelTexts(INSTRUCTIONS, KERNELS))) {
  const file = join(KERNELS, name)
  if (!checks) writeFileSync(file, text)
  else if (readFileSync(file, 'utf8') !== text) {
    console.error(`kernels/${name} is not what instructions/ says: run node scripts/build-kernels.mjs`)
    process.exit(1)
  }
}
const compiled = compile()
if (!checks) writeFileSync(TARGET, brotliCompressSync(compiled))
else if (!brotliDecompressSync(readFileSync(TARGET)).equals(compiled)) {
  console.error('sparse.wasm.br is not what kernels/ compiles to: run node scripts/build-kernels.mjs')
  process.exit(1)
}
