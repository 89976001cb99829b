import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { fstatSync, mkdtempSync, openSync, readFileSync, readSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { Errno, Filetype } from '../../../src/abi/generated/constants.ts';
import { directCalls } from '../../../src/gates/wasm/direct/code.ts';
import { type DirectFace, DirectKernel } from '../../../src/gates/wasm/direct/direct.ts';
import { type Guest, oneThread } from '../../../src/gates/wasm/guest.ts';
import { importsFor } from '../../../src/gates/wasm/imports.ts';
import { instantiate } from '../../../src/gates/wasm/instantiate.ts';
import { GuestMemory } from '../../../src/gates/wasm/memory.ts';
import { newGuest } from '../../../src/gates/wasm/new-guest.ts';
import { DescriptorTable, rowOf } from '../../../src/kernel/descriptors.ts';
import { type KernelRefusal, newProcess } from '../../../src/kernel/new-process.ts';
import { KernelProcess } from '../../../src/kernel/process.ts';
import { ALL_HIGH, ALL_LOW, R } from '../../../src/kernel/rights.ts';
import { assemble, I32, I64 } from '../../frame/gates/wasm-bytes.ts';
import { xorshift } from '../../frame/gates/xorshift.ts';

type Call = (...values: (number | bigint)[]) => number;
type Answer = number | bigint;

const folder = mkdtempSync(join(tmpdir(), 'direct-'));
after(() => rmSync(folder, { recursive: true, force: true }));

/** Parameters of each call: `i` for 32 bits, `I` for 64. */
const parameters = {
  fd_read: 'iiii',
  fd_write: 'iiii',
  fd_pread: 'iiiIi',
  fd_pwrite: 'iiiIi',
  fd_seek: 'iIii',
  clock_time_get: 'iIi',
} as const satisfies Record<(typeof directCalls)[number], string>;

const ALL = { low: ALL_LOW, high: ALL_HIGH };

function callOf(from: Readonly<Record<string, unknown>>, call: string): Call {
  const found = from[call];
  assert.ok(typeof found === 'function');
  return (...values) => Number(Reflect.apply(found, undefined, values));
}

/** A process with files of every kind of rights, its memory, and its calls by both ways. */
function world(name: string, face: DirectFace, onRefused?: (refusal: KernelRefusal) => void) {
  const path = join(folder, name);
  writeFileSync(path, 'contents of a file '.repeat(40));
  const grants = [
    { type: Filetype.regular_file, low: ALL_LOW },
    { type: Filetype.unknown, low: ALL_LOW },
    { type: Filetype.regular_file, low: R.fd_read },
    { type: Filetype.regular_file, low: R.fd_write },
    { type: Filetype.regular_file, low: R.fd_read | R.fd_tell },
    { type: Filetype.regular_file, low: R.fd_seek },
    { type: Filetype.regular_file, low: 0 },
  ];
  const files = grants.map(({ type, low }, grant) => ({
    host: openSync(path, 'r+'),
    type,
    base: { low, high: ALL_HIGH },
    inheriting: ALL,
    grant,
  }));
  const folderFile = { host: openSync(folder, 'r'), base: ALL, inheriting: ALL, grant: 9 };
  const direct = new DirectKernel();
  const memory = new GuestMemory();
  direct.follow(memory);
  const process = newProcess(
    [...files, { ...folderFile, type: Filetype.directory }],
    onRefused,
    new KernelProcess(new DescriptorTable(direct.rows)),
  );
  const data = { argdata: new Uint8Array(), arguments: [], environment: [], preopens: [] };
  const guest: Guest = { ...newGuest(data, process, memory, oneThread(memory)), direct };
  const own = new WebAssembly.Memory({ initial: 1, maximum: 8 });
  let slowCalls = 0;
  const slow = Object.fromEntries(
    Object.entries(importsFor(guest)[face] ?? {}).map(([call, act]) => [
      call,
      (...values: Answer[]): unknown => {
        slowCalls++;
        return Reflect.apply(act, undefined, values);
      },
    ]),
  );
  const functions = direct.functions(face, slow);
  memory.attach(own);
  functions.connect(own);
  // The first calls go through TypeScript: these ask for no clock.
  for (let turn = 0; turn < 100; turn++)
    Reflect.apply(callOf(functions.imports, 'clock_time_get'), undefined, [99, 0n, 8]);
  slowCalls = 0;
  return {
    guest,
    memory: own,
    direct: (call: string, ...values: Answer[]) => callOf(functions.imports, call)(...values),
    slow: (call: string, ...values: Answer[]) => callOf(slow, call)(...values),
    slowCalls: () => slowCalls,
  };
}

const VECTOR = 64;
const RESULT = 32;
const BUFFER = 1024;

function putVector(memory: WebAssembly.Memory, buffer: number, length: number, at = VECTOR): void {
  const words = new DataView(memory.buffer);
  words.setUint32(at, buffer, true);
  words.setUint32(at + 4, length, true);
}

describe('direct calls', () => {
  const faces = ['wasi_snapshot_preview1', 'wasi_unstable', 'cloudabi'] as const;

  for (const face of faces) {
    test(`${face}: plain calls need no JavaScript`, () => {
      const { memory, direct, slowCalls } = world(`plain-${face}`, face);
      const start = face === 'cloudabi' ? 3 : face === 'wasi_unstable' ? 2 : 0;
      putVector(memory, BUFFER, 8);
      assert.equal(direct('fd_write', 0, VECTOR, 1, RESULT), 0);
      assert.equal(direct('fd_seek', 0, 3n, start, RESULT), 0);
      assert.equal(new DataView(memory.buffer).getBigUint64(RESULT, true), 3n);
      assert.equal(direct('fd_read', 0, VECTOR, 1, RESULT), 0);
      assert.equal(direct('fd_pread', 0, VECTOR, 1, 1n, RESULT), 0);
      assert.equal(direct('fd_pwrite', 0, VECTOR, 1, 1n, RESULT), 0);
      assert.equal(new DataView(memory.buffer).getUint32(RESULT, true), 8);
      assert.equal(direct('clock_time_get', 1, 0n, RESULT), 0);
      assert.equal(slowCalls(), 0);
    });

    test(`${face}: random calls do and answer the same both ways`, () => {
      const one = world(`one-${face}`, face);
      const other = world(`other-${face}`, face);
      const next = xorshift(12_345);
      const pick = <T>(values: readonly T[]): T => values[next(values.length)] ?? assert.fail();
      const ends = [0, 4, 60, 62, 64, 65, 1024, 65_520, 65_528, 65_532, 65_535, 65_536, -1, -8, 2 ** 31];
      const longs = [0n, 1n, 5n, 700n, 2n ** 32n, 2n ** 53n + 1n, 2n ** 63n - 1n, -1n, -700n, -(2n ** 63n)];
      const answers = new Map<number, number>();
      for (let turn = 0; turn < 20_000; turn++) {
        const buffer = pick([BUFFER, BUFFER, 0, 3, 65_530, 65_536, 2 ** 32 - 1]);
        const length = pick([0, 1, 8, 64, 700, 65_536, 2 ** 31, 2 ** 32 - 1]);
        for (const { memory } of [one, other]) putVector(memory, buffer, length);
        const call = pick(directCalls);
        const values = [...parameters[call]].map((letter, index) => {
          if (letter === 'I') return pick(longs);
          if (index === 0) return pick([0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 4095, 4096, -1, 2 ** 31]);
          if (index === 1) return pick([VECTOR, VECTOR, ...ends]);
          if (index === 2)
            return call === 'clock_time_get' ? pick(ends) : pick([1, 1, 1, 0, 2, 3, 4, 1025, -1]);
          return pick([RESULT, RESULT, ...ends]);
        });
        const answer = one.direct(call, ...values);
        const what = `turn ${turn}: ${call}(${values.join(', ')}) with ${buffer}+${length}`;
        assert.equal(other.slow(call, ...values), answer, what);
        answers.set(answer, (answers.get(answer) ?? 0) + 1);
        if (call === 'clock_time_get') {
          // Two clocks are read one after the other.
          const at = Number(values[2]) >>> 0;
          if (answer === 0)
            for (const { memory } of [one, other]) new Uint8Array(memory.buffer).fill(0, at, at + 8);
        }
        assert.ok(Buffer.from(one.memory.buffer).equals(Buffer.from(other.memory.buffer)), what);
      }
      for (const errno of [Errno.success, Errno.badf, Errno.fault, Errno.inval, Errno.notcapable])
        assert.ok((answers.get(errno) ?? 0) > 100, `errno ${errno}: ${answers.get(errno)} times`);
      // Sparse files: what lies before the places far behind is enough.
      const [first, second] = [`one-${face}`, `other-${face}`].map((name) => {
        const descriptor = openSync(join(folder, name), 'r');
        const begin = Buffer.alloc(65_536);
        readSync(descriptor, begin, 0, begin.length, 0);
        return { begin: begin.toString('latin1'), size: fstatSync(descriptor).size };
      });
      assert.deepEqual(first, second);
    });
  }

  test('a missing right is refused and reported, whenever it was taken away', () => {
    const refusals: KernelRefusal[] = [];
    const { memory, direct, guest } = world('refused', 'wasi_snapshot_preview1', (one) => refusals.push(one));
    putVector(memory, BUFFER, 8);
    assert.equal(direct('fd_write', 2, VECTOR, 1, RESULT), Errno.notcapable);
    assert.equal(direct('fd_write', 0, VECTOR, 1, RESULT), 0);
    guest.process.descriptors.restrict(0, R.fd_read, 0, 0, 0);
    assert.equal(direct('fd_write', 0, VECTOR, 1, RESULT), Errno.notcapable);
    assert.equal(direct('fd_read', 0, VECTOR, 1, RESULT), 0);
    guest.process.descriptors.close(0);
    assert.equal(direct('fd_read', 0, VECTOR, 1, RESULT), Errno.badf);
    assert.deepEqual(
      refusals.map(({ call, descriptor, missing }) => [call, descriptor, missing]),
      [
        ['fd_write', 2, ['fd_write']],
        ['fd_write', 0, ['fd_write']],
      ],
    );
  });

  test('memory that has grown, or was let go, is not written where it lay', () => {
    const { memory, direct, guest, slowCalls } = world('grown', 'wasi_snapshot_preview1');
    memory.grow(1);
    putVector(memory, 65_536 + 8, 8);
    assert.equal(direct('fd_pread', 0, VECTOR, 1, 0n, RESULT), 0);
    assert.equal(slowCalls(), 1, 'the first call after that looks where the memory lies now');
    assert.equal(direct('fd_pread', 0, VECTOR, 1, 0n, RESULT), 0);
    assert.equal(slowCalls(), 1);
    assert.equal(Buffer.from(memory.buffer, 65_536 + 8, 8).toString(), 'contents');
    putVector(memory, BUFFER, 8);
    guest.memory.detach();
    assert.equal(direct('fd_pread', 0, VECTOR, 1, 0n, RESULT), Errno.fault);
    assert.equal(new Uint8Array(memory.buffer)[BUFFER], 0);
  });

  test('a module that declares a call with other types still gets it', () => {
    const { guest } = world('types', 'wasi_snapshot_preview1');
    const bytes = assemble({
      imports: [['wasi_snapshot_preview1', 'fd_seek', [[I32, I32, I32, I32], [I64]]]],
      functions: [],
      exports: [['fd_seek', 0]],
    });
    const module = new WebAssembly.Module(bytes);
    const { exports } = instantiate(guest, { module, memory: undefined }, importsFor(guest));
    assert.ok(typeof exports['fd_seek'] === 'function');
  });

  test('the table of descriptors is laid out as kernel.c believes', () => {
    const source = readFileSync('src/gates/wasm/direct/kernel.c', 'utf8');
    const defined = (name: string): number => Number(new RegExp(`#define ${name} (\\d+)`).exec(source)?.[1]);
    const [start, end] = rowOf(1);
    assert.deepEqual([defined('COLUMNS'), defined('COLUMNS')], [start, end - start]);
    const { guest } = world('rows', 'cloudabi');
    const { descriptors } = guest.process;
    const rows = guest.direct?.rows ?? assert.fail();
    assert.equal(rows[start + defined('TYPE')], descriptors.type(1));
    assert.equal(rows[start + defined('BASE_LOW')], descriptors.baseLow(1));
    assert.equal(Filetype.unknown, defined('UNKNOWN_TYPE'));
    assert.ok((rows[start + defined('HOST')] ?? -1) > 2);
    assert.ok(rows.byteOffset === defined('ROWS') && rows[rowOf(100)[0] + defined('HOST')] === -1);
  });

  test('the modules are what their sources say', () => {
    const argv = ['scripts/build-direct-calls.js', '--print'];
    const { stdout, stderr } = spawnSync(process.execPath, argv, { encoding: 'utf8' });
    const bare = (text: string): string => text.replace(/\s|[,]/g, '');
    assert.equal(bare(stdout), bare(readFileSync('src/gates/wasm/direct/code.ts', 'utf8')), stderr);
  });
});
