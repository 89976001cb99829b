import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { type TestContext, test } from 'node:test';
import type { Process } from '../../../src/process/process.ts';
import type { PolicyChange } from '../../../src/process/program-policy.ts';
import { type CommandOptions, command, file, pipe } from '../../../src/resources/constructors.ts';
import { launch } from '../../../src/run/launch.ts';
import { childrenOf, makeFolder } from '../../frame/programs.ts';

type Session = {
  readonly program: Process;
  readonly policy: NonNullable<Process['policy']>;
  readonly changes: readonly PolicyChange[];
  /** Has the shell run a line, and gives what it prints. */
  say(line: string): Promise<string>;
};

/** Starts a shell that runs the lines that it is given, in a folder of its own at `/p`. */
function startShell(t: TestContext, options: CommandOptions): Session {
  const folder = makeFolder(t);
  mkdirSync(join(folder, 'sub'));
  for (const name of ['.env', 'a', 'sub/.env']) writeFileSync(join(folder, name), `content of ${name}\n`);
  const stdin = pipe('read');
  const stdout = pipe('write');
  const changes: PolicyChange[] = [];
  const rights = ['read', 'write', 'create', 'remove'] as const;
  const shell = command({
    base: 'system',
    workingDirectory: '/p',
    directories: { '/p': file(folder, { rights: [...rights] }) },
    arguments: ['-c', 'exec 2>&1; while read -r line; do eval "$line"; echo "== $?"; done'],
    stdin,
    stdout,
    ...options,
  });
  const program = launch('/bin/sh', shell, { onPolicyChange: (change) => changes.push(change) });
  t.after(() => program.kill());
  const lines = createInterface({ input: stdout.stream })[Symbol.asyncIterator]();
  const { policy } = program;
  assert.ok(policy);
  return {
    program,
    policy,
    changes,
    say: async (line) => {
      stdin.stream.write(`${line}\n`);
      let said = '';
      for (;;) {
        const { value, done } = await lines.next();
        if (done === true || value.startsWith('== ')) return `${said}${value ?? 'END'}`;
        said += `${value}\n`;
      }
    },
  };
}

test('the launcher changes rules while a program runs, as their state lets it', async (t) => {
  const { policy, say } = startShell(t, { rulesState: 'exec', rules: ['deny write a'] });
  assert.equal(await say('cat .env'), 'content of .env\n== 0');
  await policy.add('hide **/.env');
  assert.match(await say('cat .env; cat sub/.env'), /No such file.*\n.*No such file.*\n== 1/);
  assert.deepEqual(policy.rules, ['hide /p/**/.env', 'deny write /p/a']);
  await policy.remove('hide /p/**/.env');
  assert.equal(await say('cat .env'), 'content of .env\n== 0');
  await assert.rejects(policy.add('hide'), { name: 'RangeError', message: /A rule needs a pattern/ });
  await assert.rejects(policy.remove('hide x'), /There is no rule 'hide \/p\/x'/);
  await assert.rejects(policy.add('mask a with /etc/passwd'), /named before the start/);
  await policy.enter('drop');
  await assert.rejects(policy.remove('deny write /p/a'), /'deny write a' would no longer hold everywhere/);
  await assert.rejects(policy.add('allow write a'), /would no longer hold/);
  await assert.rejects(policy.enter('open'), /never come to 'open' again/);
  await policy.add('deny read a');
  assert.match(await say('cat a'), /Permission denied/);
  await policy.enter('sealed');
  await assert.rejects(policy.add('hide b'), /sealed/);
  assert.match(
    await say('cat a; cat /dev/cloudabi'),
    /Permission denied\n# sealed\ndeny read \/p\/a\ndeny write \/p\/a\n== 0/,
  );
});

