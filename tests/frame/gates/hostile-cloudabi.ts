// Random sequences of CloudABI calls, made from the table of calls, with arguments at every boundary.
import { calls } from '../../../src/abi/generated/calls.ts';
import {
  allRights,
  Clockid,
  Eventtype,
  Fdflags,
  Filetype,
  Mflags,
  Mprot,
  Signal,
  Subclockflags,
} from '../../../src/abi/generated/constants.ts';
import {
  newSubscription,
  SubscriptionLayout32,
  writeSubscription32,
} from '../../../src/abi/generated/structs.ts';
import type { WasmExports } from '../../../src/gates/wasm/start.ts';
import { I32, I64, type Signature } from './wasm-bytes.ts';
import { xorshift } from './xorshift.ts';

type Shape = {
  readonly name: string;
  readonly words: readonly { readonly type: string; readonly wide: boolean }[];
};

/** Each call that comes back: the type of the argument that each word belongs to; results as addresses. */
const shapes: readonly Shape[] = calls
  .filter(({ returns }) => returns)
  .map(({ name, inputs, outputs }) => ({
    name,
    words: [
      ...inputs.flatMap(({ type, words }) =>
        words.map(({ word }) => ({ type, wide: word === 'u64' || word === 's64' })),
      ),
      ...outputs.map(() => ({ type: '&mut', wide: false })),
    ],
  }));

/** Imports of a module that is driven by `fuzzCloudabi`. */
export const cloudabiFuzzedImports: readonly (readonly [from: string, name: string, type: Signature])[] =
  shapes.map(({ name, words }) => ['cloudabi', name, [words.map(({ wide }) => (wide ? I64 : I32)), [I32]]]);

const NAMES = 1024;
const VECTORS = 512;
const STATS = 2048;
const MESSAGES = 3072;
const FDS = 4096;
const RESULTS = 8192;
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
  'sub/..',
  '.',
  '',
];

/** Descriptors that no sequence of calls takes away, or nothing would be left to try. */
const KEPT = 0;

