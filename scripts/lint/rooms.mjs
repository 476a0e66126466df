// Who may import whom, as data: the table of the house. Everything that is not allowed here is an error of
// the linter.
//
// `rooms`: other rooms of src/ that a room may import (itself is always allowed; `engine` means every room in
// it).
// `packages`: npm packages; `node`: whether Node's own modules may be used.
// The longest matching folder counts; a folder that is missing here is an error too.

const PURE = { node: false, packages: ['ml-matrix'] }

const sparse = (...rooms) => rooms.map((room) => `engine/backend/sparse/${room}`)

/**
 * @type {Record<string, {rooms: string[], packages: string[], node: boolean, only?: object}>}
 */
export const ROOMS = {
  shared: { rooms: [], packages: ['zod', '@noble/hashes'], node: false },

  // engine: runs under plain Node and in a thread; no SQLite, no Electron, no DOM.
  // index.ts is what others see of it, rng.ts what all of its rooms use.
  engine: { rooms: ['shared', 'engine'], packages: ['pure-rand'], node: false },
  'engine/threads': { rooms: [], packages: [], node: true },
  // Each floor imports the floors before it.
  'engine/linalg': { ...PURE, rooms: ['shared', 'engine/rng'] },
  'engine/ops': { ...PURE, rooms: ['shared', 'engine/rng', 'engine/linalg'] },
  'engine/program': { ...PURE, rooms: ['shared', 'engine/linalg', 'engine/ops'] },
  'engine/compiler': {
    ...PURE,
    rooms: ['shared', 'engine/rng', 'engine/linalg', 'engine/ops', 'engine/program'],
  },
  'engine/graphdef': { ...PURE, rooms: ['shared', 'engine/ops', 'engine/program'], packages: ['protobufjs'] },
  'engine/initialization': {
    ...PURE,
    rooms: ['shared', 'engine/rng', 'engine/linalg', 'engine/ops', 'engine/program', 'engine/compiler'],
  },
  'engine/density': { ...PURE, rooms: ['shared', 'engine/rng', 'engine/linalg', 'engine/initialization'] },
  'engine/dynamic': {
    ...PURE,
    rooms: [
      'shared',
      'engine/rng',
      'engine/linalg',
      'engine/program',
      'engine/initialization',
      'engine/density',
    ],
  },
  'engine/interchange': {
    rooms: ['shared', 'engine/rng', 'engine/ops', 'engine/program'],
    packages: ['fflate', '@bufbuild/protobuf', '@napi-rs/image'],
    node: true,
  },
  // Methods of the user's own, in processes and threads apart.
  'engine/own': {
    rooms: [
      'shared',
      'engine/rng',
      'engine/linalg',
      'engine/initialization',
      'engine/density',
      'engine/dynamic',
      'engine/interchange',
    ],
    packages: [],
    node: true,
  },
  'engine/laboratory': {
    rooms: [
      'shared',
      'engine/rng',
      'engine/linalg',
      'engine/program',
      'engine/initialization',
      'engine/interchange',
    ],
    packages: ['fflate'],
    node: false,
  },
  'engine/data': {
    rooms: ['shared', 'engine/rng', 'engine/threads', 'engine/program', 'engine/interchange', 'resources'],
    packages: ['fflate', 'hyparquet', 'papaparse', 'tar', '@napi-rs/image'],
    node: true,
  },
  'engine/backend': {
    rooms: [
      'shared',
      'engine/rng',
      'engine/threads',
      'engine/linalg',
      'engine/ops',
      'engine/program',
      'engine/compiler',
      'engine/graphdef',
      'engine/backend',
    ],
    packages: ['@tensorflow/tfjs-node-gpu'],
    node: true,
  },
  // The sparse backend's own floors: from what its instructions are to what runs them. Kernels are
  // AssemblyScript and know nothing but each other.
  'engine/backend/sparse/kernels': { rooms: [], packages: [], node: false },
  'engine/backend/sparse/instructions': { rooms: [], packages: [], node: false },
  'engine/backend/sparse/model': { ...PURE, rooms: ['shared'] },
  'engine/backend/sparse/layers': {
    ...PURE,
    rooms: ['shared', ...sparse('instructions', 'model')],
  },
  'engine/backend/sparse/plan': {
    ...PURE,
    rooms: ['shared', 'engine/threads', 'engine/program', ...sparse('model', 'layers')],
  },
  'engine/backend/sparse/link': {
    ...PURE,
    rooms: [
      'shared',
      'engine/linalg',
      'engine/ops',
      'engine/program',
      'engine/backend/optimizers',
      ...sparse('instructions', 'model', 'layers', 'plan'),
    ],
  },
  'engine/backend/sparse/run': {
    rooms: [
      'shared',
      'engine/threads',
      'engine/linalg',
      'engine/ops',
      'engine/program',
      ...sparse('instructions', 'model', 'plan', 'link'),
    ],
    packages: [],
    node: true,
  },
  'engine/train': { rooms: ['shared', 'engine'], packages: ['fflate'], node: true },

  lab: {
    rooms: ['shared', 'engine/index', 'resources', 'package.json'],
    packages: [
      'better-sqlite3',
      'papaparse',
      'fflate',
      'zod',
      '@noble/hashes',
      '@napi-rs/image',
      'tar',
      'fontkit',
      'pdfkit',
    ],
    node: true,
    only: { electron: ['lab/index.ts', 'lab/far-process.ts'] },
  },
  cli: {
    rooms: ['shared', 'engine/index', 'lab', 'package.json'],
    packages: ['commander', 'fflate'],
    node: true,
  },

  // The window: everything reaches the lab through the one port.
  main: { rooms: ['shared', 'resources', 'package.json'], packages: ['electron', 'zod'], node: true },
  preload: { rooms: ['shared'], packages: ['electron'], node: false },
  renderer: {
    rooms: ['shared', 'resources'],
    packages: ['vue', 'vue-router', 'chart.js', '@tanstack/vue-virtual'],
    node: false,
  },
}

/** Files that a room may not import although it may import their room. */
export const CLOSED = {
  'lab/index.ts': {
    to: ['cli'],
    because: 'lab/index.ts is the front door of the process, with Electron in it',
  },
}
