/*
 * Assembles tiny WebAssembly programs by hand, so that tests of the launcher need no compiler.
 */

function leb(value: number): number[] {
  const bytes: number[] = [];
  for (let rest = value >>> 0; ; ) {
    const low = rest & 0x7f;
    rest >>>= 7;
    bytes.push(rest === 0 ? low : low | 0x80);
    if (rest === 0) return bytes;
  }
}

function signedLeb(value: number): number[] {
  const bytes: number[] = [];
  for (let rest = value | 0; ; ) {
    const low = rest & 0x7f;
    rest >>= 7;
    const last = (rest === 0 && (low & 0x40) === 0) || (rest === -1 && (low & 0x40) !== 0);
    bytes.push(last ? low : low | 0x80);
    if (last) return bytes;
  }
}

const sized = (bytes: readonly number[]): number[] => [...leb(bytes.length), ...bytes];
const list = (items: readonly (readonly number[])[]): number[] => [...leb(items.length), ...items.flat()];
const section = (id: number, bytes: readonly number[]): number[] => [id, ...sized(bytes)];
const name = (text: string): number[] => sized([...Buffer.from(text)]);

const types = { i: 0x7f, I: 0x7e } as const;

/** Imported functions: WASI's name, parameters (`i` for 32 bits, `I` for 64), whether there is a result. */
const imports = {
  proc_exit: ['i', false],
  fd_write: ['iiii', true],
  fd_read: ['iiii', true],
  path_open: ['iiiiiIIii', true],
  nonsense: ['i', true],
} as const;

type Import = keyof typeof imports;

/** Instructions. */
export const code = {
  constant: (value: number): number[] => [0x41, ...signedLeb(value)],
  wide: (value: number): number[] => [0x42, ...signedLeb(value)],
  drop: [0x1a],
  unreachable: [0x00],
  forever: [0x03, 0x40, 0x0c, 0x00, 0x0b],
};

/** Address of a module's text; before it come a vector that describes it and room for a result. */
const TEXT = 64;
const RESULT = 32;

/** A module that imports some of `imports` and has `pages` of 64 KiB, with `text` and a vector (at 0) describing it in its memory. */
export function assemble(
  used: readonly Import[],
  body: readonly (readonly number[])[],
  text = '',
  pages = 1,
): Uint8Array {
  const bytes = Buffer.from(text);
  const vector = Buffer.alloc(TEXT);
  vector.writeUInt32LE(TEXT, 0);
  vector.writeUInt32LE(bytes.length, 4);
  const signatures = used.map((item) => {
    const [parameters, result] = imports[item];
    const kinds = [...parameters].map((letter) => [letter === 'I' ? types.I : types.i]);
    return [0x60, ...list(kinds), ...(result ? [1, types.i] : [0])];
  });
  return Uint8Array.from([
    ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, list([...signatures, [0x60, 0, 0]])),
    ...section(
      2,
      list(used.map((item, at) => [...name('wasi_snapshot_preview1'), ...name(item), 0, ...leb(at)])),
    ),
    ...section(3, list([leb(used.length)])),
    ...section(5, [1, 0, ...leb(pages)]),
    ...section(
      7,
      list([
        [...name('_start'), 0, ...leb(used.length)],
        [...name('memory'), 2, 0],
      ]),
    ),
    ...section(10, list([sized([0, ...body.flat(), 0x0b])])),
    ...section(11, list([[0, ...code.constant(0), 0x0b, ...sized([...vector, ...bytes])]])),
  ]);
}

const call = (at: number): number[] => [0x10, ...leb(at)];

/** Ends with a status. */
export function exits(status: number): Uint8Array {
  return assemble(['proc_exit'], [code.constant(status), call(0)]);
}

/** Writes a text to a descriptor, then does something else. */
export function writes(descriptor: number, text: string, then: readonly number[] = []): Uint8Array {
  const write = [
    code.constant(descriptor),
    code.constant(0),
    code.constant(1),
    code.constant(RESULT),
    call(0),
    code.drop,
  ];
  return assemble(['fd_write'], [...write, then], text);
}

/** Creates a file in a directory and ends with the errno of that. */
export function creates(directory: number, path: string): Uint8Array {
  const CREATE = 1;
  const FD_WRITE = 64;
  const open = [
    ...[directory, 0, TEXT, Buffer.byteLength(path), CREATE].map(code.constant),
    ...[FD_WRITE, 0].map(code.wide),
    ...[0, RESULT].map(code.constant),
    call(0),
  ];
  return assemble(['path_open', 'proc_exit'], [...open, call(1)], path);
}

/** Imports a function that does not exist. */
export function importsNonsense(): Uint8Array {
  return assemble(['nonsense'], []);
}

/** Traps at once. */
export function traps(): Uint8Array {
  return assemble([], [code.unreachable]);
}

/** Never ends. */
export function spins(): Uint8Array {
  return assemble([], [code.forever]);
}
