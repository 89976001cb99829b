// WebAssembly modules from bytes, as freely as hostile ones are: every section as the test wants it.

/** An unsigned LEB128 number, padded to `width` bytes if that is more than it needs. */
export function leb(value: number, width = 1): number[] {
  const bytes: number[] = [];
  for (let rest = value; ; rest = Math.floor(rest / 128)) {
    const more = rest >= 128 || bytes.length + 1 < width;
    bytes.push((rest % 128) + (more ? 128 : 0));
    if (!more) return bytes;
  }
}

export const sized = (bytes: readonly number[]): number[] => [...leb(bytes.length), ...bytes];
export const list = (items: readonly (readonly number[])[]): number[] => [
  ...leb(items.length),
  ...items.flat(),
];
export const section = (id: number, bytes: readonly number[]): number[] => [id, ...sized(bytes)];
export const text = (value: string): number[] => sized([...Buffer.from(value)]);
export const HEADER: readonly number[] = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0];
export const I32 = 0x7f;
export const I64 = 0x7e;

/** i32.const of a number from -64 to 63. */
export const small = (value: number): number[] => [0x41, value & 0x7f];
export const call = (index: number): number[] => [0x10, ...leb(index)];
export const DROP: readonly number[] = [0x1a];

/** A function's type: parameters, results. */
export type Signature = readonly [parameters: readonly number[], results: readonly number[]];

/** Parts of a module; functions are numbered from the imports on. */
export type Parts = {
  /** Import module, name, type. */
  readonly imports?: readonly (readonly [from: string, name: string, type: Signature])[];
  /** Code without locals, and the type if it is not () -> (). */
  readonly functions: readonly (readonly [body: readonly number[], type?: Signature])[];
  /** Exports beside `memory`: name and function. */
  readonly exports: readonly (readonly [name: string, index: number])[];
  /** Contents of the memory section; one page by default. */
  readonly memory?: readonly number[];
  /** The function that runs at instantiation. */
  readonly start?: number;
  /** Contents of memory from 0 on. */
  readonly data?: readonly number[];
  /** Names of functions, for the name section. */
  readonly names?: readonly (readonly [index: number, name: string])[];
};

/** Puts a module together. */
export function assemble(parts: Parts): Uint8Array {
  const { imports = [], functions, exports, memory = [1, 0, 1], start, data, names } = parts;
  const none: Signature = [[], []];
  const types = [...imports.map(([, , type]) => type), ...functions.map(([, type]) => type ?? none)];
  return Uint8Array.from([
    ...HEADER,
    ...section(
      1,
      list(types.map(([parameters, results]) => [0x60, ...sized(parameters), ...sized(results)])),
    ),
    ...section(
      2,
      list(imports.map(([from, name], index) => [...text(from), ...text(name), 0, ...leb(index)])),
    ),
    ...section(3, list(functions.map((_, index) => leb(imports.length + index)))),
    ...section(5, memory),
    ...section(
      7,
      list([[...text('memory'), 2, 0], ...exports.map(([name, index]) => [...text(name), 0, ...leb(index)])]),
    ),
    ...(start === undefined ? [] : section(8, leb(start))),
    ...section(10, list(functions.map(([body]) => sized([0, ...body, 0x0b])))),
    ...(data === undefined ? [] : section(11, list([[0, ...small(0), 0x0b, ...sized(data)]]))),
    ...(names === undefined
      ? []
      : section(0, [
          ...text('name'),
          ...section(1, list(names.map(([index, name]) => [...leb(index), ...text(name)]))),
        ])),
  ]);
}
