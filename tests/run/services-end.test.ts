import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { launch, service } from '../../src/index.ts';
import { childrenOf, isAlive, makeFolder, makeProgram, until } from '../frame/programs.ts';
import { exits } from '../frame/wasm-module.ts';

test('all that was started and opened for the services of a program ends with it', async (t) => {
  const module = makeProgram(t, exits(0));
  const log = join(makeFolder(t), 'log');
  const run = async (): Promise<readonly string[]> => {
    const { exited } = launch(module, {
      users: service('pwd'),
      net: service({ net: { connect: ['127.0.0.1:9'], connections: 3, bytes_per_second: 1024 } }),
      log: service({ syslog: { socket: log, reconnect: true } }),
      probes: service({
        socket: { sockets: [{ family: 'ipv4', type: 'datagram', protocol: 'udp', access: ['send'] }] },
      }),
      tools: service({ program: { programs: { tool: { path: '/bin/true', grants: { base: 'system' } } } } }),
    });
    const reason = await exited;
    assert.ok(reason.kind === 'exited' && reason.code === 0, JSON.stringify(reason));
    await until('all processes have ended', () => childrenOf(process.pid).filter(isAlive).length === 0);
    // Node closes streams in a later turn of its loop, and reaps what has ended.
    await until('all processes are gone', () => childrenOf(process.pid).length === 0);
    return readdirSync('/proc/self/fd');
  };
  // The first one also opens what this process holds from then on.
  const before = await run();
  await run();
  await until('descriptors are closed', () => readdirSync('/proc/self/fd').length <= before.length);
});