test('a program gives up rights by a path, and sees the rules that count', async (t) => {
  const { say, changes, policy } = startShell(t, { rulesState: 'drop', rules: ['deny write a'] });
  assert.equal(await say('cat /dev/cloudabi'), '# drop\ndeny write /p/a\n== 0');
  assert.equal(await say("ln -s 'hide **/.env' /dev/cloudabi"), '== 0');
  assert.match(await say('cat .env'), /No such file or directory\n== 1/);
  assert.match(await say("ln -s 'allow all **' /dev/cloudabi"), /Operation not permitted\n== 1/);
  assert.match(await say("ln -s 'remove hide **/.env' /dev/cloudabi"), /Operation not permitted\n== 1/);
  assert.match(await say("ln -s 'nonsense' /dev/cloudabi"), /Invalid argument\n== 1/);
  assert.match(await say("ln -s 'mask a with /etc/shadow' /dev/cloudabi"), /Invalid argument\n== 1/);
  assert.match(await say('echo x > /dev/cloudabi'), /Permission denied|cannot create/);
  assert.match(
    await say('stat -c %F /dev/cloudabi; test -w /dev/cloudabi; rm /dev/cloudabi'),
    /regular file\n.*Read-only file system/,
  );
  assert.equal(await say("ln -s 'state sealed' /dev/cloudabi"), '== 0');
  assert.match(await say("ln -s 'hide a' /dev/cloudabi"), /Operation not permitted\n== 1/);
  assert.equal(policy.state, 'sealed');
  assert.deepEqual(policy.rules, ['hide /p/**/.env', 'deny write /p/a']);
  // The program of the shell that asks is not the first one.
  assert.deepEqual(
    changes.map(({ text, by, refused }) => [text, by, refused === undefined]),
    [
      ['hide **/.env', 'other', true],
      ['allow all **', 'other', false],
      ['remove hide **/.env', 'other', false],
      ['nonsense', 'other', false],
      ['mask a with /etc/shadow', 'other', false],
      ['state sealed', 'other', true],
    ],
  );
});

test('in state exec only the first process of the program changes rules', async (t) => {
  const { say, policy, changes } = startShell(t, { rulesState: 'exec' });
  assert.match(await say("ln -s 'hide a' /dev/cloudabi"), /Operation not permitted\n== 1/);
  assert.equal(await say('cat a'), 'content of a\n== 0');
  // The shell becomes ln: the process is still the first.
  assert.match(await say("exec ln -s 'hide a' /dev/cloudabi"), /END/);
  assert.deepEqual(policy.rules, ['hide /p/a']);
  assert.deepEqual(
    changes.map(({ by }) => by),
    ['other', 'first'],
  );
});

test('a supervisor that cannot take new rules says so, and those of before count', async (t) => {
  const { say, policy } = startShell(t, { rulesState: 'open', rules: ['hide a'] });
  assert.match(await say('cat a'), /No such file/);
  const supervisor = childrenOf(process.pid).at(-1);
  const limit = (descriptors: string): void => {
    execFileSync('prlimit', ['--pid', String(supervisor), `--nofile=${descriptors}:`]);
  };
  limit('0');
  await assert.rejects(policy.add('hide .env'), /EMFILE/);
  limit('1024');
  assert.match(await say('cat a .env'), /No such file.*\ncontent of .env\n== 1/);
  await policy.add('hide .env');
  assert.match(await say('cat .env'), /No such file/);
});

test('without a state the rules of a program do not change', async (t) => {
  const folder = makeFolder(t);
  const program = launch(
    '/bin/sh',
    command({
      base: 'system',
      rules: ['hide **/.env'],
      directories: { '/p': file(folder, { rights: ['read'] }) },
      arguments: ['-c', "ln -s 'hide a' /dev/cloudabi || cat /dev/cloudabi || exit 7"],
    }),
  );
  assert.equal(program.policy, undefined);
  assert.deepEqual({ ...(await program.exited), usage: 0 }, { kind: 'exited', code: 7, usage: 0 });
});

test('calls that race with changes are judged by the rules of before or after, and nothing is left behind', async (t) => {
  const { policy, say, program } = startShell(t, { rulesState: 'open', rules: ['deny(EROFS) read .env'] });
  // A file for each reader: cat writes a message in pieces, which those of another reader could part.
  const loop = (name: string): string => `(while test ! -e stop; do cat .env; done) >> said-${name} 2>&1 &`;
  await say(`${loop('a')} ${loop('b')} ${loop('c')}`);
  for (let turn = 0; turn < 60; turn++) {
    await policy.add('deny(EPERM) read .env');
    await policy.remove('deny(EPERM) read /p/.env');
  }
  assert.equal(policy.rules.length, 1);
  assert.equal(program.policy?.state, 'open');
  assert.equal(
    await say('touch stop; wait; cat said-? | sed s/.*:.// | sort -u; rm said-? stop'),
    'Operation not permitted\nRead-only file system\n== 0',
  );
  await policy.add('hide .env');
  assert.match(await say('cat .env'), /No such file/);
});
