import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { command, pipe } from '../../src/resources/constructors.ts';
import { launch } from '../../src/run/launch.ts';
import { script, serve } from '../frame/broker/hosts.ts';
import { childrenOf, isAlive, until } from '../frame/programs.ts';

const pumpsOf = (pid: number): number[] =>
  childrenOf(pid).filter((child) => {
    try {
      return readFileSync(`/proc/${child}/comm`, 'utf8') === 'cloudabi-pump\n';
    } catch {
      return false;
    }
  });

test('a program whose pump has ended is ended, and the reason says so', async () => {
  const stdout = pipe('write');
  const started = launch(
    '/bin/sh',
    command({
      base: 'system',
      arguments: ['-c', 'echo up; sleep 1000'],
      network: { hosts: ['localhost:1'] },
      stdout,
    }),
  );
  await once(stdout.stream, 'data');
  // It has its name from its first step on, and need not have had a processor yet.
  await until('there is a pump', () => pumpsOf(process.pid).length > 0);
  const [pump = 0] = pumpsOf(process.pid);
  process.kill(pump, 'SIGKILL');
  const reason = await started.exited;
  assert.deepEqual(reason.kind === 'failed' && reason.code, 'network_lost');
  await until('it is reaped', () => !isAlive(pump));
});

test('pump and program end with their launcher', async () => {
  const script = fileURLToPath(new URL('../frame/broker/launcher.js', import.meta.url));
  const launcher = spawn(process.execPath, [script], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = await once(launcher.stdout, 'data');
  const pid = launcher.pid ?? 0;
  assert.equal(String(line), 'up\n');
  await until('there is a pump', () => pumpsOf(pid).length === 1);
  const children = childrenOf(pid);
  assert.ok(children.length >= 2);
  launcher.kill('SIGKILL');
  await until('all are gone', () => !children.some(isAlive));
});

test('programs one after another leave no process and no socket', async (t) => {
  const { port } = await serve(t, (socket) => socket.resume().end('x'));
  const network = { hosts: [`localhost:${port}`] };
  // Other descriptors may stay open for the next start.
  const sockets = (): number =>
    readdirSync('/proc/self/fd').filter((one) => linkOf(one).startsWith('socket:')).length;
  const source = `require('net').connect(${port}, '127.0.0.1').on('data', (data) => process.stdout.write(data))`;
  const one = async (): Promise<void> => assert.equal((await script(network, source)).out, 'x');
  await one();
  await until('the first is gone', () => childrenOf(process.pid).length === 0);
  const before = sockets();
  for (let round = 0; round < 10; round++) await one();
  await until('all are gone', () => childrenOf(process.pid).length === 0);
  await until('sockets are closed', () => sockets() <= before);
});

function linkOf(descriptor: string): string {
  try {
    return readlinkSync(`/proc/self/fd/${descriptor}`);
  } catch {
    return '';
  }
}
