/**
 * Lays out what depends on the masks: values, optimizer slots, gradients, tables; and the tapes that read
 * them.
 */
import { weightDecayOf } from '../../../../shared/methods/optimizers/decay.ts'
import { optimizerOf } from '../../../../shared/methods/optimizers/index.ts'
import { OPTIMIZER_FORMS } from '../../optimizers/index.ts'
import { Arena, type Piece } from '../plan/arena.ts'
import { FLOAT } from '../model/geometry.ts'
import { Emitter, type TapeName } from './emitter.ts'
import { NO_ROOM, roomsOf, type Positions, type Room, type Rooms } from './capacity.ts'
import { layOutConstants, type ConstantKernel, type Constants } from './constants.ts'
import type { LinkedParameter, Links } from './links.ts'
import { packedBytes } from '../instructions/scratch.ts'
import { readsChannels } from '../layers/packed.ts'
import type { LinkedKernel } from '../layers/types.ts'
import type { SharedMemory } from '../plan/memory.ts'
import { SUM_BYTES, type KernelPlan, type SparsePlan } from '../plan/plan.ts'
import type { ParameterLocation } from '../../../program/types.ts'
import { writeStructure, type StructureTables } from './structure.ts'
import { sizeOf } from '../../../../shared/graph/shapes.ts'

/** Bytes. */
const ROOM_FOR_RECORDS = 2 ** 20

export interface Linked {
  readonly links: Links
  readonly tables: ReadonlyMap<string, StructureTables>
  readonly tapes: LinkedTapes
  /** Of each maskable kernel: where its dense gradient lies, and its entries. */
  readonly denseGradients: ReadonlyMap<string, { readonly at: number; readonly size: number }>
  /** All tapes together, when all of them were written. */
  readonly tapeBytes: number
  /** What is linked, and where that ends. */
  readonly arena: Arena
}

/** Of a function: the address of the threads' tapes, and of the first. */
export interface TapeAddresses {
  readonly table: number
  readonly first: number
}

/** Tapes of one layout, each written at its first use: after a change of masks most are never asked for. */
class LinkedTapes {
  readonly #written = new Map<TapeName, TapeAddresses>()
  readonly #write: (name: TapeName) => TapeAddresses

  constructor(write: (name: TapeName) => TapeAddresses) {
    this.#write = write
  }

  get(name: TapeName): TapeAddresses {
    const known = this.#written.get(name)
    if (known) return known
    const addresses = this.#write(name)
    this.#written.set(name, addresses)
    return addresses
  }
}

/** Addresses of each thread's region, and where what is linked begins. */
export interface Regions {
  readonly bases: readonly number[]
  readonly start: number
  /** All that is planned so far, in the order of addresses. */
  readonly pieces: readonly Piece[]
}

/**
 * The regions: sized by writing the tapes once for nothing, since gradients take their buffers as they
 * come.
 */
export function planRegions(plan: SparsePlan): Regions {
  const { links } = layOut(plan, new Map(), plan.used)
  const tape = new Emitter(plan, links, 'train', 0, 0)
  const arena = new Arena(plan.used)
  const bases = Array.from({ length: plan.threads }, () => arena.take(tape.regionUsed))
  const own = [...plan.regionPieces, ...tape.pieces]
  const regions = bases.map((base) => own.map(({ from, to }) => ({ from: base + from, to: base + to })))
  return { bases, start: arena.end, pieces: [...plan.pieces, ...regions.flat()] }
}

/** An address beyond all that is linked, whatever the masks come to be. */
export function endOfLinks(plan: SparsePlan, regions: Regions, { tapeBytes }: Linked): number {
  const rooms = [...plan.kernels].map(([node, { shape }]) => {
    const entries = shape.rows * shape.columns
    return [node, { nonzeros: entries, capacity: entries }] as const
  })
  const { arena } = layOut(plan, new Map(rooms), regions.start)
  // Other masks take other kernels, whose records differ by some words.
  arena.take(2 * tapeBytes + ROOM_FOR_RECORDS)
  return arena.end
}

