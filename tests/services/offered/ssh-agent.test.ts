import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { createPublicKey, verify } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, type TestContext, test } from 'node:test';
import { service } from '../../../src/index.ts';
import type { ServiceChannel } from '../../../src/services/client/channel.ts';
import { mapOfWire, type Wire } from '../../../src/services/wire.ts';
import { publicKeyOf } from '../../../src/ssh-agent/key-name.ts';
import { AgentMessage, Contents, string } from '../../../src/ssh-agent/message.ts';
import { wireMap } from '../../frame/services/open-channel.ts';
import { openGranted } from '../../frame/services/open-granted.ts';

const folder = mkdtempSync(join(tmpdir(), 'agent-'));
const real = join(folder, 'agent');
const missing = spawnSync('ssh-agent', ['-h']).error ? 'this needs OpenSSH (openssh-client)' : false;
let pid = 0;

const run = (program: string, args: readonly string[]): string => {
  const env = { ...process.env, SSH_AUTH_SOCK: real };
  const { status, stdout, stderr } = spawnSync(program, args, { encoding: 'utf8', env });
  assert.equal(status, 0, stderr);
  return stdout;
};

before(() => {
  if (missing) return;
  pid = Number(/SSH_AGENT_PID=(\d+)/.exec(run('ssh-agent', ['-a', real]))?.[1]);
  for (const name of ['granted', 'other']) {
    run('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', name, '-f', join(folder, name)]);
    run('ssh-add', ['-q', join(folder, name)]);
  }
});
after(() => {
  if (pid > 0) process.kill(pid);
  rmSync(folder, { recursive: true });
});

const open = (t: TestContext, keys: readonly string[]): ServiceChannel =>
  openGranted(t, service({ 'ssh-agent': { keys, agent: real } }));

const blobOf = (name: string): Buffer =>
  publicKeyOf(readFileSync(join(folder, `${name}.pub`), 'utf8')) ?? assert.fail();

const sign = (channel: ServiceChannel, key: string): Promise<Wire> =>
  channel.ask('sign', wireMap({ blob: blobOf(key), data: Buffer.from('data'), flags: 0 }));

test('named keys sign, and no other key does', { skip: missing }, async (t) => {
  const channel = open(t, ['granted']);
  const listed = await channel.ask('list');
  assert.ok(Array.isArray(listed) && listed.length === 1);
  assert.equal(mapOfWire(listed[0] ?? null)?.get('comment'), 'granted');
  const signature = mapOfWire(await sign(channel, 'granted'))?.get('signature');
  assert.ok(signature instanceof Uint8Array);
  // A signature has the name of its kind and the bytes (RFC 8709).
  const contents = new Contents(Buffer.from(signature), 0);
  assert.equal(String(contents.string()), 'ssh-ed25519');
  const x = blobOf('granted').subarray(-32).toString('base64url');
  const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' });
  assert.ok(verify(null, Buffer.from('data'), key, contents.string()));
  await assert.rejects(sign(channel, 'other'), { code: 'ENOTCAPABLE' });
});

test('nothing but listing and signing reaches the agent', { skip: missing }, async (t) => {
  const channel = open(t, ['granted', 'other']);
  const request = async (...parts: Uint8Array[]): Promise<number | undefined> => {
    const answer = await channel.ask('request', wireMap({ message: Buffer.concat(parts) }));
    return answer instanceof Uint8Array ? answer[0] : undefined;
  };
  const before = run('ssh-add', ['-l']);
  // Remove one, remove all, lock, add with constraints, extensions.
  for (const type of [18, 19, 22, 23, 17, 25, 20, 21, 0, 255])
    assert.equal(await request(Buffer.of(type), string(blobOf('granted'))), AgentMessage.failure, `${type}`);
  assert.equal(
    await request(Buffer.of(AgentMessage.extension), string(Buffer.from('query'))),
    AgentMessage.failure,
  );
  await assert.rejects(request(), { code: 'EINVAL' });
  // A signature that is malformed ends no more than its request.
  await assert.rejects(request(Buffer.of(AgentMessage.signRequest, 0xff, 0xff)));
  assert.equal(run('ssh-add', ['-l']), before);
  assert.equal(await request(Buffer.of(AgentMessage.requestIdentities)), AgentMessage.identities);
  channel.limit(wireMap({ keys: ['other'] }));
  await assert.rejects(sign(channel, 'granted'), { code: 'ENOTCAPABLE' });
  await sign(channel, 'other');
  assert.throws(() => channel.limit(wireMap({ keys: ['granted'] })), { code: 'ENOTCAPABLE' });
  channel.limit(wireMap({ commands: ['list'] }));
  await assert.rejects(sign(channel, 'other'), { code: 'ENOTCAPABLE' });
});
