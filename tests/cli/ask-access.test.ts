// Questions about accesses for which a rule says `ask`.
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { type TestContext, test } from 'node:test';
import { atTerminal, showAtTerminal, skip } from '../frame/cli/answering-terminal.ts';
import { executable } from '../frame/cli/commands.ts';
import { reachSocket } from '../frame/cli/reach-socket.ts';
import { makeFolder } from '../frame/programs.ts';

const exec = (...words: string[]): string[] => [executable('cloudabi'), 'exec', '--base', 'system', ...words];

/** A directory that a program is granted, with two files for which a rule asks. */
function project(t: TestContext): string {
  const folder = join(makeFolder(t), 'app');
  mkdirSync(folder);
  writeFileSync(join(folder, '.env'), 'KEY\n');
  writeFileSync(join(folder, 'other.env'), 'OTHER\n');
  return folder;
}

const asking = (folder: string, script: string, ...more: string[]): string[] =>
  exec(
    '--write',
    folder,
    '--chdir',
    folder,
    '--rule',
    'ask read **/*.env',
    ...more,
    '--',
    'sh',
    '-c',
    script,
  );

const count = (shown: string): number => shown.split(' asks for read of ').length - 1;

test('--ask asks about accesses for which a rule says so: once, for the run, or not at all', {
  skip,
}, async (t) => {
  const folder = project(t);
  const twice = asking(folder, 'cat .env; cat .env; cat other.env', '--ask');
  const { shown } = await atTerminal(twice, ['o\n', 'run\n', 'n\n']);
  assert.match(shown, /KEY[\s\S]*KEY[\s\S]*cat: other\.env: Permission denied/);
  assert.equal(count(shown), 3);
  assert.ok(
    shown.includes(`This would be granted: allow read ${folder}/.env (before 'ask read **/*.env', --rule)`),
  );
  const denied = await atTerminal(twice, ['n\n', 'n\n']);
  assert.doesNotMatch(denied.shown, /KEY/);
  assert.equal(count(denied.shown), 2, 'a no is asked about again');
  assert.doesNotMatch(denied.shown, /To grant it each time/);
});

test('a rule for some programs is granted to these alone', { skip }, async (t) => {
  const folder = project(t);
  const words = exec(
    ...['--write', folder, '--chdir', folder, '--rule', 'ask read .env for /usr/bin/cat'],
    ...['--rule', 'deny read .env', '--ask', '--', 'sh', '-c', 'cat .env; head .env'],
  );
  const { shown } = await atTerminal(words, ['r\n']);
  assert.match(shown, /allow read \S+\/\.env for /);
  assert.match(shown, /KEY[\s\S]*head: cannot open/);
});

test('always: prints an option that grants the same file and no other, with any characters in its name', {
  skip,
}, async (t) => {
  const folder = project(t);
  const name = "x\n  [o]nce \u001b]0;t\u0007\u202e 'q' *.env";
  writeFileSync(join(folder, name), 'ODD\n');
  const script = 'cat x*.env; cat other.env';
  const { shown } = await atTerminal(asking(folder, script, '--ask'), ['a\n', 'n\n']);
  assert.match(shown, /ODD/);
  for (const harmful of ['\u001b]0', '\u202e', '\n  [o]nce \u001b'])
    assert.ok(!shown.includes(harmful), JSON.stringify(shown));
  const [, option] =
    /To grant it each time, before 'ask read \*\*\/\*\.env': (--rule .*)\r\n/.exec(shown) ?? [];
  assert.ok(option, shown);
  const line = [process.execPath, ...exec('--write', folder, '--chdir', folder)].join(' ');
  const next = await showAtTerminal(
    ['sh', '-c', `${line} ${option} --rule 'ask read **/*.env' --ask -- sh -c '${script}'`],
    ['n\n'],
  );
  assert.match(next.shown, /ODD[\s\S]*other\.env: Permission denied/);
  assert.equal(count(next.shown), 1);
});

