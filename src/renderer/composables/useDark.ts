/** Whether the page is dark now; follows the system and the shell's theme. */
import { onScopeDispose, ref } from 'vue'
import type { Ref } from 'vue'

export function useDark(): Ref<boolean> {
  const media = window.matchMedia('(prefers-color-scheme: dark)')
  const dark = ref(media.matches)
  const follow = (event: MediaQueryListEvent): void => {
    dark.value = event.matches
  }
  media.addEventListener('change', follow)
  onScopeDispose(() => media.removeEventListener('change', follow))
  return dark
}
