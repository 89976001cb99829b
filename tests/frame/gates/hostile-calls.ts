// Random sequences of WASI calls with arguments at every boundary, made through a module that exports what it imports.
import type { WasmExports } from '../../../src/gates/wasm/start.ts';
import { I32, I64, type Signature } from './wasm-bytes.ts';
import { xorshift } from './xorshift.ts';

/** Parameters of every call that comes back, in the order of the preview 1 documents: `i` 32 bits, `I` 64 bits. */
const parameters: Readonly<Record<string, string>> = {
  args_get: 'ii',
  args_sizes_get: 'ii',
  environ_get: 'ii',
  environ_sizes_get: 'ii',
  clock_res_get: 'ii',
  clock_time_get: 'iIi',
  fd_advise: 'iIIi',
  fd_allocate: 'iII',
  fd_close: 'i',
  fd_datasync: 'i',
  fd_fdstat_get: 'ii',
  fd_fdstat_set_flags: 'ii',
  fd_fdstat_set_rights: 'iII',
  fd_filestat_get: 'ii',
  fd_filestat_set_size: 'iI',
  fd_filestat_set_times: 'iIIi',
  fd_pread: 'iiiIi',
  fd_prestat_get: 'ii',
  fd_prestat_dir_name: 'iii',
  fd_pwrite: 'iiiIi',
  fd_read: 'iiii',
  fd_readdir: 'iiiIi',
  fd_renumber: 'ii',
  fd_seek: 'iIii',
  fd_sync: 'i',
  fd_tell: 'ii',
  fd_write: 'iiii',
  path_create_directory: 'iii',
  path_filestat_get: 'iiiii',
  path_filestat_set_times: 'iiiiIIi',
  path_link: 'iiiiiii',
  path_open: 'iiiiiIIii',
  path_readlink: 'iiiiii',
  path_remove_directory: 'iii',
  path_rename: 'iiiiii',
  path_symlink: 'iiiii',
  path_unlink_file: 'iii',
  poll_oneoff: 'iiii',
  random_get: 'ii',
  sched_yield: '',
  sock_accept: 'iii',
  sock_recv: 'iiiiii',
  sock_send: 'iiiii',
  sock_shutdown: 'ii',
};

/** Imports of a module that is driven by `fuzz`. */
export const fuzzedImports: readonly (readonly [from: string, name: string, type: Signature])[] =
  Object.entries(parameters).map(([name, kinds]) => [
    'wasi_snapshot_preview1',
    name,
    [[...kinds].map((kind) => (kind === 'i' ? I32 : I64)), [I32]],
  ]);

const PAGE = 65536;
const NAMES = 1024;
const ROUNDS = 250_000;
const names = [
  'file',
  'sub',
  'sub/inner',
  '..',
  '../outside',
  'escape',
  'escape/x',
  '/etc',
  'new',
  'a/../new',
  '.',
  '//',
  'sub/',
  '\u0000',
];

/** Makes 250000 calls; what came of them, by errno. */
export function fuzz(
  exports: WasmExports,
  seed: number,
): { errnos: Record<string, number>; threw: string[] } {
  const { memory } = exports;
  if (!(memory instanceof WebAssembly.Memory)) throw new Error('no memory');
  const random = xorshift(seed);
  const pick = <Item>(items: readonly [Item, ...Item[]]): Item => items[random(items.length)] ?? items[0];
  const end = memory.buffer.byteLength;
  const bytes = new Uint8Array(memory.buffer);
  const view = new DataView(memory.buffer);
  const calls = Object.keys(parameters).map((name) => {
    const call = exports[name];
    if (typeof call !== 'function') throw new Error(name);
    return { name, kinds: parameters[name] ?? '', call: (values: unknown[]): unknown => call(...values) };
  });
  const word = (): number =>
    random(3) === 0
      ? pick([0, -1, 1 << 31, 0x7fffffff, end, end - 1, end - 4, end - 8, end + 1, PAGE, 3, 1, 0xffff, 1025])
      : pick([0, 1, 2, 3, 4, 5, 6, 8, 16, 64, 100, 512, NAMES + random(128), 8192 + random(64)]);
  const wide = (): bigint =>
    pick([
      0n,
      1n,
      -1n,
      1n << 31n,
      1n << 32n,
      -(1n << 63n),
      (1n << 63n) - 1n,
      (1n << 30n) - 1n,
      4096n,
      BigInt(random(1 << 30)),
    ]);
  const errnos: Record<string, number> = {};
  const threw: string[] = [];

  for (let round = 0; round < ROUNDS; round++) {
    // Names, and vectors that mostly lie in memory.
    if (round % 16 === 0) {
      names.forEach((name, index) => {
        bytes.set(Buffer.from(name.padEnd(16, '\u0000')), NAMES + index * 16);
      });
      for (let at = 0; at < 128; at += 8) {
        view.setUint32(at, random(8) === 0 ? word() : random(4096), true);
        view.setUint32(at + 4, random(8) === 0 ? word() : random(64), true);
      }
    }
    const { name, kinds, call } = calls[random(calls.length)] ?? { name: '', kinds: '', call: () => 0 };
    const values: (number | bigint)[] = [...kinds].map((kind) => (kind === 'i' ? word() : wide()));
    if (name.startsWith('fd_') || name.startsWith('path_') || name.startsWith('sock_')) {
      if (random(4) !== 0) values[name === 'path_symlink' ? 2 : 0] = random(6);
      // A path that exists, most of the time: address, length.
      const path = name === 'path_open' || name === 'path_filestat_get' ? 2 : 1;
      const index = random(names.length);
      if (name.startsWith('path_') && name !== 'path_symlink' && random(4) !== 0) {
        values[path] = NAMES + index * 16;
        values[path + 1] = names[index]?.length ?? 0;
        if (random(2) === 0) values[0] = 0;
        if (name === 'path_open' && random(2) === 0) values[8] = 8192;
      }
    }
    // The granted directory stays, or nothing would be left to try.
    if (
      ['fd_close', 'fd_renumber', 'fd_fdstat_set_rights'].includes(name) &&
      (values[0] === 0 || values[1] === 0)
    )
      continue;
    // No disk is filled, and nothing is waited for.
    if (name === 'fd_allocate' && Number(values[2]) > 2 ** 20) values[2] = 4096n;
    if (name === 'poll_oneoff') {
      const at = Number(values[0]) >>> 0;
      if (at + 48 <= end) bytes.fill(0, at, at + 48);
    }
    try {
      const key = String(call(values));
      errnos[key] = (errnos[key] ?? 0) + 1;
    } catch (error) {
      if (threw.length < 5) threw.push(`${name}(${values.join(', ')}): ${error}`);
    }
  }
  for (let descriptor = 0; descriptor < 4096; descriptor++)
    calls.find(({ name }) => name === 'fd_close')?.call([descriptor]);
  return { errnos, threw };
}