/** Makes 250000 calls; what came of them, by errno. */
export function fuzzCloudabi(
  exports: WasmExports,
  seed: number,
): { errnos: Record<string, number>; threw: string[]; succeeded: string[]; passed: number } {
  const { memory } = exports;
  if (!(memory instanceof WebAssembly.Memory)) throw new Error('no memory');
  const random = xorshift(seed);
  const pick = <Item>(items: readonly [Item, ...Item[]]): Item => items[random(items.length)] ?? items[0];
  let bytes = new Uint8Array(memory.buffer);
  let view = new DataView(memory.buffer);
  const end = bytes.length;
  let mapped = 0;
  let passed = 0;
  const wild = (): number =>
    pick([0, -1, 1 << 31, 0x7fffffff, end, end - 1, end - 4, end - 8, end - 56, end + 1, 3, 1, 0xffff, 1025]);
  const wide = (): bigint =>
    pick([
      0n,
      0n,
      1n,
      -1n,
      1n << 31n,
      1n << 32n,
      -(1n << 63n),
      (1n << 63n) - 1n,
      4096n,
      BigInt(random(1 << 30)),
    ]);
  const call = (name: string, values: readonly (number | bigint)[]): unknown => {
    const made = exports[name];
    if (typeof made !== 'function') throw new Error(name);
    return made(...values);
  };

  /** Words that are mostly possible: an argument of two words is a range. */
  function argument(type: string, second: boolean): number {
    if (random(12) === 0) return wild();
    if (type === 'fd' || type === 'lookup') return second ? random(2) : random(3) === 0 ? KEPT : random(12);
    if (type === '[iovec]' || type === '[ciovec]') return second ? random(8) : VECTORS;
    if (type === '[char]') return second ? 0 : NAMES + random(names.length) * 16;
    if (type.startsWith('[')) return second ? pick([0, 1, 24, 100, 512]) : RESULTS + random(256) * 4;
    if (type === '&fdstat' || type === '&filestat') return STATS + random(4) * 64;
    if (type === '&recv_in' || type === '&send_in') return MESSAGES + random(4) * 32;
    if (type === '&subscription') return MESSAGES + 256;
    if (type.startsWith('&')) return RESULTS + random(256) * 8;
    if (type === 'filetype')
      return pick([
        Filetype.directory,
        Filetype.shared_memory,
        Filetype.socket_dgram,
        Filetype.socket_stream,
      ]);
    return random(8);
  }

  function prepare(): void {
    names.forEach((name, index) => {
      bytes.set(Buffer.from(name.padEnd(16, '\0')), NAMES + index * 16);
    });
    for (let at = VECTORS; at < VECTORS + 64; at += 8) {
      view.setUint32(at, random(8) === 0 ? wild() : 16384 + random(4096), true);
      view.setUint32(at + 4, random(8) === 0 ? wild() : random(64), true);
    }
    for (let index = 0; index < 4; index++) {
      view.setUint32(FDS + index * 4, random(8) === 0 ? wild() : random(12), true);
      const stat = STATS + index * 64;
      bytes.fill(0, stat, stat + 64);
      view.setUint16(stat + 2, Fdflags.nonblock | (random(4) === 0 ? random(64) : 0), true);
      view.setBigUint64(stat + 8, pick([allRights, 0x42n, -1n, wide()]) & (random(2) ? -1n : 0x7n), true);
      view.setBigUint64(stat + 16, pick([0n, allRights, wide()]), true);
      const message = MESSAGES + index * 32;
      for (const [offset, value] of [
        VECTORS,
        random(8),
        FDS,
        pick([0, 0, 1, 2]),
        pick([0, 0, 4, 0xff]),
      ].entries()) {
        view.setUint32(message + offset * 4, random(10) === 0 ? wild() : value, true);
      }
    }
  }

  /** Sends two random descriptors from one new socket to the other, which chance hardly ever does. */
  function exchange(from: number, to: number): void {
    [VECTORS, 1, FDS, 2, 0].forEach((value, index) => {
      view.setUint32(MESSAGES + index * 4, value, true);
    });
    [16384, 8].forEach((value, index) => {
      view.setUint32(VECTORS + index * 4, value, true);
    });
    if (call('sock_send', [from, MESSAGES, RESULTS]) !== 0) return;
    view.setUint32(MESSAGES + 12, random(3), true);
    if (call('sock_recv', [to, MESSAGES, RESULTS]) === 0) passed += view.getUint32(RESULTS + 4, true);
  }

  /** Nothing is waited for: a clock that has run out comes first. */
  function prepareSubscriptions(at: number): void {
    const clock = newSubscription();
    clock.type = Eventtype.clock;
    Object.assign(clock.clock, { clock_id: Clockid.monotonic, timeout: 1n, flags: Subclockflags.abstime });
    const { size } = SubscriptionLayout32;
    if (at % 8 === 0 && at + size <= end) writeSubscription32(view, at, clock);
    for (let index = 1; index < 4; index++) {
      const other = newSubscription();
      other.type = random(9);
      other.fd_readwrite.fd = random(12);
      writeSubscription32(view, MESSAGES + 256 + index * size, other);
    }
  }

  const errnos: Record<string, number> = {};
  const succeeded = new Set<string>();
  const threw: string[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    if (round % 8 === 0) prepare();
    const { name, words } = shapes[random(shapes.length)] ?? { name: '', words: [] };
    const values = words.map(({ type, wide: isWide }, index): number | bigint => {
      const second = index > 0 && words[index - 1]?.type === type && type !== 'fd' && type !== '&mut';
      return isWide ? wide() : argument(type, second);
    });
    // The length of a name fits it, most of the time.
    words.forEach(({ type }, index) => {
      if (type !== '[char]' || values[index] !== 0) return;
      const before = (Number(values[index - 1]) - NAMES) / 16;
      values[index] = names[before]?.length ?? random(64);
    });
    if (['fd_close', 'fd_stat_put'].includes(name) && values[0] === KEPT) continue;
    if (name === 'fd_replace' && values[1] === KEPT) continue;
    // Calls that end the process, fill a disk or block are left out.
    if (name === 'proc_raise')
      values[0] = pick([0, -1, 27, 300, Signal.chld, Signal.urg, Signal.stop, Signal.cont]);
    if (name === 'file_allocate') values[2] = 4096n;
    if (name === 'poll') prepareSubscriptions(Number(values[0]) >>> 0);
    if (name === 'fd_stat_put') {
      const at = Number(values[1]) >>> 0;
      if (at + 24 <= end) view.setUint16(at + 2, view.getUint16(at + 2, true) | Fdflags.nonblock, true);
    }
    // One of two maps what can be mapped, and what was mapped last is unmapped.
    if (name === 'mem_map' && random(2) === 0) {
      const flags = Mflags.private | (random(2) === 0 ? Mflags.anon : 0);
      values.splice(0, 6, 0, 1 + random(100_000), Mprot.read | Mprot.write, flags, KEPT + random(12), 0n);
    }
    if (name === 'mem_unmap' && mapped !== 0) values.splice(0, 2, mapped, 65536);
    if (name === 'fd_create2') {
      values[1] = RESULTS;
      values[2] = RESULTS + 4;
    }
    try {
      const key = String(call(name, values));
      errnos[key] = (errnos[key] ?? 0) + 1;
      if (key === '0') succeeded.add(name);
      if (bytes.length === 0) {
        bytes = new Uint8Array(memory.buffer);
        view = new DataView(memory.buffer);
      }
      if (key === '0' && name === 'mem_map') mapped = view.getUint32(Number(values[6]) >>> 0, true);
      if (key !== '0' || name !== 'fd_create2') continue;
      bytes.fill(0, STATS, STATS + 64);
      view.setUint16(STATS + 2, Fdflags.nonblock, true);
      for (const at of [RESULTS, RESULTS + 4]) call('fd_stat_put', [view.getUint32(at, true), STATS, 1]);
      exchange(view.getUint32(RESULTS, true), view.getUint32(RESULTS + 4, true));
    } catch (error) {
      if (threw.length < 5) threw.push(`${name}(${values.join(', ')}): ${error}`);
    }
  }
  for (let descriptor = 0; descriptor < 4096; descriptor++) call('fd_close', [descriptor]);
  return { errnos, threw, succeeded: [...succeeded].sort(), passed };
}
