import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { makeMemory } from '../../../src/gates/wasm/imported-memory.ts';
import { withMemory } from '../../../src/gates/wasm/imports.ts';
import { limitMemory } from '../../../src/gates/wasm/memory-limit.ts';
import { compileModule, ModuleError } from '../../../src/gates/wasm/module.ts';
import { assemble, HEADER, I32, leb, section, small, text } from '../../frame/gates/wasm-bytes.ts';
import fc from '../../frame/properties.ts';

const known = new Map([['wasi_snapshot_preview1', new Set(['fd_write', 'proc_exit'])]]);
const PAGE = 65536;
const FD_WRITE = ['wasi_snapshot_preview1', 'fd_write', [[I32, I32, I32, I32], [I32]]] as const;

/** Exports `grow`, which answers what memory.grow does, and has a name section. */
const program = assemble({
  imports: [FD_WRITE],
  functions: [
    [[]],
    [
      [...[0x20, 0], 0x40, 0],
      [[I32], [I32]],
    ],
  ],
  exports: [
    ['_start', 1],
    ['grow', 2],
  ],
  names: [[1, 'main']],
});

/** Compiles, and makes sure that a refusal is ours and one printable line. */
function attempt(bytes: Uint8Array, memoryLimit?: number): ModuleError | undefined {
  try {
    compileModule(bytes, known, { starts: true, ...(memoryLimit !== undefined && { memoryLimit }) });
    return undefined;
  } catch (error) {
    assert.ok(error instanceof ModuleError, `${error}`);
    assert.match(error.message, /^[\x20-\x7e\u00a0-\u{10ffff}]{10,5000}$/u);
    return error;
  }
}

