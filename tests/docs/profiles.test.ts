import assert from 'node:assert/strict';
import { chownSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { readGrants } from '../../src/plan/grants.ts';
import { profilePlaces } from '../../src/profiles/places.ts';
import { Page } from '../frame/docs/page.ts';
import { makeDesk } from '../frame/docs/shell.ts';

const page = new Page('docs/profiles.md');
const first = page.block('sh', /profiles show git/);
const including = page.block('yaml', /team\.yaml/);
const missing = page.block('yaml', /missing:/);
const projectFile = page.block('yaml', /^# cloudabi\.yaml/);
const project = page.block('sh', /cloudabi trust/);
const home = page.block('sh', /--home=home/);
const user = page.block('sh', /--user/);
const shown = page.block('sh', /--show-user/);
const variables = page.block('sh', /--env-file/);

const HEAD = '%TAG ! tag:nuxi.nl,2015:cloudabi/\n---\n';

test('the commands at the beginning list, show, explain and use a profile', (t) => {
  const { run } = makeDesk(t, {});
  // The folder of the desk is its user's home.
  assert.equal(run('git init -q project').status, 0);
  const { status, stdout, stderr } = run(`cd project\n${first}`);
  assert.equal(status, 0, stderr);
  assert.match(stdout, /^git +git in one working tree\.$/m);
  assert.match(stdout, /^# git in one working tree\./m);
  assert.match(stdout, /directories\[".*"\] {2}cloudabi\/profiles\/git\.yaml:\d+:\d+$/m);
  assert.match(stdout, /^nothing to commit|^No commits yet/m);
});

test('the documents are read as the page says', (t) => {
  const { cwd } = makeDesk(t, {});
  mkdirSync(join(cwd, 'project'));
  writeFileSync(join(cwd, 'project/team.yaml'), `${HEAD}!command\nenvironment: {TEAM: "1"}\n`);
  for (const text of [including, missing])
    readGrants(HEAD + text, { file: join(cwd, 'project/grants.yaml') }).mistakes.throwIfAny();
});

test('the placeholders of the page are those there are', () => {
  const rows = [...page.text.matchAll(/^\| `\$\{(\w+)\}` +\| (.*?) *\|$/gm)].map(([, name, text]) => [
    name,
    text,
  ]);
  assert.deepEqual(
    rows.map(([name]) => name),
    profilePlaces.map(({ name }) => name),
  );
  for (const { name, meaning } of profilePlaces) {
    const [, text = ''] = rows.find(([shown]) => shown === name) ?? [];
    assert.ok(text.startsWith(meaning), `${name}: ${text}`);
  }
});

test('the grants of a project are explained, confirmed and used', (t) => {
  const { run, cwd } = makeDesk(t, { 'project/cloudabi.yaml': HEAD + projectFile, 'project/.env': 'A=1\n' });
  assert.equal(run('git init -q project; chmod 755 project; chmod 644 project/cloudabi.yaml').status, 0);
  const [explain = '', trust = '', start = ''] = project.split('\n');
  assert.match(run(`cd project\n${explain}`).stdout, /git\.yaml:\d+/);
  // Here is no terminal: the digest stands for the answer.
  const refused = run(`cd project\n${start}`);
  assert.equal(refused.status, 64);
  const [digest = ''] = /sha256:[0-9a-f]+/.exec(refused.stderr) ?? [];
  const { status, stdout, stderr } = run(`cd project\n${start.replace('exec', `exec --trust ${digest}`)}`);
  assert.equal(status, 0, stderr);
  assert.match(stdout, /cloudabi\.yaml/);
  assert.match(run(`cd '${cwd}/project'\n${trust}`).stderr, /are not confirmed/);
});

test('a home of its own is empty, or keeps what it is left', (t) => {
  const { run } = makeDesk(t, {});
  const { status, stdout, stderr } = run(home);
  assert.equal(status, 0, stderr);
  assert.match(stdout, /^\/\S+\nkept\n$/);
});

test('an ordinary user shows a program another user, and root does not', (t) => {
  const { run } = makeDesk(t, {});
  const { stdout, stderr } = run(shown);
  if (process.getuid?.() === 0) assert.match(stderr, /root gives a program another user/);
  else assert.equal(stdout, 'uid=1234(user) gid=55(user) groups=55(user)\n', stderr);
});

test('root gives a program another user', { skip: process.getuid?.() !== 0 && 'needs root' }, (t) => {
  const { cwd, run } = makeDesk(t, {});
  mkdirSync(join(cwd, 'out'));
  chownSync(join(cwd, 'out'), 1234, 55);
  const { stdout, stderr } = run(user);
  assert.match(stdout, /\(nobody\)/, stderr);
  assert.match(stdout, /1234 +55 .* file$/m);
});

test('a file of variables gives them to the program', (t) => {
  const { run } = makeDesk(t, {});
  const { stdout, stderr } = run(variables);
  assert.deepEqual([stdout, stderr], ['Hello there\n', '']);
});

page.end();
