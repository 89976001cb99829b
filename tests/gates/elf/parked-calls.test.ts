import assert from 'node:assert/strict';
import { closeSync, readdirSync, writeSync } from 'node:fs';
import { test } from 'node:test';
import { GuestProcess } from '../../../src/gates/elf/guest-process.ts';
import { ParkedCalls } from '../../../src/gates/elf/parked-calls.ts';
import { closeWindow, makeWindow } from '../../../src/gates/elf/window.ts';
import { makeSocketPair } from '../../../src/host/files/new-descriptors.ts';
import { PollEvents } from '../../../src/host/files/poll.ts';
import { KernelProcess } from '../../../src/kernel/process.ts';

/** Runs a function with two connected sockets. */
function withSockets(use: (one: number, other: number) => void): void {
  const [one, other] = makeSocketPair();
  try {
    use(one, other);
  } finally {
    closeSync(one);
    closeSync(other);
  }
}

const waitFor = (host: number, owner: object, said: string[], word: string) => ({
  awaited: [{ host, events: PollEvents.in }],
  deadline: undefined,
  owner,
  ready: () => said.push(word),
});

test('the end of a process is never reported because others wait for too much', () => {
  withSockets((one, other) => {
    const parked = new ParkedCalls(one);
    const said: string[] = [];
    const many = {
      awaited: Array.from({ length: 500 }, () => ({ host: one, events: PollEvents.in })),
      deadline: undefined,
    };
    let count = 0;
    while (count < 100 && parked.park({ ...many, owner: said, ready: () => said.push('call') })) count++;
    assert.ok(count > 0 && count < 100);
    parked.watch(waitFor(one, parked, said, 'end'));
    assert.deepEqual(said, []);
    writeSync(other, 'x');
    parked.wait();
    const ready = [];
    for (let call = parked.take(); call !== undefined; call = parked.take()) ready.push(call);
    assert.equal(ready.length, count + 1);
    assert.ok(parked.isEmpty);
  });
});

test('a process that has ended makes none of its calls, those that were ready at once among them', () => {
  withSockets((one, other) => {
    const parked = new ParkedCalls(one);
    const said: string[] = [];
    const child = {};
    parked.watch({ ...waitFor(one, parked, said, 'end'), ready: () => parked.clear(child) });
    parked.park(waitFor(one, child, said, 'call of the child'));
    parked.park(waitFor(one, parked, said, 'call of another'));
    writeSync(other, 'x');
    parked.wait();
    for (let call = parked.take(); call !== undefined; call = parked.take()) call.ready();
    assert.deepEqual(said, ['call of another']);
  });
});

test('threads count until the kernel says that they have ended, even if their process was to execute another program', () => {
  const window = makeWindow();
  const guest = new GuestProcess(
    { pid: process.pid, pidfd: -1 },
    new KernelProcess(),
    window,
    new Uint8Array(),
  );
  const alive = readdirSync('/proc/self/task').map(Number);
  // Linux has no thread of this number: it is the largest that there is, plus one.
  const gone = 2 ** 22 + 1;
  guest.threads = alive.length + 1;
  for (const thread of [...alive, gone]) guest.meet(thread);
  assert.equal(guest.threads, alive.length + 1);
  guest.mayHaveExecuted = true;
  guest.meet(process.pid);
  assert.equal(guest.threads, alive.length);
  guest.leave(process.pid);
  assert.equal(guest.threads, alive.length - 1);
  closeWindow(window);
});