test('always: adds the rule before the one that asks, in a document that the program cannot change', {
  skip,
}, async (t) => {
  const folder = project(t);
  const rights = (more: string, path: string): string =>
    `# ours\n!command\nbase: system\nterminal: true\ndirectories:\n  /p: !file { path: ${path}, rights: [read${more}] }\nworking_directory: /p\nstdout: !fd stdout\nrules: # these\n  - hide '*.key'\n  # keys\n`;
  const tail = "  - ask read **/*.env # first\narguments: [-c, 'cat .env; cat other.env']\n";
  const document = join(folder, '..', 'grants.yaml');
  const words = [executable('cloudabi-run'), '--ask', '--config', document, '/bin/sh'];
  writeFileSync(document, rights('', folder) + tail);
  const { shown } = await atTerminal(words, ['a\n', 'n\n']);
  assert.ok(shown.includes(`allow read /p/.env was added to ${document}`), shown);
  assert.equal(readFileSync(document, 'utf8'), `${rights('', folder)}  - 'allow read /p/.env'\n${tail}`);
  const next = await atTerminal(words, ['n\n']);
  assert.equal(count(next.shown), 1);
  assert.match(next.shown, /KEY/);
  const own =
    rights(', write, create, remove', join(folder, '..')) + tail.replace('cat .env', 'cat app/.env');
  writeFileSync(document, own);
  const told = await atTerminal(words, ['a\n', 'n\n']);
  assert.match(
    told.shown,
    /To grant it each time, before 'ask read [^']*': rules: \['allow read \/p\/app\/\.env'\]/,
  );
  assert.equal(readFileSync(document, 'utf8'), own, 'a document that the program may change was written');
});

test('without --ask it is refused, and the trace says that --ask would ask; not so if a person has denied it', {
  skip,
}, async (t) => {
  const folder = project(t);
  const run = (...more: string[]): string =>
    spawnSync(process.execPath, asking(folder, 'cat .env', ...more), { encoding: 'utf8' }).stderr;
  assert.match(
    run('--trace'),
    /refused with EACCES by rule 'ask read \*\*\/\*\.env' \(--rule\); --ask would ask you about it/,
  );
  const line = run('--trace', '--json')
    .split('\n')
    .find((one) => one.startsWith('{'));
  assert.ok(line);
  assert.equal(JSON.parse(line).remedy, '--ask');
  const { shown } = await atTerminal(asking(folder, 'cat .env', '--trace', '--ask'), ['n\n']);
  assert.match(shown, /refused with EACCES by rule/);
  assert.doesNotMatch(shown, /--ask would ask/);
});

/** A question as it comes over a socket. */
type AskedOver = {
  readonly id: number;
  readonly type: string;
  readonly process: { readonly executable: string };
};

/** Runs a program and answers each of its questions over a socket; returns its output, the questions and its errors. */
async function answered(
  t: TestContext,
  words: (socket: string) => string[],
  answer: string,
): Promise<{
  out: string;
  errors: string;
  questions: readonly AskedOver[];
}> {
  const path = join(makeFolder(t), 'ask');
  const child = spawn(process.execPath, words(path), { stdio: ['ignore', 'pipe', 'pipe'] });
  const printed = Promise.all([text(child.stdout), text(child.stderr)]);
  const client = await reachSocket(path);
  client.on('error', () => undefined);
  const questions: AskedOver[] = [];
  createInterface({ input: client }).on('line', (line) => {
    const value = JSON.parse(line);
    if (value.type !== 'question') return;
    questions.push(value);
    client.write(`${JSON.stringify({ id: value.id, answer })}\n`);
  });
  const [out, errors] = await printed;
  client.destroy();
  return { out, errors, questions };
}

test('--ask-socket answers, with any network, and the audit has the answer', async (t) => {
  const folder = project(t);
  const audit = join(folder, '..', 'audit.jsonl');
  const { out, questions } = await answered(
    t,
    (socket) =>
      asking(folder, 'cat .env; cat .env', '--network', 'none', '--ask-socket', socket, '--audit', audit),
    'run',
  );
  assert.equal(out, 'KEY\nKEY\n');
  const [question, ...more] = questions;
  assert.deepEqual(more, []);
  assert.ok(question);
  const { process: asked, id, type, ...rest } = question;
  assert.deepEqual(rest, {
    kind: 'access',
    rule: `allow read ${folder}/.env`,
    category: 'read',
    path: `${folder}/.env`,
    asked: 'ask read **/*.env',
    place: '--rule',
  });
  assert.equal(asked.executable, '/usr/bin/cat');
  const records = readFileSync(audit, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  const record = records.find(({ type }) => type === 'answer');
  assert.equal(record?.data.answer, 'run');
  assert.equal(record?.data.question.path, `${folder}/.env`);
});

test('a program cannot flood the person who answers, and a name that cannot be shown is no question', async (t) => {
  const folder = project(t);
  const script = `for i in $(seq 40); do echo $i > f$i.env; done; cat f*.env | wc -l
    n=$(printf '\\377').env; echo BYTES > "$n"; cat "$n"; exit 0`;
  const { out, errors, questions } = await answered(
    t,
    (socket) => asking(folder, script, '--ask-socket', socket),
    'once',
  );
  // More are asked only if a minute begins meanwhile.
  const most = Number(out.split('\n')[0]);
  assert.ok(most === 30 || questions.length > 30, out);
  assert.equal(questions.length, most);
  if (most === 30) assert.match(errors, /10 more connections or accesses were refused without a question/);
  assert.doesNotMatch(out, /BYTES/);
});
