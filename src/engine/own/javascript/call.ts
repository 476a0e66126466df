/** The calls to a method in JavaScript. */
import { Stream } from '../../rng.ts'
import type { OwnArray, OwnArrays, OwnReply, OwnRequest } from '../types.ts'
import { AnswerError, byLayer, maskOf, weightOf } from './answers.ts'

const FUNCTIONS = { scheme: 'kernel', distribution: 'distribute', dynamic: 'update' } as const
const ABOUT = ['name', 'title', 'help', 'settings', 'traits', 'needs', 'tolerance'] as const

export interface Method {
  readonly kind: keyof typeof FUNCTIONS
  readonly run: (situation: object) => unknown
}

type Calling = Exclude<OwnRequest, { readonly call: 'load' }>

interface Layer {
  readonly name: string
  readonly shape: readonly number[]
}

/** What the module exports by default, with its function, and what it says of itself. */
export function describe(exported: unknown): { method: Method; about: Record<string, unknown> } {
  if (typeof exported !== 'object' || exported === null) {
    throw new AnswerError(
      'the file must export its method: export default defineScheme({ … }), or defineDistribution, ' +
        'defineDynamic',
    )
  }
  const entries = exported as Record<string, unknown>
  const kind = entries['kind']
  if (typeof kind !== 'string' || !Object.hasOwn(FUNCTIONS, kind)) {
    throw new AnswerError(
      `kind must be “scheme”, “distribution” or “dynamic”, not ${String(kind)}; defineScheme, ` +
        'defineDistribution and defineDynamic set it',
    )
  }
  const known = kind as Method['kind']
  const run = entries[FUNCTIONS[known]]
  if (typeof run !== 'function') {
    throw new AnswerError(`a ${kind} needs the function ${FUNCTIONS[known]}`)
  }
  const about = Object.fromEntries(ABOUT.flatMap((name) => (name in entries ? [[name, entries[name]]] : [])))
  try {
    // What is said of a method goes into files and messages as JSON.
    structuredClone(about)
    JSON.stringify(about)
  } catch {
    throw new AnswerError('name, settings and the like must be plain texts, numbers, lists and objects')
  }
  return {
    method: { kind: known, run: (situation) => run.call(entries, situation) as unknown },
    about: { ...(JSON.parse(JSON.stringify(about)) as object), kind },
  }
}

/** 53 bits of the seed's words: what a stream begins with. */
function streamOf([high, low]: readonly number[]): Stream {
  return Stream.root((high & 0x1fffff) * 2 ** 32 + low)
}

function layersOf(request: Calling, arrays: OwnArrays): (Layer & Record<string, unknown>)[] {
  return request.layers.map((layer, place) => ({
    ...(layer as Readonly<Record<string, unknown>> & Layer),
    ...Object.fromEntries(request.given.map((name) => [name, arrays.get(`${place}.${name}`)?.data ?? null])),
  }))
}

/** The method's answer to a call. Throws AnswerError, or whatever the method throws. */
export async function answerTo(method: Method, request: Calling, arrays: OwnArrays): Promise<OwnReply> {
  const layers = layersOf(request, arrays)
  const { settings } = request
  const random = streamOf(request.seed)
  switch (request.call) {
    case 'kernel': {
      const [layer] = layers
      const { density } = request
      const answer = await method.run({ layer, shape: layer.shape, density, settings, random })
      return kernelReply(answer, layer)
    }
    case 'distribute':
      return distributionReply(
        await method.run({ layers, density: request.density, settings, random }),
        layers,
      )
    case 'update': {
      const answer = await method.run({ layers, settings, random, ...request.now })
      const names = layers.map(({ name }) => name)
      const masks = byLayer(answer, names, 'update').map((entry, index) =>
        maskOf(entry, layers[index].shape, `the mask of ${names[index]}`),
      )
      return { header: {}, arrays: new Map(masks.map((mask, index) => [`${index}.mask`, mask])) }
    }
  }
}

function kernelReply(answer: unknown, { shape }: Layer): OwnReply {
  if (typeof answer !== 'object' || answer === null)
    throw new AnswerError(`kernel must return { weight, mask }, not ${String(answer)}`)
  if (ArrayBuffer.isView(answer) || Array.isArray(answer))
    return { header: {}, arrays: new Map([['weight', weightOf(answer, shape)]]) }
  const { weight, mask } = answer as { weight?: unknown; mask?: unknown }
  const arrays = new Map<string, OwnArray>([['weight', weightOf(weight, shape)]])
  if (mask !== undefined && mask !== null) arrays.set('mask', maskOf(mask, shape, 'the mask'))
  return { header: {}, arrays }
}

function distributionReply(answer: unknown, layers: readonly Layer[]): OwnReply {
  const names = layers.map(({ name }) => name)
  const arrays = new Map<string, OwnArray>()
  const densities = byLayer(answer, names, 'distribute').map((entry, index) => {
    if (typeof entry === 'number') {
      if (Number.isFinite(entry)) return entry
      throw new AnswerError(`the density of ${names[index]} is ${entry}`)
    }
    arrays.set(`${index}.mask`, maskOf(entry, layers[index].shape, `the mask of ${names[index]}`))
    return null
  })
  return { header: { densities }, arrays }
}
