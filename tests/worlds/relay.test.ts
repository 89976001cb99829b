import assert from 'node:assert/strict';
import { closeSync, openSync } from 'node:fs';
import { test } from 'node:test';
import { makePipe } from '../../src/host/files/new-descriptors.ts';
import { makeSocket } from '../../src/host/sockets/socket-setup.ts';
import { Relay, relayList } from '../../src/worlds/relay.ts';
import { childrenOf, until } from '../run/programs.ts';

test('a relay that is not let into a network ends by itself, and leaves nothing', async () => {
  const before = childrenOf(process.pid);
  const listening = makeSocket('ipv4', false);
  const wrong = openSync('/dev/null', 'r');
  const alive = makePipe();
  const relay = new Relay({ listening, port: 80, networkNamespace: wrong, alive: alive.read });
  await until('the relay has ended', () => relay.hasEnded);
  relay.end();
  assert.deepEqual(childrenOf(process.pid), before);
  for (const descriptor of [listening, wrong, alive.read, alive.write]) closeSync(descriptor);
});

test('a relay enters, gives up its powers, and only then accepts', () => {
  const { steps } = relayList({ listening: 5, port: 80, userNamespace: 6, networkNamespace: 7, alive: 8 });
  const order = ['setns', 'capset', 'accept4', 'connect', 'read', 'write'];
  const places = order.map((call) => steps.findIndex((step) => step.call === call));
  assert.deepEqual(
    places,
    places.toSorted((a, b) => a - b),
  );
  assert.ok(!places.includes(-1));
  // Nothing of the launcher's is open by then but what the relay needs.
  assert.ok(steps.findIndex(({ call }) => call === 'close_range') < (places[0] ?? 0));
});
