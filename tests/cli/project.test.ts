import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { userKey } from '../../src/host/processes/keyring.ts';
import { atTerminal, noTerminal } from '../frame/cli/at-terminal.ts';
import { command, type Outcome } from '../frame/cli/commands.ts';
import { makeFolder, setEnvironment } from '../frame/programs.ts';

const HEAD = '%TAG ! tag:nuxi.nl,2015:cloudabi/\n---\n!command\n';
const UNTIL = 'until they change:';

/** A project that grants itself for writing; more lines can follow. */
function makeProject(t: TestContext, more = ''): string {
  const home = makeFolder(t);
  const project = join(home, 'project');
  mkdirSync(project, { mode: 0o755 });
  setEnvironment(t, { HOME: home, XDG_STATE_HOME: join(home, 'state') });
  const grant = `  ${project}: !file {path: ., rights: [read, write, create, remove]}\n`;
  writeFileSync(join(project, 'cloudabi.yaml'), `${HEAD}base: system\n${more}directories:\n${grant}`, {
    mode: 0o644,
  });
  return project;
}

const exec = (cwd: string, ...args: string[]): Outcome => command('cloudabi', ['exec', ...args], { cwd });

/** The digest that a refusal names. */
function digestIn({ stderr }: Outcome): string {
  return /sha256:[0-9a-f]{64}/.exec(stderr)?.[0] ?? assert.fail(stderr);
}

