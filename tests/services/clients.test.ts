import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { service as grantService, launch, pipe } from '../../src/index.ts';
import { program, service, writable } from '../../src/program/index.ts';
import { run, sink } from '../../src/run/testing.ts';
import { openService, type ServiceClient } from '../../src/services/client/index.ts';
import { makeFolder } from '../frame/programs.ts';
import { openService as openChannel } from '../frame/services/open-channel.ts';

/** The part of a program that does not know which way was chosen. */
async function homeOf(pwd: ServiceClient<'pwd'>, name: string): Promise<string> {
  const user = await pwd.getpwnam({ name });
  return user === null ? 'nobody of that name' : `${user.name}: ${user.dir || 'withheld'}`;
}

test('a program is the same with a channel, without one, and with functions of a test', async (t) => {
  const channel = openChannel(t, 'pwd');
  const ways = [
    openService('pwd', channel),
    openService('pwd', 'direct'),
    openService('pwd', {
      getpwnam: ({ name }) =>
        name === 'root'
          ? { name, passwd: 'x', uid: 0, gid: 0, gecos: '', dir: '/root', shell: '/bin/sh' }
          : null,
    }),
  ];
  for (const pwd of ways) {
    assert.equal(await homeOf(pwd, 'root'), 'root: /root');
    assert.equal(await homeOf(pwd, '?'), 'nobody of that name');
    await assert.rejects(async () => pwd.getpwnam({ name: 'a\0' }), { name: /Error/ });
    pwd.close();
  }
});

test('limits hold the same in a channel and without one', async (t) => {
  const limited = { users: ['root'] } as const;
  for (const pwd of [openService('pwd', openChannel(t, 'pwd')), openService('pwd', 'direct')]) {
    await pwd.limit(limited);
    assert.equal((await pwd.getpwnam({ name: 'root' }))?.uid, 0);
    assert.equal(await pwd.getpwnam({ name: 'daemon' }), null);
    await assert.rejects(pwd.limit({ users: ['root', 'daemon'] }), { code: 'ENOTCAPABLE' });
    const clone = await pwd.clone();
    await pwd.limit({ users: [] });
    assert.equal((await clone.getpwent())?.name, 'root');
    assert.equal(await clone.getpwent(), null);
    assert.equal(await pwd.getpwent(), null);
    clone.close();
    pwd.close();
    await assert.rejects(pwd.getpwent(), { code: 'EPIPE' });
  }
});

test('a call that a mock has no function for is none', async () => {
  const pwd = openService('pwd', {});
  await assert.rejects(pwd.getpwent(), { code: 'ENOSYS' });
});

const asked = program(
  { schema: { users: service('pwd'), output: writable() } },
  async ({ users, output }) => {
    output.end(await homeOf(users, 'root'));
  },
);

test('a program for tests is handed a client, of the service or of the test', async () => {
  const real = sink();
  await run(asked, { users: grantService({ pwd: { fields: ['name'] } }), output: real }).finished;
  assert.equal(real.text(), 'root: withheld');
  const mocked = sink();
  const users = openService('pwd', {
    getpwnam: ({ name }) => ({ name, passwd: '', uid: 1, gid: 1, gecos: '', dir: '/made/up', shell: '' }),
  });
  await run(asked, { users, output: mocked }).finished;
  assert.equal(mocked.text(), 'root: /made/up');
});

test('a confined program in TypeScript is handed a typed client', async (t) => {
  const path = join(makeFolder(t), 'program.ts');
  writeFileSync(
    path,
    `import { program, service, writable } from 'cloudabi/program';
export default program({ schema: { users: service('pwd'), output: writable() } }, async ({ users, output }) => {
  const root = await users.getpwnam({ name: 'root' });
  await users.limit({ users: [] });
  const refused = await users.limit({ users: ['root'] }).then(() => 'widened', (error) => error.code);
  output.end([root?.name, root?.dir, await users.getpwnam({ name: 'root' }), refused].join());
});
`,
  );
  const output = pipe('write');
  const process = launch(path, {
    users: grantService({ pwd: { users: ['root'], fields: ['name', 'uid'] } }),
    output,
  });
  let text = '';
  for await (const chunk of output.stream) text += String(chunk);
  assert.deepEqual(text, 'root,,,ENOTCAPABLE', JSON.stringify(await process.exited));
});