/** `before`: the layout that was in force, if there was one. */
export function link(
  plan: SparsePlan,
  regions: Regions,
  positions: Positions,
  memory: SharedMemory,
  before: Linked | null,
): Linked {
  const rooms = roomsOf(plan, before?.links ?? null, positions)
  const { links, tables, arena, constants } = layOut(plan, rooms, regions.start)
  memory.reserve(arena.end)
  if (before) {
    // Between parameters there are gaps, which updates read. All else is written before it is read.
    memory.clear(links.values, links.parts + links.bytes * plan.threads)
    memory.used(arena.end)
  } else {
    memory.clear(regions.start, arena.end)
    for (const [at, row] of constants.rows) memory.words.set(row, at / FLOAT)
  }
  let tapeBytes = 0
  const tapes = new LinkedTapes((name) => {
    const words = regions.bases.map((base, thread) => new Emitter(plan, links, name, thread, base).tape.words)
    const table = arena.take(FLOAT * words.length)
    const places = words.map(({ length }) => arena.take(FLOAT * length))
    memory.reserve(arena.end)
    memory.used(arena.end)
    memory.words.set(places, table / FLOAT)
    words.forEach((tape, thread) => {
      memory.words.set(tape, places[thread] / FLOAT)
      tapeBytes += FLOAT * tape.length
    })
    return { table, first: places[0] }
  })
  // The first time all of them, since the room for later ones goes by what they take.
  if (!before) for (const name of tapesOf(plan)) tapes.get(name)
  const { denseGradients } = constants
  return { links, tables, tapes, denseGradients, tapeBytes: before?.tapeBytes ?? tapeBytes, arena }
}

function tapesOf({ source, resident }: SparsePlan): TapeName[] {
  const names: TapeName[] = ['train', 'evaluate', 'logits']
  if (source.options.denseGradients) names.push('denseGradients')
  if (resident) names.push('resident')
  return names
}

/** Writes the tables of the kernels named. */
export function writeTables(
  plan: SparsePlan,
  linked: Linked,
  positions: Positions,
  memory: SharedMemory,
  nodes: Iterable<string>,
): void {
  for (const node of nodes) {
    const kernel = plan.kernels.get(node)
    const tables = linked.tables.get(node)
    const nonzeros = positions.get(node)
    if (!kernel || !tables || !nonzeros) throw new Error(`${node} is not linked`)
    writeStructure(memory.words, tables, nonzeros, kernel.shape.rows, kernel.phases.length, kernel.addresses)
  }
}

interface LayOut {
  readonly links: Links
  readonly tables: Map<string, StructureTables>
  readonly constants: Constants
  readonly arena: Arena
}

