import assert from 'node:assert/strict';
import { closeSync, openSync, readdirSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { Filetype, Rights } from '../../../../src/abi/generated/constants.ts';
import { compileModule } from '../../../../src/gates/wasm/module.ts';
import { command, executable, file, launch, pipe } from '../../../../src/index.ts';
import { CAPACITY, DescriptorTable } from '../../../../src/kernel/descriptors.ts';
import { fromAbi } from '../../../../src/kernel/rights.ts';
import { At, Program } from '../../../frame/gates/cloudabi-program.ts';
import { assemble, call, I32, leb, small } from '../../../frame/gates/wasm-bytes.ts';
import { makeFolder } from '../../../frame/programs.ts';

const EXEC = ['cloudabi', 'proc_exec', [[I32, I32, I32, I32, I32], [I32]]] as const;
const EXIT = ['cloudabi', 'proc_exit', [[I32], []]] as const;
const nothing = assemble({ functions: [[[]]], exports: [['_start', 0]] });

/** Bytes that are no program, and what executing them answers. */
const refused: Readonly<Record<string, readonly [bytes: Uint8Array, errno: string]>> = {
  'an empty file': [new Uint8Array(), 'noexec'],
  'a text': [Buffer.from('#!/bin/sh\n'), 'noexec'],
  'a module that is cut off': [nothing.subarray(0, -1), 'noexec'],
  'a module that starts nowhere': [assemble({ functions: [[[]]], exports: [] }), 'noexec'],
  'a module that imports what no program gets': [
    assemble({ imports: [['env', 'fork', [[], []]]], functions: [[[]]], exports: [['_start', 1]] }),
    'noexec',
  ],
  'a module that needs more memory than the limit': [
    assemble({ functions: [[[]]], exports: [['_start', 0]], memory: [1, 0, ...leb(100)] }),
    'nomem',
  ],
};

function known(): ReadonlyMap<string, ReadonlySet<string>> {
  return new Map([['cloudabi', new Set(['proc_exec', 'proc_exit'])]]);
}

/** A program without code that executes as a real one does, with 10 pages at most. */
function program(): Program {
  return new Program([], (bytes) => {
    const { module } = compileModule(bytes, known(), { starts: true, memoryLimit: 10 * 65536 });
    return { module, memory: undefined };
  });
}

function add(to: Program, path: string, rights: bigint = Rights.proc_exec): number {
  return to.process.descriptors.add({
    host: openSync(path, 'r'),
    type: Filetype.unknown,
    base: fromAbi(rights),
    inheriting: { low: 0, high: 0 },
    grant: 0,
  });
}

describe('executing what is no program', () => {
  for (const [what, [bytes, errno]] of Object.entries(refused)) {
    test(`answers ${errno}, and the program goes on with all it has: ${what}`, (t) => {
      const path = join(makeFolder(t), 'file');
      writeFileSync(path, bytes);
      const running = program();
      const other = add(running, path, Rights.fd_read);
      const fd = add(running, path);
      const open = readdirSync('/proc/self/fd').length;
      assert.equal(running.call('proc_exec', fd, At.buffer, 8, 0, 0), errno);
      assert.equal(running.guest.exit.successor, undefined);
      for (const number of [other, fd]) assert.equal(running.call('fd_stat_get', number, At.out), 'success');
      assert.equal(readdirSync('/proc/self/fd').length, open);
      running.close();
    });
  }

  test('answers notcapable for what is no file, and nomem for what is too long', (t) => {
    const folder = makeFolder(t);
    const running = program();
    assert.equal(running.call('proc_exec', add(running, folder), 0, 0, 0, 0), 'notcapable');
    assert.equal(running.call('proc_exec', add(running, '/dev/zero'), 0, 0, 0, 0), 'notcapable');
    const long = join(folder, 'long');
    writeFileSync(long, nothing);
    truncateSync(long, 2 ** 40);
    assert.equal(running.call('proc_exec', add(running, long), 0, 0, 0, 0), 'nomem');
    running.close();
  });

  test('looks at every descriptor first', (t) => {
    const path = join(makeFolder(t), 'file');
    writeFileSync(path, nothing);
    const running = program();
    const fd = add(running, path);
    running.view.setUint32(At.buffer, fd, true);
    running.view.setUint32(At.buffer + 4, fd + 1, true);
    assert.equal(running.call('proc_exec', fd, 0, 0, At.buffer, 2), 'badf');
    for (let index = 0; index <= CAPACITY; index++) running.view.setUint32(At.buffer + index * 4, fd, true);
    assert.equal(running.call('proc_exec', fd, 0, 0, At.buffer, CAPACITY + 1), 'mfile');
    assert.equal(running.call('fd_stat_get', fd, At.out), 'success');
    running.close();
  });
});

test('a table keeps what is listed, in order and as often, and closes the rest', () => {
  const table = new DescriptorTable();
  const before = readdirSync('/proc/self/fd').length;
  const hosts = Array.from({ length: 4 }, () => openSync('/dev/null', 'r'));
  for (const [index, host] of hosts.entries()) {
    const rights = { low: 1 << index, high: 0 };
    table.add({ host, type: Filetype.unknown, base: rights, inheriting: rights, grant: index });
  }
  table.duplicate(1);
  assert.equal(table.keep([2, 1, 2]), 0);
  assert.deepEqual(
    [0, 1, 2].map((number) => table.baseLow(number)),
    [4, 2, 4],
  );
  assert.ok(!table.isOpen(3) && !table.isOpen(4));
  assert.equal(readdirSync('/proc/self/fd').length, before + 2);
  assert.equal(table.close(0), 0);
  assert.equal(readdirSync('/proc/self/fd').length, before + 2, 'still open as 2');
  assert.equal(table.close(2), 0);
  assert.equal(readdirSync('/proc/self/fd').length, before + 1);
  assert.equal(table.keep([]), 0);
  assert.equal(readdirSync('/proc/self/fd').length, before);
  const again = openSync('/dev/null', 'r');
  const none = { low: 0, high: 0 };
  assert.equal(table.add({ host: again, type: Filetype.unknown, base: none, inheriting: none, grant: 0 }), 0);
  table.closeAll();
  assert.throws(() => closeSync(again));
});

describe('a process that executes', () => {
  test('may do so two hundred times, and old memories are given back', async (t) => {
    // Each generation has 16 MiB, which would be gone soon. What counts them is the length of the argdata.
    const length = ['cloudabi_program', 'argdata_length', [[], [I32]]] as const;
    const imports = [EXEC, EXIT, length] as const;
    const [MANY, GE_S, IF, END, ADD] = [[0x41, ...leb(200, 2)], 0x4e, [0x04, 0x40], 0x0b, 0x6a];
    const body = [
      ...[...call(2), ...MANY, GE_S, ...IF, ...small(7), ...call(1), END],
      // proc_exec(0, 16, length + 1, 8, 1): at 8 stands the number 0, which is this program.
      ...[...small(0), ...small(16), ...call(2), ...small(1), ADD, ...small(8), ...small(1), ...call(0)],
      ...call(1),
    ];
    const module = assemble({
      imports,
      functions: [[body]],
      exports: [['_start', imports.length]],
      memory: [1, 0, ...leb(256)],
    });
    const path = join(makeFolder(t), 'program.wasm');
    writeFileSync(path, module);
    const ended = await launch(path, executable()).exited;
    assert.equal('code' in ended ? ended.code : ended, 7);
  });

  test('ends as trapped when the new module traps before it starts', async (t) => {
    const folder = makeFolder(t);
    const next = join(folder, 'next.wasm');
    writeFileSync(next, assemble({ functions: [[[]], [[0x00]]], exports: [['_start', 0]], start: 1 }));
    const first = join(folder, 'first.wasm');
    const body = [...small(0), ...small(0), ...small(0), ...small(0), ...small(0), ...call(0), ...call(1)];
    writeFileSync(first, assemble({ imports: [EXEC, EXIT], functions: [[body]], exports: [['_start', 2]] }));
    const { kind } = await launch(first, file(next, { rights: 'execute' })).exited;
    assert.equal(kind, 'trapped');
  });

  test('gives a WASI program neither arguments nor environment, and no directory by name', async (t) => {
    const folder = makeFolder(t);
    const first = join(folder, 'first.wasm');
    // Executes descriptor 0 with descriptors 1 and 0: their list lies at 16.
    const body = [
      ...[...small(16), ...small(1), 0x36, 2, 0],
      ...[...small(20), ...small(0), 0x36, 2, 0],
      ...[...small(0), ...small(0), ...small(0), ...small(16), ...small(2), ...call(0), ...call(1)],
    ];
    writeFileSync(first, assemble({ imports: [EXEC, EXIT], functions: [[body]], exports: [['_start', 2]] }));
    // Exits with the number of arguments and variables, and one more if descriptor 3 has a name.
    const wasi = 'wasi_snapshot_preview1';
    const imports = [
      [wasi, 'args_sizes_get', [[I32, I32], [I32]]],
      [wasi, 'environ_sizes_get', [[I32, I32], [I32]]],
      [wasi, 'fd_prestat_get', [[I32, I32], [I32]]],
      [wasi, 'proc_exit', [[I32], []]],
    ] as const;
    const load = (at: number): number[] => [...small(at), 0x28, 2, 0];
    const counts = [
      ...[...small(16), ...small(20), ...call(0), 0x1a],
      ...[...small(24), ...small(28), ...call(1), 0x1a],
      ...load(16),
      ...load(24),
      0x6a,
      ...[...small(3), ...small(32), ...call(2), 0x45, 0x6a],
      ...call(3),
    ];
    const next = join(folder, 'next.wasm');
    writeFileSync(next, assemble({ imports, functions: [[counts]], exports: [['_start', imports.length]] }));
    const started = launch(
      first,
      command({
        arguments: ['one', 'two'],
        environment: { NAME: 'value' },
        stdin: file(next, { rights: ['read', 'execute'] }),
        stdout: pipe('write'),
        directories: { '/': file(folder) },
      }),
    );
    const ended = await started.exited;
    assert.equal('code' in ended ? ended.code : ended.kind, 0);
  });
});
