import assert from 'node:assert/strict';
import { closeSync } from 'node:fs';
import { test } from 'node:test';
import { makeSocketPair } from '../../src/host/files/new-descriptors.ts';
import { NameServers } from '../../src/services/name-servers.ts';

test('a question that cannot be sent counts as one without an answer', async (t) => {
  const [socket, server] = makeSocketPair();
  closeSync(server);
  t.after(() => closeSync(socket));
  const servers = new NameServers(
    [[socket]],
    { timeout: 60_000, attempts: 2 },
    {
      watch: () => undefined,
      unwatch: () => undefined,
      hold: () => () => undefined,
      openChannel: () => assert.fail('No channel is asked for'),
    },
  );
  await assert.rejects(servers.ask({ name: 'host.example', type: 'A' }), { code: 'ETIMEDOUT' });
});
