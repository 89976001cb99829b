import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, closeSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { CallList } from '../../../src/host/processes/call-list.ts';
import { describeList, listToJson } from '../../../src/host/processes/call-list-text.ts';
import { LIST_ADDRESS, packProgram, stubHead } from '../../../src/host/processes/launch-stub.ts';
import { reapIfEnded, SpawnError, spawnStub } from '../../../src/host/processes/spawn.ts';
import { callNumber, isSystemCall } from '../../../src/linux/system-calls.ts';

/** An emulator of the other architecture's user mode, by the names distributions give it. */
const emulator = ['qemu-aarch64-static', 'qemu-aarch64'].find(
  (name) => process.arch === 'x64' && spawnSync(name, ['--version']).status === 0,
);

/** Runs a list in a process of its own; returns its exit status, which is the same on both architectures. */
function run(list: CallList): number {
  const folder = mkdtempSync(join(tmpdir(), 'call-list-'));
  const start = (program: string, ...args: string[]): number => {
    const { status, signal } = spawnSync(program, args, { timeout: 300_000, killSignal: 'SIGKILL' });
    assert.equal(signal, null);
    return status ?? -1;
  };
  try {
    const path = join(folder, 'program');
    const file = packProgram(list);
    writeFileSync(path, readFileSync(`/proc/self/fd/${file}`));
    closeSync(file);
    chmodSync(path, 0o755);
    const status = start(path);
    if (emulator !== undefined) {
      writeFileSync(path, packedForArm(list));
      assert.equal(start(emulator, path), status, 'on arm64');
    }
    return status;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The same list as a program for the other architecture, whose calls have other numbers. */
function packedForArm(list: CallList): Buffer {
  for (const [index, step] of list.steps.entries()) {
    if (step.number < 0 || !isSystemCall(step.call)) continue;
    list.steps[index] = { ...step, number: callNumber(step.call, 'arm64') };
  }
  const encoded = list.encode(LIST_ADDRESS);
  const packed = Buffer.alloc(0x10000 + encoded.length);
  packed.set(stubHead(encoded.length, 'arm64'));
  packed.set(encoded, 0x10000);
  return packed;
}

test('the lists of these tests run on the other architecture, too', (context) => {
  if (emulator === undefined) return context.skip('needs x86-64 and qemu-aarch64 (Debian: qemu-user-static)');
  const list = new CallList();
  list.call('end', 'exit_group', [5]);
  assert.equal(run(list), 5);
});

test('a result can be stored where a later call needs it', () => {
  const list = new CallList();
  const pid = list.slot('pid');
  const ok = list.label();
  list.call('ask', 'getpid', [], { result: pid });
  list.call('ask whether it is there', 'kill', [pid, 0], { onZero: ok });
  list.call('end', 'exit_group', [1]);
  list.place(ok);
  list.call('end', 'exit_group', [7]);
  assert.equal(run(list), 7);
});

test('steps branch on positive results, zero and errors', () => {
  for (const [call, args, expected] of [
    ['getpid', [], 1],
    ['close_range', [100, 200, 0], 2],
    ['close', [999], 3],
  ] as const) {
    const list = new CallList();
    const labels = [list.label(), list.label(), list.label()] as const;
    const [onPositive, onZero, onError] = labels;
    list.call('try', call, args, { onPositive, onZero, onError });
    labels.forEach((label, index) => {
      list.place(label);
      list.call('end', 'exit_group', [index + 1]);
    });
    assert.equal(run(list), expected, call);
  }
});

test('comparing unlike numbers fails with ESTALE', () => {
  for (const [a, b, status] of [
    [5, 5, 0],
    [5, 6, 116],
    [-1, -1, 0],
    [2 ** 40, 2 ** 40 + 1, 116],
  ] as const) {
    const list = new CallList();
    const failed = list.label();
    list.compare('compare', a, b);
    list.call('end', 'exit_group', [0]);
    list.place(failed);
    list.failAt(failed);
    const result = list.slot('minus the errno');
    list.call('copy', 'getpid', [], { result });
    list.call('end', 'exit_group', [116]);
    assert.equal(run(list), status, `${a} and ${b}`);
  }
});

test('a step that fails gives up, and is found again by its record', () => {
  const list = new CallList();
  const failed = list.label();
  list.call('fine', 'getpid', []);
  list.call('close what is not open', 'close', [999]);
  list.place(failed);
  list.failAt(failed);
  list.call('end', 'exit_group', [9]);
  assert.equal(run(list), 9);
  const record = LIST_ADDRESS + 32 + 88;
  assert.deepEqual(list.failure(LIST_ADDRESS, record, -9)?.step.words, 'close what is not open');
  assert.equal(list.failure(LIST_ADDRESS, record, 0), undefined);
  assert.equal(list.failure(LIST_ADDRESS, record + 1, -9), undefined);
  assert.equal(list.failure(LIST_ADDRESS, record + 88 * 100, -9), undefined);
});

test('a failure that cannot be reported ends the list and is not reported again', () => {
  const list = new CallList();
  const failed = list.label();
  list.call('close what is not open', 'close', [999]);
  list.place(failed);
  list.failAt(failed);
  list.call('report the failure', 'write', [999, list.failed, 16]);
  list.call('end', 'exit_group', [9]);
  assert.equal(run(list), 9);
});

test('a list can be printed', () => {
  const list = new CallList();
  const file = list.slot('file');
  const end = list.label();
  list.call('open it', 'openat', [-100, list.text('/a "b"\n'), 0], { result: file, onError: end });
  list.call('close it', 'close', [file]);
  list.place(end);
  list.call('end', 'exit_group', [0]);
  assert.deepEqual(describeList(list), [
    '  0  file = openat(-100, "/a \\"b\\"\\n", 0)  [error: 2]  # open it',
    '  1  close(file)  # close it',
    '  2  exit_group(0)  # end',
  ]);
  assert.equal(listToJson(list)[0]?.onError, 2);
});

test('texts with a NUL, labels outside of the list and unknown calls are refused', () => {
  const list = new CallList();
  assert.throws(() => list.text('a\0b'), /NUL/);
  assert.throws(() => list.call('too many', 'getpid', [1, 2, 3, 4, 5, 6, 7]), RangeError);
  list.call('jump', 'getpid', [], { onZero: list.label() });
  assert.throws(() => list.encode(0), /A label is outside of the list/);
});

test('the stub is a well-formed executable for both architectures', () => {
  for (const [architecture, machine] of [
    ['x64', 62],
    ['arm64', 183],
  ] as const) {
    const head = Buffer.from(stubHead(4096, architecture));
    assert.equal(head.toString('latin1', 1, 4), 'ELF');
    assert.equal(head.readUInt16LE(18), machine);
    assert.equal(head.readUInt16LE(56), 3);
    assert.ok(head.length < 600, `${head.length} bytes`);
  }
});

test('a process that cannot be made or cannot execute says so', () => {
  const list = new CallList();
  list.call('end', 'exit_group', [0]);
  const program = packProgram(list);
  assert.throws(() => spawnStub({ program: 999, inherit: [], flags: 0 }), SpawnError);
  assert.throws(() => spawnStub({ program: 0, inherit: [], flags: 0 }), /start the launch stub/);
  // CLONE_THREAD needs CLONE_SIGHAND.
  assert.throws(
    () => spawnStub({ program, inherit: [], flags: 0x10000 }),
    /start a process: invalid argument/,
  );
});

test('starting a process does not change with the memory of this one, and blocks no signal here', () => {
  const mask = (): string =>
    /^SigBlk:\s+(\w+)$/m.exec(readFileSync('/proc/thread-self/status', 'utf8'))?.[1] ?? '';
  const before = mask();
  const list = new CallList();
  list.call('end', 'exit_group', [3]);
  const program = packProgram(list);
  const { pid } = spawnStub({ program, inherit: [], flags: 0 });
  assert.equal(mask(), before);
  for (;;) {
    const ended = reapIfEnded(pid);
    if (ended === undefined) continue;
    assert.equal(ended.status, 3 << 8);
    break;
  }
});