function layOut(plan: SparsePlan, rooms: Rooms, start: number): LayOut {
  const arena = new Arena(start)
  const { optimizer, weightDecay, weightDecayOn } = plan.source.options
  const constants = layOutConstants(plan, arena)
  const scratch = scratchBytes(plan, rooms)
  const denseScratch = arena.take(scratch.dense * plan.threads)
  const offsets = new Map<string, number>()
  const statistics = new Map<string, number>()
  const nodeOf = new Map(
    [...plan.kernels.values()].map(({ location, node }) => [location.parameter.name, node]),
  )
  const { norms = false } = OPTIMIZER_FORMS[optimizer].sparse ?? {}
  const parameters: LinkedParameter[] = []
  const decayOf = ({ parameter }: ParameterLocation): number =>
    weightDecayOf(parameter.role, weightDecay, weightDecayOn)
  // Those of one decay lie side by side, so that most threads have one share.
  const ordered = plan.locations.toSorted((one, other) => decayOf(other) - decayOf(one))
  let bytes = 0
  for (const location of ordered) {
    const { parameter } = location
    const node = nodeOf.get(parameter.name)
    const size = sizeOf(parameter.shape)
    if (!parameter.trainable) {
      statistics.set(parameter.name, arena.take(FLOAT * size))
      continue
    }
    const from = bytes
    offsets.set(parameter.name, from)
    bytes += Math.ceil((node === undefined ? size : (rooms.get(node)?.capacity ?? 0)) / 4) * 16
    const sums = norms ? arena.take(SUM_BYTES * plan.threads) : 0
    parameters.push({ from, to: bytes, weightDecay: decayOf(location), sums })
  }
  bytes = Math.ceil(bytes / 64) * 64
  const slotCount = optimizerOf(optimizer).slots(plan.source.options).length
  const kernels = new Map<string, LinkedKernel>()
  const tables = new Map<string, StructureTables>()
  const links: Links = {
    kernels,
    offsets,
    statistics,
    foldRows: constants.foldRows,
    tables: constants.tables,
    bytes,
    values: arena.take(bytes),
    slots: Array.from({ length: slotCount }, () => arena.take(bytes)),
    parameters,
    parts: arena.take(bytes * plan.threads),
    partial: arena.take(scratch.partial * plan.threads),
    partialStride: scratch.partial,
    denseScratch,
    denseStride: scratch.dense,
  }
  for (const [node, kernel] of plan.kernels) {
    const constant = constants.kernels.get(node)
    if (!constant) throw new Error(`${node} has no constant tables`)
    const linked = linkKernel(kernel, rooms.get(node) ?? NO_ROOM, arena, constant)
    kernels.set(node, linked)
    tables.set(node, {
      rowStarts: linked.rowStarts / FLOAT,
      offsets: linked.offsets / FLOAT,
      backStarts: linked.backStarts === null ? null : linked.backStarts / FLOAT,
      backOffsets: linked.backOffsets / FLOAT,
      backOrder: linked.backOrder / FLOAT,
      rowOf: linked.rowOf === null ? null : linked.rowOf / FLOAT,
    })
  }
  return { links, tables, constants, arena }
}

function linkKernel(
  { shape, addresses, phases, back, dense }: KernelPlan,
  { nonzeros, capacity }: Room,
  arena: Arena,
  constant: ConstantKernel,
): LinkedKernel {
  return {
    ...constant,
    shape,
    addresses,
    phases,
    nonzeros,
    capacity,
    rowOf: dense ? arena.take(2 * capacity) : null,
    rowStarts: arena.take(FLOAT * (shape.rows + 1)),
    offsets: arena.take(FLOAT * capacity),
    backStarts: back ? arena.take(FLOAT * phases.length * (addresses.channels + 1)) : null,
    backOffsets: back ? arena.take((dense ? 2 : 1) * FLOAT * capacity) : 0,
    backOrder: back && !dense ? arena.take(FLOAT * capacity) : 0,
  }
}

/**
 * Bytes of scratch a thread: 32 a nonzero of the largest convolution, what layers and copies of channels ask
 * for, and the largest kernel for dense gradients.
 */
function scratchBytes(
  { kernels, source, scratch }: SparsePlan,
  rooms: Rooms,
): { partial: number; dense: number } {
  // The sums of eight weights of a full kernel take 256 bytes.
  let partial = Math.max(256, scratch)
  let dense = 0
  for (const [node, { shape }] of kernels) {
    const { capacity: nonzeros } = rooms.get(node) ?? NO_ROOM
    partial = Math.max(partial, 32 * nonzeros)
    if (readsChannels(shape)) {
      const copies = (rows: number, channels: number): number =>
        64 * Math.ceil(nonzeros / 16) + packedBytes(rows, channels, nonzeros)
      partial = Math.max(partial, copies(shape.rows, shape.columns), copies(shape.columns, shape.rows))
    }
    if (!source.options.denseGradients) continue
    partial = Math.max(partial, 32 * shape.columns)
    dense = Math.max(dense, FLOAT * shape.rows * shape.columns)
  }
  return { partial: Math.ceil(partial / 64) * 64, dense: Math.ceil(dense / 64) * 64 }
}
