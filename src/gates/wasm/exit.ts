/** The end of a WebAssembly program. */
export type WasmExit =
  | { readonly kind: 'exited'; readonly code: number }
  | { readonly kind: 'trapped'; readonly message: string };