test('the grants of a project are refused where there is no terminal to confirm them at, and the message says how to', (t) => {
  const project = makeProject(t);
  const refused = exec(project, '--', 'sh', '-c', 'echo ran');
  assert.equal(refused.status, 64);
  assert.equal(refused.stdout, '');
  assert.match(refused.stderr, /cloudabi\.yaml' came with the project, and are not confirmed/);
  assert.match(refused.stderr, /run 'cloudabi trust' there at a terminal, or add --trust sha256:/);
  const trusted = exec(project, '--trust', digestIn(refused), '--', 'sh', '-c', 'echo ran; echo x > made');
  assert.deepEqual([trusted.status, trusted.stdout], [0, 'ran\n'], trusted.stderr);
  assert.equal(readFileSync(join(project, 'made'), 'utf8'), 'x\n');
});

test('a digest counts for the very texts that it was made of, profiles included', (t) => {
  const project = makeProject(t, 'include: ./more.yaml\n');
  writeFileSync(join(project, 'more.yaml'), `${HEAD}environment: {A: "1"}\n`);
  const digest = digestIn(exec(project, '--', 'true'));
  assert.equal(exec(project, '--trust', digest, '--', 'true').status, 0);
  writeFileSync(join(project, 'more.yaml'), `${HEAD}environment: {A: "2"}\n`);
  const changed = exec(project, '--trust', digest, '--', 'true');
  assert.equal(changed.status, 64);
  assert.match(changed.stderr, new RegExp(`have the digest sha256:[0-9a-f]+, not '${digest}'`));
});

test('options do without the project, --project adds it, and --no-project leaves it out', (t) => {
  const project = makeProject(t, 'environment: {A: project, B: project}\n');
  const print = ['--', 'sh', '-c', 'echo $A-$B'];
  assert.equal(exec(project, '--base', 'system', ...print).stdout, '-\n');
  assert.equal(exec(project, '--no-project', '--', '/bin/true').status, 0);
  const digest = digestIn(exec(project, '--project', '--env', 'A=own', ...print));
  assert.equal(exec(project, '--trust', digest, '--env', 'A=own', ...print).stdout, 'own-project\n');
  assert.match(exec(project, '--project', '--no-project', '--', 'true').stderr, /exclude each other/);
  assert.match(exec('/', '--project', '--', 'true').stderr, /There is no cloudabi\.yaml of this user/);
});

test('a confirmation at the terminal holds until the grants change', { skip: noTerminal }, (t) => {
  if (userKey('cloudabi:kept') === undefined) return t.skip('this host keeps no keys for this user');
  const project = makeProject(t);
  const args = ['exec', '--', 'sh', '-c', 'echo ran'];
  const no = atTerminal(args, { until: UNTIL, answer: 'no\n' }, project);
  assert.equal(no.status, 64);
  assert.match(no.shown, /were not confirmed: nothing is started$/);
  const yes = atTerminal(args, { until: UNTIL, answer: 'yes\n' }, project);
  assert.deepEqual([yes.status, yes.shown.split('\n').at(-1)], [0, 'ran'], yes.shown);
  assert.match(yes.shown, /directories\["\S+"\] {2}cloudabi\.yaml:\d+:\d+\n.*read and write/);
  assert.equal(exec(project, '--', 'sh', '-c', 'echo again').stdout, 'again\n');
  writeFileSync(join(project, 'cloudabi.yaml'), '\n', { flag: 'a' });
  assert.equal(exec(project, '--', 'sh', '-c', 'echo again').status, 64);
});

test('an answer that was typed before the question is none', { skip: noTerminal }, (t) => {
  const project = makeProject(t);
  const typed = { before: 'yes\n', until: UNTIL, answer: 'no\n' };
  const { status } = atTerminal(['exec', '--', 'sh', '-c', 'echo ran'], typed, project);
  assert.equal(status, 64);
});

test('cloudabi trust shows what a project reaches outside, confirms it and forgets it', {
  skip: noTerminal,
}, (t) => {
  if (userKey('cloudabi:kept') === undefined) return t.skip('this host keeps no keys for this user');
  const project = makeProject(
    t,
    'network: {hosts: ["a.example.org:443"]}\nfiles: {/x: !file {path: link}}\n',
  );
  symlinkSync('/etc/hostname', join(project, 'link'));
  const { shown, status } = atTerminal(['trust', project], { until: UNTIL, answer: 'yes\n' }, '/');
  assert.equal(status, 0, shown);
  assert.match(shown, /!! OUTSIDE OF THE PROJECT, it reaches:\n!! {3}'\/x': '\/etc\/hostname' \(read\)\n/);
  assert.match(shown, /!! {3}host 'a\.example\.org:443'/);
  assert.equal(exec(project, '--', '/bin/true').status, 0);
  assert.equal(command('cloudabi', ['trust', '--forget', project]).status, 0);
  assert.equal(exec(project, '--', '/bin/true').status, 64);
});

test('the program can change neither the file that its grants come from nor what that includes', (t) => {
  const project = makeProject(t, 'include: ./more.yaml\n');
  writeFileSync(join(project, 'more.yaml'), `${HEAD}environment: {A: "1"}\n`);
  const digest = digestIn(exec(project, '--', 'true'));
  const attempts = [
    'echo x >> cloudabi.yaml',
    'mv cloudabi.yaml other',
    'rm -f more.yaml',
    'cp more.yaml new && mv new cloudabi.yaml',
    'ln -f more.yaml cloudabi.yaml',
  ];
  const script = `${attempts.map((attempt) => `(${attempt}) 2>/dev/null && echo "did: ${attempt}"`).join('; ')}; echo end`;
  assert.equal(exec(project, '--trust', digest, '--', 'sh', '-c', script).stdout, 'end\n');
  assert.equal(
    exec(project, '--trust', digest, '--', 'sh', '-c', 'echo other > other && cat other').stdout,
    'other\n',
  );
});

test('names with control characters reach no terminal', (t) => {
  const project = makeProject(
    t,
    'files: {"/x\\e[2J\\u202e": !file {path: cloudabi.yaml}}\nenvironment: {"A\\e]0;": "1"}\n',
  );
  const { stdout, stderr } = exec(project, '--explain', '--', 'true');
  assert.match(stdout + stderr, /x\ufffd/);
  assert.doesNotMatch((stdout + stderr).replaceAll('\n', ''), /[\p{Cc}\u202a-\u202e]/u);
});

test('a link of the project to elsewhere is shown as what it reaches', (t) => {
  const project = makeProject(t, 'files: {/x: !file {path: link}}\n');
  symlinkSync('/etc/hostname', join(project, 'link'));
  const digest = digestIn(exec(project, '--', 'true'));
  // The same text with another target of the link is the same grant of the user, who was shown what it reached.
  assert.match(exec(project, '--trust', digest, '--explain', '--', 'true').stdout, /\/x from .*link/);
});

test('a project names no command that would run outside', (t) => {
  const rule = '{host: "a.example.org:443", credential: {command: [id], as: bearer}}';
  const project = makeProject(t, `network: {hosts: [${rule}]}\n`);
  const { status, stderr } = exec(project, '--explain', '--', 'true');
  assert.equal(status, 64);
  assert.match(stderr, /cloudabi\.yaml:5:\d+: The grants of a project cannot name a command/);
});
