/** Jobs of a new thread; the first word of a kernel's `Job`, which says what the others mean. */
export const JobKind = {
  /** A thread of the wasi-threads convention: its argument. */
  wasi: 1,
  /** A thread of CloudABI: index of the entry point in the function table, argument, address after its stack. */
  cloudabi: 2,
} as const;
