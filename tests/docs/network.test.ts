// docs/network.md: each rule of its tables is one, and its examples grant what they say.
import assert from 'node:assert/strict';
import { existsSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { test } from 'node:test';
import { parseRule } from '../../src/network/parse-rule.ts';
import { Page } from '../frame/docs/page.ts';
import { install, makeDesk } from '../frame/docs/shell.ts';

const page = new Page('docs/network.md');
const explain = page.block('sh', /--explain/);
const view = page.block('sh', /npm view/);
const secret = page.block('sh', /--secret/);
const recipes = page.block('sh', /psql/);
const asking = page.block('sh', /--ask/);
const question = page.block('', /asks to connect/);
const document = page.block('yaml', /registry/);
const requests = page.block('yaml', /credential/);
const api = page.block('ts', /plan\(/);
const client = page.block('ts', /fetch/);

/** The texts in backquotes in the first column of the table below a heading of a column. */
function firstColumn(heading: string): readonly string[] {
  const table = page.text.slice(page.text.indexOf(`| ${heading} `)).split('\n\n', 1)[0] ?? '';
  const cells = table.split('\n').slice(2);
  return cells.flatMap((row) =>
    [...(row.split('|')[1] ?? '').matchAll(/`([^`]+)`/g)].map(([, text = '']) => text),
  );
}

test('every host and every list of ports in the tables is part of a rule', () => {
  const hosts = firstColumn('HOST');
  const ports = firstColumn('PORTS');
  assert.ok(hosts.length > 10 && ports.length === 3);
  for (const host of hosts)
    for (const list of ports) assert.ok(parseRule(`${host}:${list}`).value, `${host}:${list}`);
});

test('the first command explains its rule', (t) => {
  const { stdout, stderr, status } = makeDesk(t, {}, { npm: 'exit 0' }).run(explain);
  assert.equal(status, 0, stderr);
  assert.match(stdout, /^ {2}registry\.example\.org:443$/m);
});

test('the document and the program in TypeScript grant hosts', (t) => {
  const { cwd, run } = makeDesk(t, { 'grants.yaml': document }, { npm: 'exit 0' });
  const { stdout, stderr, status } = run('cloudabi explain --config grants.yaml /bin/true');
  assert.equal(status, 0, stderr);
  assert.match(
    stdout,
    /\*\.packages\.example\.org:80,443 {2}grants\.yaml:7:7[\s\S]*But none of these:\n {2}ads\./,
  );
  install(cwd);
  writeFileSync(join(cwd, 'npm.mjs'), `${api}\nconsole.log(npm.linux.network.mode);\n`);
  assert.equal(run('node npm.mjs').stdout, 'hosts\n');
});

test('the program in TypeScript is planned with what its document grants', (t) => {
  const { run } = makeDesk(t, { 'client.ts': client });
  const document = 'network: !network [api.example.org:443]\noutput: !fd stdout\n';
  const { stdout, stderr, status } = run('cloudabi explain client.ts', document);
  assert.equal(status, 0, stderr);
  assert.match(stdout, /^ {2}api\.example\.org:443 {2}<stdin>:1:20$/m);
});

test('the question of a program looks as the page shows it', {
  skip: !existsSync('/usr/bin/python3') && 'needs the package python3',
}, (t) => {
  const driver = resolve('tests/frame/cli/at-terminal.py');
  const { run } = makeDesk(
    t,
    { asking },
    { npm: "exec bash -c 'exec 3<>/dev/tcp/cdn.example.org/443; read <&3'" },
  );
  const { stdout, stderr } = run(`/usr/bin/python3 ${driver} '["n\\n"]' sh asking`);
  assert.equal(stderr, '');
  const { shown }: { shown: string } = JSON.parse(stdout);
  const plain = shown.replaceAll('\r', '').replace(/bash \(\d+, \S*bash\)/, 'bash (4711, /usr/bin/bash)');
  assert.ok(plain.includes(question.trimEnd()), shown);
});

test('the recipes start their programs, which find a placeholder for a secret', (t) => {
  const players = {
    npm: 'echo "npm $1"',
    psql: 'echo "psql $3"',
    wget: 'test -w "$2" && echo "wget $3"',
    agent: 'test -n "$API_KEY" && test "$API_KEY" != example-key-0123456789 && echo "agent"',
  };
  const { run } = makeDesk(t, { 'out/unused': '', 'grants.yaml': requests }, players);
  const { stdout, stderr, status } = run(`${view}${secret}${recipes}`);
  assert.equal(status, 0, stderr);
  assert.deepEqual(stdout.split('\n'), [
    'npm view',
    'agent',
    'npm install',
    'psql app',
    'wget https://www.example.org/',
    '',
  ]);
  const explained = run('API_KEY=x cloudabi explain --config grants.yaml /bin/true');
  assert.equal(explained.status, 0, explained.stderr);
  assert.match(explained.stdout, /api\.example\.org:443/);
});

page.end();
