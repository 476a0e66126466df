/** What every page shows besides its own: the queue, the lab's state, its backends, the theme. */
import { inject, onScopeDispose, provide, ref, shallowRef } from 'vue'
import type { InjectionKey, Ref, ShallowRef } from 'vue'
import type { LabInfo, QueueState } from '../../shared/contract/lab.ts'
import { HERE } from '../../shared/contract/remotes.ts'
import type { BenchBridge, LabsAnswer, LabState, Theme } from '../../shared/contract/shell.ts'
import { useLab } from './useLab.ts'

export interface Bench {
  readonly bridge: BenchBridge
  readonly queue: ShallowRef<QueueState | null>
  readonly info: ShallowRef<LabInfo | null>
  readonly labState: ShallowRef<LabState>
  /** Labs of other computers, and which lab is shown. */
  readonly labs: ShallowRef<LabsAnswer>
  readonly theme: Ref<Theme>
  readonly version: Ref<string>
  readonly setTheme: (theme: Theme) => Promise<void>
}

const KEY: InjectionKey<Bench> = Symbol('bench')

/** Called once, by the app's root; tells the shell that the page listens, which brings the first port. */
export function provideBench(bridge: BenchBridge): Bench {
  const lab = useLab()
  const queue = shallowRef<QueueState | null>(null)
  const info = shallowRef<LabInfo | null>(null)
  const labState = shallowRef<LabState>({ kind: 'starting' })
  const labs = shallowRef<LabsAnswer>({ current: HERE, labs: [], hosts: [] })
  const theme = ref<Theme>('system')
  const version = ref('')

  async function load(): Promise<void> {
    // The backends take a moment to answer; the queue need not wait for them.
    queue.value = await lab.call('queue/state', {})
    info.value = await lab.call('lab/info', {})
  }
  onScopeDispose(
    lab.on('queue/changed', (state) => {
      queue.value = state
    }),
  )
  onScopeDispose(
    lab.on('tensorflow/changed', ({ here, fetching }) => {
      if (here && fetching === null) void load()
    }),
  )
  onScopeDispose(lab.onReconnect(() => void load()))
  onScopeDispose(
    bridge.onLabState((state) => {
      labState.value = state
      if (state.kind !== 'up') lab.disconnect()
    }),
  )
  void load()
  void bridge.ready().then((reply) => {
    if (!reply.ok) return
    theme.value = reply.output.theme
    version.value = reply.output.version
    labState.value = reply.output.lab
  })
  const bench: Bench = {
    bridge,
    queue,
    info,
    labState,
    labs,
    theme,
    version,
    setTheme: async (next) => {
      const reply = await bridge.setTheme(next)
      if (reply.ok) theme.value = reply.output
    },
  }
  provide(KEY, bench)
  return bench
}

/** The state that the root provided. */
export function useBench(): Bench {
  const bench = inject(KEY)
  if (!bench) throw new Error('useBench: no bench was provided')
  return bench
}