describe('a module', () => {
  test('that is sound is taken', () => {
    assert.equal(attempt(program), undefined);
    assert.equal(attempt(program, PAGE), undefined);
  });

  test('that was cut off anywhere is refused in one line', () => {
    // Without the name section, whose absence is no fault.
    const whole = program.length - 'name'.length - 10;
    for (let length = 0; length < whole; length++) {
      const error = attempt(program.subarray(0, length));
      if (length < whole - 20) assert.ok(error !== undefined, `${length} bytes are taken for a module`);
      attempt(program.subarray(0, length), PAGE);
    }
  });

  test('that was changed at random is taken or refused in one line, never anything else', () => {
    const change = fc.tuple(fc.nat(program.length - 1), fc.nat(255));
    fc.assert(
      fc.property(
        fc.array(change, { minLength: 1, maxLength: 4 }),
        fc.option(fc.nat(3 * PAGE), { nil: undefined }),
        (changes, limit) => {
          const bytes = program.slice();
          for (const [at, value] of changes) bytes[at] = value;
          attempt(bytes, limit);
        },
      ),
      { numRuns: 5000 },
    );
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), fc.nat(3 * PAGE), (rest, limit) => {
        attempt(Uint8Array.from([...HEADER, ...rest]), limit);
      }),
      { numRuns: 3000 },
    );
  });

  test('that imports an unknown function is told its name', () => {
    const importing = (from: string, name: string): ModuleError | undefined =>
      attempt(assemble({ imports: [[from, name, [[], []]]], functions: [[[]]], exports: [['_start', 1]] }));
    assert.match(importing('env', 'system')?.message ?? '', /function env\.system/);
    assert.equal(importing('env', 'system')?.code, 'unknown_import');
    assert.match(importing('wasi_snapshot_preview1', 'fd_wrote')?.message ?? '', /fd_wrote/);
    for (const name of ['__proto__', 'constructor', 'toString', 'hasOwnProperty']) {
      assert.equal(importing(name, 'x')?.code, 'unknown_import');
      assert.equal(importing('wasi_snapshot_preview1', name)?.code, 'unknown_import');
    }
    // Names are the module's: no line ends and no terminal sequences get through, and no megabytes.
    importing('env\n\u001b[2J\u009b', 'line\r\nfeed');
    importing('m'.repeat(100_000), 'n'.repeat(100_000));
  });

  test('that imports a table or global, a second memory, or one of another kind is refused', () => {
    const kinds = { table: [1, 0x70, 0, 1], global: [3, I32, 0] };
    for (const [kind, description] of Object.entries(kinds)) {
      const bytes = Uint8Array.from([
        ...HEADER,
        ...section(2, [1, ...text('env'), ...text('it'), ...description]),
      ]);
      assert.match(attempt(bytes)?.message ?? '', new RegExp(`imports ${kind} env\\.it`));
      assert.equal(attempt(bytes, PAGE)?.code, 'unknown_import');
    }
    const memories = [
      [2, ...text('a'), ...text('b'), 2, 0, 1, ...text('a'), ...text('c'), 2, 0, 1],
      [1, ...text('a'), ...text('b'), 2, 4, 1],
      [1, ...text('a'), ...text('b'), 2, 5, 1, 1],
    ];
    for (const memory of memories) assert.ok(attempt(Uint8Array.from([...HEADER, ...section(2, memory)])));
  });

  test('gets the memory that it imports, under any name, shared or not', () => {
    const names = [
      ['env', 'memory'],
      ['foo', 'bar'],
      ['wasi_snapshot_preview1', 'memory'],
      ['wasi_snapshot_preview1', 'fd_write'],
      ['__proto__', 'constructor'],
    ] as const;
    for (const [from, name] of names) {
      for (const limits of [
        [0, 1],
        [1, 1, 2],
        [3, 1, 2],
      ]) {
        const bytes = Uint8Array.from([
          ...HEADER,
          ...section(1, [1, 0x60, 0, 1, I32]),
          ...section(2, [1, ...text(from), ...text(name), 2, ...limits]),
          ...section(3, [1, 0]),
          ...section(7, [1, ...text('_start'), 0, 0]),
          ...section(10, [1, 4, 0, 0x3f, 0, 0x0b]),
        ]);
        const { module, memory, ceiling, limit } = compileModule(bytes, known, {
          starts: true,
          memoryLimit: 4 * PAGE,
        });
        assert.ok(memory !== undefined);
        const made = makeMemory(memory, limit, ceiling);
        const imports = withMemory({ wasi_snapshot_preview1: {} }, { memory: made, memoryImport: memory });
        const { _start: size } = new WebAssembly.Instance(module, imports).exports;
        assert.ok(typeof size === 'function');
        assert.equal(Reflect.apply(size, undefined, []), 1, `${from}.${name} ${limits}`);
        assert.ok(made.buffer.byteLength <= 4 * PAGE);
      }
    }
  });

  test('without a start or a memory is refused, and one that exports another kind under the name', () => {
    const start = assemble({ functions: [[[]]], exports: [['begin', 0]] });
    assert.match(attempt(start)?.message ?? '', /no function _start/);
    const bare = (exported: readonly number[]): Uint8Array =>
      Uint8Array.from([
        ...HEADER,
        ...[...section(1, [1, 0x60, 0, 0]), ...section(3, [1, 0]), ...section(5, [1, 0, 1])],
        ...[...section(7, exported), ...section(10, [1, 2, 0, 0x0b])],
      ]);
    assert.match(attempt(bare([1, ...text('_start'), 0, 0]))?.message ?? '', /no memory/);
    assert.match(attempt(bare([1, ...text('_start'), 2, 0]))?.message ?? '', /no function _start/);
    assert.match(
      attempt(bare([2, ...text('_start'), 0, 0, ...text('memory'), 0, 0]))?.message ?? '',
      /no memory/,
    );
  });
});

