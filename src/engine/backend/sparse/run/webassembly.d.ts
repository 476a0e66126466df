/** The part of WebAssembly's interface that is used here: the type library has it with the DOM's alone. */
declare namespace WebAssembly {
  class Module {
    constructor(bytes: Uint8Array)
    readonly [Symbol.toStringTag]: 'WebAssembly.Module'
  }
  class Memory {
    constructor(descriptor: { initial: number; maximum: number; shared: boolean })
    readonly buffer: SharedArrayBuffer
    grow(pages: number): number
  }
  class Instance {
    readonly exports: Readonly<Record<string, unknown>>
  }
  function instantiate(module: Module, imports: Record<string, Record<string, Memory>>): Promise<Instance>
}
