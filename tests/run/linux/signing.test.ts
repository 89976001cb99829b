import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { after, before, test } from 'node:test';
import { describePlan } from '../../../src/plan/explain.ts';
import { plan } from '../../../src/plan/plan.ts';
import { command, file, pipe } from '../../../src/resources/constructors.ts';
import { launch } from '../../../src/run/launch.ts';
import { makeFolder, setEnvironment } from '../../frame/programs.ts';

const missing = spawnSync('ssh-agent', ['-h']).error ? 'this needs OpenSSH (openssh-client)' : false;
const folder = mkdtempSync(join(tmpdir(), 'signing-'));
const agent = join(folder, 'agent');
let pid = 0;

const run = (program: string, ...args: string[]): string => {
  const env = { ...process.env, SSH_AUTH_SOCK: agent };
  const { status, stdout, stderr } = spawnSync(program, args, { encoding: 'utf8', env });
  assert.equal(status, 0, stderr);
  return stdout;
};

before(() => {
  if (missing) return;
  mkdirSync(join(folder, 'public'));
  pid = Number(/SSH_AGENT_PID=(\d+)/.exec(run('ssh-agent', '-a', agent))?.[1]);
  for (const name of ['granted', 'other']) {
    run('ssh-keygen', '-q', '-t', 'ed25519', '-N', '', '-C', name, '-f', join(folder, name));
    run('ssh-add', '-q', join(folder, name));
    // The program must not find the private keys.
    copyFileSync(join(folder, `${name}.pub`), join(folder, 'public', `${name}.pub`));
  }
});
after(() => {
  if (pid > 0) process.kill(pid);
  rmSync(folder, { recursive: true });
});

async function inside(
  script: string,
  keys: readonly string[],
): Promise<{ output: string; refused: string[]; processes: readonly (string | undefined)[] }> {
  const output = pipe('write');
  const refused: string[] = [];
  const processes: (string | undefined)[] = [];
  const process = launch(
    '/bin/sh',
    command({
      base: 'system',
      arguments: ['-c', script],
      sshAgent: { keys, agent },
      directories: { '/keys': file(join(folder, 'public'), { rights: 'read' }) },
      stdout: output,
    }),
    {
      onRefusedConnection: ({ target, process: found }) => {
        refused.push(target.kind);
        processes.push(found?.executable);
      },
    },
  );
  const printed = await text(output.stream);
  await process.exited;
  return { output: printed, refused, processes };
}

test('a program lists and signs with the keys that it is granted', { skip: missing }, async () => {
  const sign = (name: string): string =>
    `ssh-keygen -Y sign -n file -f /keys/${name}.pub < /etc/passwd >/dev/null`;
  const { output } = await inside(
    `ssh-add -l; ${sign('granted')} && echo signed; ${sign('other')} || echo refused`,
    [join(folder, 'granted.pub')],
  );
  assert.match(output, /granted \(ED25519\)\nsigned\nrefused\n$/);
  assert.doesNotMatch(output, /other/);
});

test('a program can neither remove keys nor add its own, and tries are reported', {
  skip: missing,
}, async () => {
  const { output, refused, processes } = await inside('ssh-add -D || echo refused', ['granted']);
  assert.equal(output, 'refused\n');
  assert.ok(refused.includes('signature'));
  assert.match(processes[0] ?? '', /\/ssh-add$/);
  assert.match(run('ssh-add', '-l'), /granted[\s\S]*other/);
});

test('the socket of an agent goes with its program', { skip: missing }, async (t) => {
  // A folder of temporary files for this test: other tests have sockets in the usual one.
  const temporary = makeFolder(t);
  setEnvironment(t, { TMPDIR: temporary });
  const left = (): readonly string[] =>
    readdirSync(temporary).filter((name) => name.startsWith('cloudabi-agent-'));
  const running = inside('true', ['granted']);
  assert.equal(left().length, 1, 'it is there before its program runs');
  await running;
  assert.deepEqual(left(), []);
});

test('explain names the keys, and a launch without an agent says so', () => {
  const planned = plan('/bin/true', command({ sshAgent: ['granted'] }));
  assert.match(describePlan(planned), /Its ssh-agent signs with granted and no other key\./);
  assert.throws(
    () => launch('/bin/true', command({ sshAgent: { keys: [join(folder, 'none.pub')], agent } })),
    /Cannot read the public key/,
  );
  assert.throws(
    () => plan('/bin/true', command({ sshAgent: ['granted'] }), { walls: 'landlock' }),
    /'sshAgent' needs namespaces/,
  );
  assert.throws(() => plan('/bin/true', command({ sshAgent: [] })), /a list of keys/);
});