describe('a memory limit', () => {
  /** Pages that the memory of a module can grow to. */
  function grownPages(bytes: Uint8Array): number {
    const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes), {
      wasi_snapshot_preview1: { fd_write: () => 0 },
    });
    const { grow, memory } = exports;
    assert.ok(typeof grow === 'function' && memory instanceof WebAssembly.Memory);
    const more: (pages: number) => unknown = grow as never;
    while (more(1) !== -1) if (memory.buffer.byteLength > 40 * PAGE) break;
    return memory.buffer.byteLength / PAGE;
  }
  const ownMemory = (memory: readonly number[]): Uint8Array =>
    assemble({
      functions: [
        [[]],
        [
          [...[0x20, 0], 0x40, 0],
          [[I32], [I32]],
        ],
      ],
      exports: [
        ['_start', 0],
        ['grow', 1],
      ],
      memory,
    });

  test('is where memory.grow stops, for every request of the module', () => {
    const width = fc.integer({ min: 1, max: 5 });
    fc.assert(
      fc.property(
        fc.record({
          least: fc.nat(6),
          most: fc.option(fc.nat(30)),
          limit: fc.nat(20 * PAGE),
          width,
          otherWidth: width,
        }),
        ({ least, most, limit, width, otherWidth }) => {
          const memory = [
            1,
            most === null ? 0 : 1,
            ...leb(least, width),
            ...(most === null ? [] : leb(most, otherWidth)),
          ];
          const bytes = ownMemory(memory);
          const sound = WebAssembly.validate(bytes);
          let limited: Uint8Array;
          try {
            limited = limitMemory(bytes, limit).bytes;
          } catch (error) {
            assert.ok(error instanceof ModuleError);
            assert.ok(least > Math.floor(limit / PAGE) || !sound);
            return;
          }
          assert.equal(WebAssembly.validate(limited), sound);
          if (sound) assert.equal(grownPages(limited), Math.min(most ?? 65536, Math.floor(limit / PAGE)));
        },
      ),
      { numRuns: 300 },
    );
  });

  test('makes no sound module of numbers that are too long or too large', () => {
    const numbers = [leb(1, 6), leb(1, 10), leb(2 ** 32), leb(2 ** 32 + 1), [0x81, 0x80, 0x80, 0x80, 0x70]];
    for (const number of numbers) {
      for (const memory of [
        [1, 0, ...number],
        [1, 1, 1, ...number],
        [...number, 0, 1],
      ]) {
        assert.equal(WebAssembly.validate(ownMemory(memory)), false);
        assert.ok(attempt(ownMemory(memory), 100 * PAGE) !== undefined, `${memory}`);
      }
    }
  });

  test('is refused for several memories, a 64-bit one, and one that needs more to begin with', () => {
    for (const memory of [
      [2, 0, 1, 0, 1],
      [1, 4, 1],
      [1, 5, 1, 2],
      [1, 0, 3],
    ]) {
      assert.equal(attempt(ownMemory(memory), 2 * PAGE)?.code, 'memory_limit', `${memory}`);
    }
  });

  /** A module whose tables have these limits, which exports `grow` for the first; and contents of a table section. */
  const withTables = (contents: readonly number[], rest: readonly number[] = []): Uint8Array =>
    Uint8Array.from([
      ...HEADER,
      ...section(1, [2, 0x60, 0, 0, 0x60, 1, I32, 1, I32]),
      ...section(3, [2, 0, 1]),
      ...section(4, contents),
      ...section(5, [1, 0, 1]),
      ...section(7, [3, ...text('memory'), 2, 0, ...text('_start'), 0, 0, ...text('grow'), 0, 1]),
      ...section(10, [2, 2, 0, 0x0b, 9, 0, 0xd0, 0x70, 0x20, 0, 0xfc, 15, 0, 0x0b]),
      ...rest,
    ]);
  const growTable = (module: WebAssembly.Module, entries: number): unknown => {
    const { grow } = new WebAssembly.Instance(module, {}).exports;
    assert.ok(typeof grow === 'function');
    return Reflect.apply(grow, undefined, [entries]);
  };

  test('counts tables, those that are declared and those that grow', () => {
    const limit = 64 * 2 ** 20;
    const compiled = (bytes: Uint8Array): WebAssembly.Module =>
      compileModule(bytes, known, { starts: true, memoryLimit: limit }).module;
    const tables = (count: number, limits: readonly number[]): Uint8Array =>
      withTables([...leb(count), ...Array.from({ length: count }, () => [0x70, ...limits]).flat()]);
    assert.equal(attempt(tables(10, [0, ...leb(9_000_000)]), limit)?.code, 'memory_limit');
    assert.match(
      attempt(tables(10, [0, ...leb(9_000_000)]), limit)?.message ?? '',
      /10 tables of 90000000 entries/,
    );
    assert.equal(attempt(tables(1000, [0, ...leb(2100)]), limit)?.code, 'memory_limit');
    assert.equal(growTable(compiled(tables(1, [0, 1])), 9_000_000), -1);
    assert.equal(growTable(compiled(tables(1, [0, 1])), 100_000), 1);
    assert.equal(growTable(compiled(tables(20, [0, 1])), 100_000), -1);
    assert.equal(growTable(compiled(tables(1, [1, 1, 50])), 49), 1);
    assert.equal(growTable(compiled(tables(1, [1, 1, 50])), 50), -1);
    // A table of its own for each thread.
    const shared = [2, 1, ...text('env'), ...text('memory'), 2, 3, 1, 2];
    const threads = (entries: number): Uint8Array =>
      Uint8Array.from([
        ...[...HEADER, ...section(1, [1, 0x60, 0, 0]), ...section(2, shared.slice(1)), ...section(3, [1, 0])],
        ...[...section(4, [1, 0x70, 0, ...leb(entries)]), ...section(7, [1, ...text('_start'), 0, 0])],
        ...section(10, [1, 2, 0, 0x0b]),
      ]);
    const needs = { starts: true, memoryLimit: limit, threadLimit: 64 };
    assert.throws(() => compileModule(threads(100_000), known, needs), { code: 'memory_limit' });
    assert.ok(compileModule(threads(10_000), known, needs).limit !== undefined);
  });

  test('leaves for memory what tables do not take', () => {
    const limit = 10 * PAGE;
    const entries = 4 * (PAGE / 32);
    const bytes = withTables([1, 0x70, 1, ...leb(entries), ...leb(entries)]);
    const { bytes: limited, left } = limitMemory(bytes, limit);
    assert.equal(left, limit - entries * 32 - 256);
    const { memory } = new WebAssembly.Instance(new WebAssembly.Module(Uint8Array.from(limited)), {}).exports;
    assert.ok(memory instanceof WebAssembly.Memory);
    assert.equal(memory.grow(4), 1);
    assert.throws(() => memory.grow(1));
    const more = withTables([1, 0x70, 1, ...leb(entries * 3), ...leb(entries * 3)]);
    assert.match(attempt(more, limit)?.message ?? '', /tables/);
  });

  test('is refused for what it cannot bound', () => {
    // A table with 64-bit indexes; a type of objects.
    assert.equal(attempt(withTables([1, 0x70, 4, 1]), PAGE)?.code, 'memory_limit');
    const objects = Uint8Array.from([...HEADER, ...section(1, [1, 0x5f, 0])]);
    assert.equal(attempt(objects, PAGE)?.code, 'memory_limit');
  });

  test('reads tables that come with a value', () => {
    const value = [0x40, 0, 0x70, 0, 1, 0xd0, 0x70, 0x0b];
    const bytes = withTables([2, ...value, 0x70, 0, ...leb(9_000_000)]);
    assert.equal(attempt(bytes, 64 * 2 ** 20)?.code, 'memory_limit');
  });

  test('costs no time for a section that says it is enormous', () => {
    const huge = Uint8Array.from([
      ...HEADER,
      5,
      ...leb(2 ** 31),
      1,
      0,
      1,
      ...new Array<number>(1000).fill(0),
    ]);
    assert.equal(attempt(huge, PAGE)?.code, 'malformed_module');
    for (let id = 0; id < 256; id++)
      attempt(Uint8Array.from([...HEADER, id, ...leb(2 ** 34), 1, ...small(0)]), PAGE);
  });
});
