/**
 * Makes own methods known in this thread: their descriptors, and their computations, which start a host when
 * they are first asked.
 */
import { registerDistribution } from '../density/index.ts'
import { registerScheme } from '../initialization/index.ts'
import { registerMethod } from '../../shared/methods/registry.ts'
import type { OwnName } from '../../shared/spec/own.ts'
import type { OwnAbout } from '../../shared/methods/own.ts'
import { registerModelDynamic } from '../dynamic/index.ts'
import { ownDistribution } from './distribution.ts'
import { ownUpdate } from './dynamic.ts'
import { openMethod } from './method.ts'
import type { OwnMethod } from './method.ts'
import { ownKernel } from './scheme.ts'
import type { OwnFile, OwnLimits } from './types.ts'

/** A content as the lab hands it to a thread; the user has allowed it to run. */
export interface OwnContent {
  readonly sha256: string
  readonly about: OwnAbout
  readonly file: OwnFile
}

export interface OwnContents {
  readonly limits: OwnLimits
  readonly methods: readonly OwnContent[]
}

export interface ProvidedMethods {
  /** Ends all hosts and takes the methods away. */
  close(): void
}

/** Registers the contents; to be closed when the thread's work is done, since hosts are processes. */
export function provideMethods({ methods, limits }: OwnContents): ProvidedMethods {
  const undo = methods.map((content) => provide(content, limits))
  return {
    close: () => {
      for (const each of undo) each()
    },
  }
}

/** Does something while the contents are known, and ends their hosts. */
export async function withMethods<T>(contents: OwnContents | undefined, work: () => Promise<T>): Promise<T> {
  if (!contents || contents.methods.length === 0) return work()
  const methods = provideMethods(contents)
  try {
    return await work()
  } finally {
    methods.close()
  }
}

function provide({ about, file }: OwnContent, limits: OwnLimits): () => void {
  const name = about.descriptor.name as OwnName
  let opening: Promise<OwnMethod> | null = null
  let closed = false
  const opened = (): Promise<OwnMethod> => {
    opening ??= openMethod(file, limits)
    return opening
  }
  const undo = [registerMethod(about.descriptor), register(name, about, opened)]
  return () => {
    if (closed) return
    closed = true
    for (const each of undo) each()
    opening?.then(
      ({ host }) => host.close(),
      () => undefined,
    )
  }
}

function register(name: OwnName, about: OwnAbout, opened: () => Promise<OwnMethod>): () => void {
  switch (about.descriptor.kind) {
    case 'scheme':
      return registerScheme(name, {
        kernel: async ({ parameter, density, mask, settings, stream, activation }) =>
          ownKernel(await opened(), {
            parameter,
            density,
            mask,
            settings: settings.settings,
            gain: settings.gain,
            activation: activation ?? 'linear',
            stream,
          }),
      })
    case 'distribution':
      return registerDistribution(name, async (request) =>
        ownDistribution(await opened(), request.settings ?? {}, request),
      )
    case 'dynamic':
      return registerModelDynamic(name, async (layers, now, settings, stream) =>
        ownUpdate(await opened(), settings, layers, now, stream),
      )
  }
}
