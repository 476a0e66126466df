/** Share bundles: the sample that comes with the bench, and files that others gave. */
import { ref } from 'vue'
import type { Ref } from 'vue'
import { useRouter } from 'vue-router'
import { fromErrorMessage } from '../../shared/contract/errors.ts'
import type { BundleImport } from '../../shared/contract/lab.ts'
import type { BenchBridge, ShellReply } from '../../shared/contract/shell.ts'
import { plural } from '../format.ts'
import { useBench } from './useBench.ts'
import { useLab } from './useLab.ts'
import { useToasts } from './useToasts.ts'
import type { Toasts } from './useToasts.ts'

export interface Bundles {
  readonly busy: Ref<boolean>
  /** Brings in the sample results; returns their study, null when that failed (and was said). */
  readonly addSample: () => Promise<string | null>
  /** Brings in the sample results and shows them. */
  readonly openSample: () => Promise<void>
  /** Asks for a file with the native dialog. */
  readonly openFile: () => Promise<void>
  readonly drop: (file: File) => Promise<void>
  /** Says what came in and shows it, or says what was wrong. */
  readonly show: (reply: ShellReply<'shell/import-bundle'>) => void
}

/** The app’s root, which provides bridge and messages, hands them in; all others find them provided. */
export function useBundles(
  { bridge, toasts }: { bridge: BenchBridge; toasts: Toasts } = {
    bridge: useBench().bridge,
    toasts: useToasts(),
  },
): Bundles {
  const lab = useLab()
  const router = useRouter()
  const busy = ref(false)

  function present({ study, title, added, skipped, models, untrusted }: BundleImport): void {
    const there = skipped.length > 0 ? `, ${plural(skipped.length, 'run')} here already` : ''
    const own = models.length > 0 ? ` With them came ${models.join(', ')}.` : ''
    const shut =
      untrusted.length > 0
        ? ` Not allowed to run here yet: ${untrusted.join(', ')}; look at them on the Methods page.`
        : ''
    toasts.done(`“${title}”: ${plural(added.length, 'run')} added${there}.${own}${shut}`)
    void router.push({ path: '/compare', query: { study } })
  }
  function show(reply: ShellReply<'shell/import-bundle'>): void {
    if (!reply.ok) toasts.failed(fromErrorMessage(reply.error))
    else if (reply.output) present(reply.output)
  }
  async function whileBusy<T>(work: () => Promise<T>): Promise<T | null> {
    busy.value = true
    try {
      return await work()
    } catch (reason) {
      toasts.failed(reason)
      return null
    } finally {
      busy.value = false
    }
  }
  const sample = (): Promise<BundleImport | null> =>
    whileBusy(() => lab.call('bundle/import', { sample: true }))
  return {
    busy,
    show,
    addSample: async () => (await sample())?.study ?? null,
    openSample: async () => {
      const imported = await sample()
      if (imported) present(imported)
    },
    openFile: async () => {
      const reply = await whileBusy(() => bridge.importBundle())
      if (reply) show(reply)
    },
    drop: async (file) => {
      const reply = await whileBusy(() => bridge.dropBundle(file))
      if (reply) show(reply)
    },
  }
}
