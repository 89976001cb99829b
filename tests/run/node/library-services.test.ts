import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { after, test } from 'node:test';
import { describePlan } from '../../../src/plan/explain.ts';
import { plan } from '../../../src/plan/plan.ts';
import { type CommandOptions, command, pipe } from '../../../src/resources/constructors.ts';
import { launch } from '../../../src/run/launch.ts';
import { ownResolver } from '../../frame/broker/own-resolver.ts';

const folder = mkdtempSync(join(tmpdir(), 'library-services-'));
after(() => rmSync(folder, { recursive: true }));

/** Runs a program whose lines are tried one after the other, and returns what each printed. */
async function inside(lines: readonly string[], options: CommandOptions): Promise<string[]> {
  const program = join(folder, 'program.ts');
  writeFileSync(
    program,
    `import dns from 'node:dns';
import net from 'node:net';
import os from 'node:os';
const tried = async (run) => {
  try { console.log(JSON.stringify(await run())); }
  catch (error) { console.log(error.info?.code ?? error.code); }
};
${lines.map((line) => `await tried(() => ${line});`).join('\n')}
`,
  );
  const output = pipe('write');
  const errors = pipe('write');
  const started = launch(program, command({ ...options, stdout: output, stderr: errors }));
  const [printed, said] = await Promise.all([text(output.stream), text(errors.stream)]);
  await started.exited;
  assert.equal(said, '');
  return printed.trimEnd().split('\n');
}

const { uid, username, homedir } = userInfo();

test('os.userInfo() is what the service says, within its limits', async () => {
  const info = ['os.userInfo().username', 'os.userInfo().homedir'];
  const own = { services: { pwd: { users: [uid] } } };
  assert.deepEqual(await inside(info, own), [JSON.stringify(username), JSON.stringify(homedir)]);
  const other = { services: { pwd: { users: [uid + 1] } } };
  assert.deepEqual(await inside(['os.userInfo().username'], other), ['ENOENT']);
});

test('dns of Node asks the service, and nothing else is reached', async (t) => {
  const { at } = await ownResolver(t, { 'a.example.org': [['192.0.2.7', '2001:db8::7']] });
  const printed = await inside(
    [
      "dns.promises.lookup('a.example.org')",
      "dns.promises.resolve4('a.example.org')",
      "dns.promises.resolve6('a.example.org')",
      "dns.promises.reverse('127.0.0.1')",
      "dns.promises.resolve4('a.example.net')",
      "dns.promises.resolveMx('a.example.org')",
      "new Promise((done, fail) => net.connect(443, 'a.example.org').on('error', fail).on('connect', () => done('reached')))",
      "new Promise((done, fail) => net.connect('/var/run/other').on('error', fail).on('connect', () => done('reached')))",
    ],
    { services: { dns: { resolver: at, names: ['*.example.org', 'localhost'] } } },
  );
  assert.deepEqual(printed, [
    '{"address":"192.0.2.7","family":4}',
    '["192.0.2.7"]',
    '["2001:db8::7"]',
    '["localhost"]',
    'ENOTFOUND',
    'ENODATA',
    'ECONNREFUSED',
    'ENOENT',
  ]);
});

test('without a service, all of it fails as before', async () => {
  const printed = await inside(
    ['os.userInfo().username', "dns.promises.lookup('localhost')", "dns.promises.resolve4('localhost')"],
    {},
  );
  assert.match(printed[0] ?? '', /^ENOENT$|^EPERM$/);
  assert.equal(printed[2], 'ECONNREFUSED');
  assert.match(printed[1] ?? '', /^EAI_AGAIN$|^ENOTFOUND$/);
});

test('the plan tells of the services, and refuses them without namespaces', () => {
  const program = join(folder, 'plan.ts');
  writeFileSync(program, '');
  const granted = command({ services: { pwd: { users: ['root'] } } });
  assert.match(
    describePlan(plan(program, granted)),
    /pwd within \{ users: \[root\] \}: by \/var\/run\/nscd\/socket/,
  );
  assert.throws(() => plan(program, granted, { walls: 'landlock' }), /'services' needs namespaces/);
  assert.throws(() => plan('examples/hello/hello.wasm', granted), /Key 'services' is for Linux programs/);
});
