/// <reference types="vite/client" />
import type { BenchBridge } from '../shared/contract/shell.ts'

declare global {
  interface Window {
    /** Put there by the preload script. */
    readonly bench: BenchBridge
  }
}
