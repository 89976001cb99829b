import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, beforeEach, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { support } from '../../../src/gates/support.ts';
import { fuzzedImports } from '../../frame/gates/hostile-calls.ts';
import type { HostileSpec } from '../../frame/gates/hostile-child.ts';
import { cloudabiFuzzedImports } from '../../frame/gates/hostile-cloudabi.ts';
import {
  assemble,
  call,
  DROP,
  I32,
  leb,
  type Parts,
  type Signature,
  small,
} from '../../frame/gates/wasm-bytes.ts';

const child = fileURLToPath(new URL('../../frame/gates/hostile-child.js', import.meta.url));
const WASI = 'wasi_snapshot_preview1';
const EXIT = [WASI, 'proc_exit', [[I32], []]] as const;
const RANDOM = [WASI, 'random_get', [[I32, I32], [I32]]] as const;
const UNREACHABLE = [0x00];
const NOTHING: Signature = [[], []];

describe('a hostile module', () => {
  const base = mkdtempSync(join(tmpdir(), 'hostile-'));
  const directory = join(base, 'granted');
  const outside = join(base, 'outside');
  after(() => rmSync(base, { recursive: true, force: true }));
  beforeEach(() => {
    rmSync(directory, { recursive: true, force: true });
    mkdirSync(join(directory, 'sub'), { recursive: true });
    writeFileSync(join(directory, 'file'), 'contents');
    writeFileSync(outside, 'secret');
    symlinkSync(outside, join(directory, 'escape'));
  });

  function run(module: Uint8Array, rest: Partial<HostileSpec> = {}): Record<string, unknown> {
    const wasm = join(base, 'module.wasm');
    writeFileSync(wasm, module);
    const { stdout, stderr, status, signal } = spawnSync(
      process.execPath,
      [child, JSON.stringify({ wasm, directory, ...rest } satisfies HostileSpec)],
      { encoding: 'utf8', timeout: 300_000, maxBuffer: 1 << 26 },
    );
    assert.equal(status, 0, `${signal} ${stderr} ${stdout}`);
    return JSON.parse(stdout);
  }
  const runs = (parts: Partial<Parts> & Pick<Parts, 'functions'>): Record<string, unknown> =>
    run(assemble({ exports: [['_start', (parts.imports ?? []).length]], ...parts }));
  const exits = (code: number) => ({ kind: 'exited', code });

  test('that traps is reported with the names of its functions', () => {
    const names = [
      [0, 'main'],
      [1, 'inner_function'],
    ] as const;
    const { kind, message } = runs({ functions: [[call(1)], [UNREACHABLE]], names });
    assert.equal(kind, 'trapped');
    assert.match(String(message), /^unreachable \(in .*inner_function < .*main\)$/);
  });

  test('that names its functions after terminal sequences does not reach the terminal', () => {
    const { message } = runs({ functions: [[UNREACHABLE]], names: [[0, 'x\u001b[2J\u009b\u202e']] });
    assert.match(String(message), /^[\x20-\x7e\ufffd]+$/);
  });

  test('that recurses for ever is trapped', () => {
    const { kind, message } = runs({ functions: [[call(0)]] });
    assert.equal(kind, 'trapped');
    assert.match(String(message), /stack/);
  });

  test('cannot outlive the end of its stack inside of a call, so that no call is left half done', () => {
    // (func $f try (call random_get) drop (call $f) catch_all end), then an exit that only a survivor reaches.
    const body = [0x06, 0x40, ...small(0), ...small(8), ...call(1), ...DROP, ...call(3), 0x19, 0x0b];
    const start = [...call(3), ...small(7), ...call(0)];
    const { kind } = runs({ imports: [EXIT, RANDOM], functions: [[start], [body]] });
    assert.equal(kind, 'trapped');
  });

  test('exits from the depth of its calls, and with any code', () => {
    for (const code of [0, 1, 42]) {
      const functions: Parts['functions'] = [
        [call(2)],
        [call(3)],
        [[...small(code), ...call(0), ...UNREACHABLE]],
      ];
      assert.deepEqual(runs({ imports: [EXIT], functions }), exits(code));
    }
  });

  test('cannot catch its own exit', () => {
    const body = [0x06, 0x40, ...small(3), ...call(0), 0x19, 0x0b, ...small(4), ...call(0)];
    assert.deepEqual(runs({ imports: [EXIT], functions: [[body]] }), exits(3));
  });

  test('that makes calls before it has a memory gets faults, and can exit', () => {
    const early = [...small(0), ...small(8), ...call(1), ...call(0)];
    assert.deepEqual(
      runs({ imports: [EXIT, RANDOM], functions: [[[]], [early]], exports: [['_start', 2]], start: 3 }),
      exits(21),
    );
  });

  test('that grows its memory between calls reaches the new part', () => {
    // memory.grow 1; random_get(65536 + 65528, 8) -> exit code.
    const body = [
      ...small(1),
      0x40,
      0,
      ...DROP,
      0x41,
      ...[0xf8, 0xff, 0x07],
      ...small(8),
      ...call(1),
      ...call(0),
    ];
    const before = [...small(0), ...small(8), ...call(1), ...DROP];
    assert.deepEqual(runs({ imports: [EXIT, RANDOM], functions: [[[...before, ...body]]] }), exits(0));
    const beyond = [
      ...small(0),
      0x40,
      0,
      ...DROP,
      0x41,
      ...[0xf8, 0xff, 0x07],
      ...small(8),
      ...call(1),
      ...call(0),
    ];
    assert.deepEqual(runs({ imports: [EXIT, RANDOM], functions: [[beyond]] }), exits(21));
  });

  test('that gives calls other types than theirs is trapped at worst', () => {
    for (const type of [
      [[0x7e, 0x7e], [0x7f]],
      [[0x7d, 0x7c], [0x7f]],
      [[], [0x7f]],
      [[], [0x7e]],
      [[0x6f, 0x70], [0x7f]],
    ] as const) {
      const values: Record<number, number[]> = {
        126: [0x42, 0],
        125: [0x43, 0, 0, 0xc0, 0x7f],
        124: [0x44, 0, 0, 0, 0, 0, 0, 0xf0, 0x7f],
        111: [0xd0, 0x6f],
        112: [0xd0, 0x70],
      };
      for (const name of ['fd_seek']) {
        const [parameters, results] = type;
        const body = [...parameters.flatMap((kind) => values[kind] ?? []), ...call(0), ...DROP];
        const { kind } = runs({ imports: [[WASI, name, [parameters, results]]], functions: [[body]] });
        assert.ok(kind === 'trapped' || kind === 'exited');
      }
    }
  });

  test('that asks for more memory than there is at its start is reported', () => {
    const { kind } = run(
      assemble({ functions: [[[]]], exports: [['_start', 0]], memory: [1, 0, ...leb(65536)] }),
    );
    assert.ok(kind === 'exited' || kind === 'trapped');
    const data = assemble({
      functions: [[[]]],
      exports: [['_start', 0]],
      memory: [1, 0, 0],
      data: [1, 2, 3],
    });
    assert.equal(run(data)['kind'], 'trapped');
  });

  for (const [family, imports, seed] of [
    ['fuzz', fuzzedImports, 1],
    ['fuzz', fuzzedImports, 20261122],
    ['cloudabi', cloudabiFuzzedImports, 1],
    ['cloudabi', cloudabiFuzzedImports, 20261122],
  ] as const) {
    test(`changes nothing outside and leaks nothing in 250000 random calls (${family}, seed ${seed})`, (context) => {
      const before = statSync(outside);
      const module = assemble({
        imports,
        functions: [[[], NOTHING]],
        exports: [['_start', imports.length], ...imports.map(([, name], index) => [name, index] as const)],
        memory: [1, 1, 2, 16],
      });
      const { kind, errnos, threw, leaked, succeeded, passed } = run(module, {
        adapter: `${family}:${seed}`,
      });
      assert.equal(kind, 'exited');
      assert.deepEqual(threw, []);
      assert.equal(leaked, 0);
      const counts: Record<string, number> = JSON.parse(JSON.stringify(errnos));
      context.diagnostic(JSON.stringify(counts));
      if (family === 'cloudabi') {
        const works = new Set(
          Object.entries(support.wasm).flatMap(([name, { level }]) => (level === 'refused' ? [] : [name])),
        );
        // Leaves out calls that end the program or replace it, and locks, which no call gets by chance; this program can
        // have one thread.
        for (const name of ['proc_exec', 'proc_exit', 'thread_exit', 'lock_unlock', 'thread_create'])
          works.delete(name);
        assert.deepEqual(succeeded, [...works].sort(), 'a call never succeeded');
        context.diagnostic(`${passed} descriptors were received`);
        assert.ok(Number(passed) > 10, 'hardly any descriptor was received');
      }
      assert.ok((counts['0'] ?? 0) > 10_000, 'hardly any call succeeds');
      assert.ok((counts['76'] ?? 0) > 100, 'no call tries to leave');
      assert.equal(readFileSync(outside, 'utf8'), 'secret');
      assert.deepEqual([statSync(outside).mtimeMs, statSync(outside).nlink], [before.mtimeMs, 1]);
      assert.deepEqual(readdirSync(base).sort(), ['granted', 'module.wasm', 'outside']);
    });
  }
});
