import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { makeFolder } from '../../frame/programs.ts';
import { openService, wireMap } from '../../frame/services/open-channel.ts';

const CLASSES = `# classes
default:umask=022:shell=/bin/sh:path=/bin /usr/bin:
staff|people:umask=027:priority#5:tc=default:
root:ignorenologin:tc=default:
secret:token=key of the vault:
`;

function openLogin(t: TestContext, limits: Parameters<typeof wireMap>[0] = {}) {
  const file = join(makeFolder(t), 'login.conf');
  writeFileSync(file, CLASSES);
  return openService(t, 'login', wireMap({ file, ...limits }));
}

const settingsOf = (answer: unknown): unknown => (answer instanceof Map ? answer.get('settings') : answer);

test('a user has the settings of the class of the grant, or of the default', (t) => {
  const channel = openLogin(t, { classes: wireMap({ alice: 'staff' }) });
  assert.deepEqual(
    channel.call('getuser', wireMap({ name: 'alice' })),
    wireMap({
      class: 'staff',
      settings: wireMap({ umask: '027', priority: 5, shell: '/bin/sh', path: '/bin /usr/bin' }),
    }),
  );
  // A channel with classes and without users tells of those users alone that have one.
  assert.equal(channel.call('getuser', wireMap({ name: 'bob' })), null);
  const open = openLogin(t);
  assert.deepEqual(
    settingsOf(open.call('getuser', wireMap({ name: 'bob' }))),
    wireMap({ umask: '022', shell: '/bin/sh', path: '/bin /usr/bin' }),
  );
  assert.deepEqual(
    settingsOf(open.call('getuser', wireMap({ name: 'root' }))),
    wireMap({ ignorenologin: true, umask: '022', shell: '/bin/sh', path: '/bin /usr/bin' }),
  );
});

test('after authentication a channel tells of one user, and of no class of another', (t) => {
  const channel = openLogin(t, {
    users: ['alice', 'bob'],
    classes: wireMap({ alice: 'staff', bob: 'secret' }),
    settings: ['umask', 'token'],
  });
  assert.deepEqual(
    settingsOf(channel.call('getclass', wireMap({ class: 'secret' }))),
    wireMap({ token: 'key of the vault' }),
  );
  channel.limit(wireMap({ users: ['alice'], settings: ['umask'] }));
  assert.deepEqual(
    settingsOf(channel.call('getuser', wireMap({ name: 'alice' }))),
    wireMap({ umask: '027' }),
  );
  for (const [call, given] of [
    ['getuser', { name: 'bob' }],
    ['getuser', { name: 'root' }],
    ['getclass', { class: 'secret' }],
    ['getclass', { class: 'default' }],
  ] as const)
    assert.equal(channel.call(call, wireMap(given)), null, JSON.stringify(given));
  for (const wider of [
    { users: ['alice', 'bob'] },
    { settings: ['token'] },
    { classes: wireMap({ alice: 'secret' }) },
    { file: '/etc/passwd' },
  ])
    assert.throws(() => channel.limit(wireMap(wider)), { code: 'ENOTCAPABLE' }, JSON.stringify(wider));
});
