import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ServiceChannel } from '../../src/services/client/channel.ts';
import { descriptorShape, recordShape } from '../../src/services/shape.ts';
import type { Wire } from '../../src/services/wire.ts';
import { openService, wireMap } from '../frame/services/open-channel.ts';

const opened = recordShape({ channel: descriptorShape });
const nameOf = (entry: Wire): unknown => (entry instanceof Map ? entry.get('name') : entry);
const root = wireMap({ name: 'root' });

test('a zygote opens the services of its list within their limits, and its list only shrinks', (t) => {
  const users = wireMap({ users: ['root', 'daemon'] });
  const zygote = openService(
    t,
    'zygote',
    wireMap({ services: wireMap({ pwd: users, random: wireMap({ bytes: 8 }) }) }),
  );
  const open = (service: string, limits: Wire = null): ServiceChannel => {
    const channel = new ServiceChannel(
      opened
        .read(zygote.call('open', wireMap(limits === null ? { service } : { service, limits })), [])
        .channel.take(),
    );
    t.after(() => channel.close());
    return channel;
  };
  const pwd = open('pwd');
  assert.equal(nameOf(pwd.call('getpwnam', root)), 'root');
  assert.equal(pwd.call('getpwnam', wireMap({ name: 'nobody' })), null);
  assert.deepEqual(pwd.limits(), users);
  assert.equal(open('pwd', wireMap({ users: ['daemon'] })).call('getpwnam', root), null);
  const refused = { code: 'ENOTCAPABLE' };
  assert.throws(() => open('pwd', wireMap({ users: ['nobody'] })), refused);
  assert.throws(() => open('random', wireMap({ bytes: 9 })), refused);
  assert.throws(() => open('grp'), refused);
  assert.throws(() => open('zygote'), refused);
  zygote.limit(wireMap({ services: wireMap({ random: wireMap({ bytes: 4 }) }) }));
  assert.throws(() => open('pwd'), refused);
  assert.throws(
    () => zygote.limit(wireMap({ services: wireMap({ random: wireMap({ bytes: 8 }) }) })),
    refused,
  );
  assert.throws(() => zygote.limit(wireMap({ services: wireMap({ random: wireMap({}) }) })), refused);
  const random = open('random');
  assert.throws(() => random.call('bytes', wireMap({ count: 5 })), refused);
  // Channels that were opened before outlive both the narrower list and the zygote's channel.
  zygote.close();
  assert.equal(nameOf(pwd.call('getpwnam', root)), 'root');
  assert.ok(random.call('bytes', wireMap({ count: 4 })));
});

test('a zygote opens no service that asks the launcher, which knows its grants', (t) => {
  for (const service of ['ssh-agent', 'net', 'program', 'tls'])
    assert.throws(
      () => openService(t, 'zygote', wireMap({ services: wireMap({ [service]: wireMap({}) }) })),
      { name: 'ShapeError' },
      service,
    );
  openService(t, 'zygote', wireMap({ services: wireMap({ random: wireMap({}) }) })).call('limits');
});
