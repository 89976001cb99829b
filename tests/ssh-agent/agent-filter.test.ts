import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { filterAgent } from '../../src/ssh-agent/agent-filter.ts';
import type { RefusedSigning } from '../../src/ssh-agent/agent-keys.ts';
import { type KeyName, publicKeyOf } from '../../src/ssh-agent/key-name.ts';
import {
  AgentMessage,
  framed,
  MAX_MESSAGE,
  MessageReader,
  readIdentities,
} from '../../src/ssh-agent/message.ts';

const folder = mkdtempSync(join(tmpdir(), 'agent-'));
const real = join(folder, 'agent');
let pid = 0;

const missing = spawnSync('ssh-agent', ['-h']).error ? 'this needs OpenSSH (openssh-client)' : false;

const run = (program: string, args: readonly string[], socket = real): string => {
  const { status, stdout, stderr } = spawnSync(program, args, {
    encoding: 'utf8',
    env: { ...process.env, SSH_AUTH_SOCK: socket },
  });
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

type Filter = { readonly path: string; readonly refused: RefusedSigning[]; readonly end: () => void };

async function filter(keys: readonly KeyName[]): Promise<Filter> {
  const path = join(mkdtempSync(join(folder, 'f-')), 'socket');
  const refused: RefusedSigning[] = [];
  const server = createServer((client) =>
    filterAgent(client, { agent: real, keys, onRefused: (one) => refused.push(one) }),
  );
  server.listen(path);
  await once(server, 'listening');
  return { path, refused, end: () => server.close() };
}

/** Runs a program while the filter, which lives in this process, can answer. */
async function runBeside(program: string, args: readonly string[], socket: string): Promise<number | null> {
  const child = spawn(program, args, {
    stdio: 'ignore',
    env: { ...process.env, SSH_AUTH_SOCK: socket },
  });
  const [status] = await once(child, 'exit');
  return status;
}

async function askRaw(path: string, ...requests: readonly Buffer[]): Promise<readonly Buffer[]> {
  const socket = connect({ path });
  socket.on('error', () => undefined);
  const reader = new MessageReader();
  const answers: Buffer[] = [];
  for (const request of requests) socket.write(request);
  for await (const chunk of socket) {
    answers.push(...reader.push(chunk));
    if (answers.length >= requests.length) break;
  }
  return answers;
}

const publicKey = (name: string): string => readFileSync(join(folder, `${name}.pub`), 'utf8');

test('a key is named by its comment, its fingerprint or its public key, and others are not seen', {
  skip: missing,
}, async () => {
  const blob = publicKeyOf(publicKey('granted'));
  assert.ok(blob);
  const fingerprint = run('ssh-keygen', ['-l', '-f', join(folder, 'granted')]).split(' ')[1] ?? '';
  const names: readonly KeyName[] = [
    { kind: 'comment', text: 'granted' },
    { kind: 'fingerprint', text: fingerprint },
    { kind: 'public key', blob },
  ];
  for (const name of names) {
    const { path, end } = await filter([name]);
    const [answer] = await askRaw(path, framed(Buffer.from([AgentMessage.requestIdentities])));
    assert.ok(answer);
    assert.deepEqual(
      readIdentities(answer).map(({ comment }) => comment),
      ['granted'],
    );
    end();
  }
});

test('the agent signs with granted keys, and with no other', { skip: missing }, async () => {
  const { path, refused, end } = await filter([{ kind: 'comment', text: 'granted' }]);
  const sign = (name: string): Promise<number | null> => {
    const file = join(folder, `text-${name}`);
    writeFileSync(file, 'text');
    const key = join(folder, `${name}-public`);
    writeFileSync(key, publicKey(name));
    return runBeside('ssh-keygen', ['-Y', 'sign', '-n', 'file', '-f', key, file], path);
  };
  assert.equal(await sign('granted'), 0);
  assert.notEqual(await sign('other'), 0);
  const blob = publicKeyOf(publicKey('other'));
  assert.ok(blob);
  // The client looks for the key first; an attacker asks at once.
  const request = Buffer.concat([
    Buffer.from([AgentMessage.signRequest]),
    framed(blob),
    framed(Buffer.from('data')),
    Buffer.alloc(4),
  ]);
  const [answer] = await askRaw(path, framed(request));
  assert.deepEqual(answer, Buffer.from([AgentMessage.failure]));
  assert.deepEqual(
    refused.map(({ fingerprint }) => fingerprint?.slice(0, 7)),
    ['SHA256:'],
  );
  end();
});

test('keys cannot be added, removed, locked or loaded from a library', { skip: missing }, async () => {
  const { path, refused, end } = await filter([{ kind: 'comment', text: 'granted' }]);
  for (const type of [17, 18, 19, 20, 21, 22, 23, 25, 26, 0, 255])
    assert.deepEqual(await askRaw(path, framed(Buffer.from([type, 0, 0, 0, 0]))), [
      Buffer.from([AgentMessage.failure]),
    ]);
  assert.equal(refused.length, 11);
  assert.match(run('ssh-add', ['-l']), /granted[\s\S]*other/);
  end();
});

test('malformed messages end the connection, and the next one works', { skip: missing }, async () => {
  const { path, end } = await filter([{ kind: 'comment', text: 'granted' }]);
  const long = Buffer.alloc(8);
  long.writeUInt32BE(MAX_MESSAGE + 1, 0);
  const lying = framed(Buffer.from([AgentMessage.signRequest, 0xff, 0xff, 0xff, 0xff, 1]));
  for (const bad of [long, Buffer.alloc(4), lying, framed(Buffer.from([AgentMessage.extension, 0]))])
    assert.deepEqual(await askRaw(path, bad), []);
  const list = framed(Buffer.from([AgentMessage.requestIdentities]));
  assert.equal((await askRaw(path, list, list, list)).length, 3);
  end();
});
