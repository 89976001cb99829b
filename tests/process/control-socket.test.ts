import assert from 'node:assert/strict';
import { closeSync, readdirSync, readFileSync, writeSync } from 'node:fs';
import { type TestContext, test } from 'node:test';
import { duplicate, makeSocketPair } from '../../src/host/files/new-descriptors.ts';
import { shutdown } from '../../src/host/sockets/sockets.ts';
import { command, launch, pipe } from '../../src/index.ts';
import { controlSocket } from '../../src/process/control-socket.ts';
import type { Process } from '../../src/process/process.ts';
import { ControlledProcess } from '../../src/services/client/controlled-process.ts';
import { encodeFrame } from '../../src/services/frame.ts';
import { FrameSocket } from '../../src/services/frame-socket.ts';
import { Passed } from '../../src/services/wire.ts';
import { until } from '../frame/programs.ts';

/** Starts the shell, which says what it does with its input as long as that is open. */
async function startShell(t: TestContext, script = ''): Promise<{ child: Process; end: () => void }> {
  const stdout = pipe('write');
  const stdin = pipe('read');
  const world = command({
    base: 'system',
    arguments: ['-c', `${script}\necho up; read line; exit 7`],
    stdin,
    stdout,
  });
  const child = launch('/bin/sh', world);
  t.after(() => child.kill());
  await new Promise((resolve) => stdout.stream.once('data', resolve));
  return { child, end: () => stdin.stream.end('\n') };
}

test('a process ends with the last copy of its descriptor, and not before', async (t) => {
  const { child } = await startShell(t);
  const first = controlSocket(child, { keeps: 'holders' });
  const second = new ControlledProcess(duplicate(first));
  closeSync(first);
  second.signal('SIGCONT');
  assert.equal(
    await Promise.race([child.exited, new Promise((resolve) => setTimeout(resolve, 50))]),
    undefined,
  );
  second.close();
  assert.deepEqual(await child.exited, { kind: 'killed' });
});

test('a message hands the control on: the descriptor in it keeps the process, and its receiver ends it', async (t) => {
  const { child } = await startShell(t);
  const [one, other] = makeSocketPair();
  t.after(() => closeSync(one));
  t.after(() => closeSync(other));
  const descriptor = controlSocket(child, { keeps: 'holders' });
  assert.ok(new FrameSocket(one, 64).send(encodeFrame(new Passed(descriptor), 64)));
  closeSync(descriptor);
  // The message alone holds it now.
  assert.equal(
    await Promise.race([child.exited, new Promise((resolve) => setTimeout(resolve, 50))]),
    undefined,
  );
  const frame = new FrameSocket(other, 64).receive();
  assert.ok(typeof frame === 'object');
  const holder = new ControlledProcess(frame.descriptors[0] ?? -1);
  holder.signal('SIGCONT');
  holder.close();
  assert.deepEqual(await child.exited, { kind: 'killed' });
});

test('a daemon outlives its descriptors, and ends when it is told to', async (t) => {
  const { child, end } = await startShell(t);
  closeSync(controlSocket(child, { keeps: 'launcher' }));
  const other = new ControlledProcess(controlSocket(child, { keeps: 'launcher' }));
  end();
  assert.deepEqual(await other.ended(), { kind: 'exited', code: 7 });
  other.close();
});

test('every holder learns how a process has ended, as often as it asks', async (t) => {
  const { child, end } = await startShell(t);
  const first = new ControlledProcess(controlSocket(child, { keeps: 'holders' }));
  const second = new ControlledProcess(duplicate(first.fd));
  end();
  for (const holder of [first, second, first])
    assert.deepEqual(await holder.ended(), { kind: 'exited', code: 7 });
  assert.throws(() => first.kill(), { code: 'EPIPE' });
  first.close();
  await assert.rejects(first.ended(), { code: 'EPIPE' });
  second.close();
});

test('a holder ends a process, and says with which signal', async (t) => {
  for (const signal of ['SIGTERM', 'SIGUSR1'] as const) {
    const { child } = await startShell(t);
    using holder = new ControlledProcess(controlSocket(child, { keeps: 'launcher' }));
    holder.signal(signal);
    assert.deepEqual(await holder.ended(), { kind: 'signal', name: signal });
  }
  const { child } = await startShell(t);
  using holder = new ControlledProcess(controlSocket(child, { keeps: 'launcher' }));
  holder.kill();
  assert.deepEqual(await holder.ended(), { kind: 'ended', reason: 'killed' });
});

test('bytes that are no signal of a holder do nothing, and a half-close ends like a close', async (t) => {
  const { child } = await startShell(t);
  const descriptor = controlSocket(child, { keeps: 'holders' });
  t.after(() => closeSync(descriptor));
  // 19 is SIGSTOP, 11 is SIGSEGV.
  writeSync(descriptor, Uint8Array.of(0, 19, 11, 64, 200, 255));
  writeSync(descriptor, new Uint8Array(100_000).fill(19));
  using holder = new ControlledProcess(duplicate(descriptor));
  assert.throws(() => holder.signal('SIGSTOP'), { code: 'EINVAL' });
  assert.equal(
    await Promise.race([child.exited, new Promise((resolve) => setTimeout(resolve, 50))]),
    undefined,
  );
  shutdown(descriptor, 1);
  assert.deepEqual(await child.exited, { kind: 'killed' });
});

test('the launcher reaps a process that is ended so, and gets no signal', async (t) => {
  const { child } = await startShell(t);
  closeSync(controlSocket(child, { keeps: 'holders' }));
  await child.exited;
  await until('it is reaped', () => zombies().length === 0);
});

/** The children of this process that have ended, and were not waited for. */
function zombies(): readonly string[] {
  return readdirSync('/proc').filter((name) => {
    if (!/^[0-9]+$/.test(name)) return false;
    try {
      const fields = readFileSync(`/proc/${name}/stat`, 'latin1')
        .replace(/^.*\) /s, '')
        .split(' ');
      return fields[0] === 'Z' && Number(fields[1]) === process.pid;
    } catch {
      return false;
    }
  });
}
