import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { plan } from '../../src/plan/plan.ts';
import type { PathAccess, UseAnswer } from '../../src/plan/why/use.ts';
import { answerUse } from '../../src/plan/why/why.ts';
import { command, file } from '../../src/resources/constructors.ts';

const folder = realpathSync(mkdtempSync(join(tmpdir(), 'cloudabi-why-')));
mkdirSync(join(folder, 'logs'));
for (const name of ['.env', 'a.log', 'b', 'masked']) writeFileSync(join(folder, name), '');
after(() => rmSync(folder, { recursive: true }));

const made = plan(
  '/bin/true',
  command({
    directories: { '/p': file(folder, { rights: ['read', 'write', 'create', 'remove'] }) },
    workingDirectory: '/p',
    rules: [
      'hide **/.env',
      'append *.log',
      'mask masked',
      'allow read b for /bin/sh',
      'deny create new',
      'deny readdir logs',
      'log write b',
    ],
  }),
);
const answer = (kind: PathAccess, path: string): UseAnswer => answerUse(made, { kind, path });

test('an answer counts the rules that decide while the program runs', () => {
  const refused: readonly (readonly [PathAccess, string, string])[] = [
    ['read', '.env', 'hide /p/**/.env'],
    ['write', 'logs/.env', 'hide /p/**/.env'],
    ['write', 'masked', 'mask /p/masked'],
    ['write', 'new', 'deny create /p/new'],
    ['read', 'logs', 'deny readdir /p/logs'],
  ];
  for (const [kind, path, rule] of refused) {
    const { allowed, line, by } = answer(kind, path);
    assert.deepEqual([allowed, line?.grant, by], [false, rule, ['supervisor']], `${kind} ${path}`);
  }
  for (const [kind, path] of [
    ['read', 'b'],
    ['write', 'b'],
    ['read', 'a.log'],
    ['write', 'other'],
  ] as const)
    assert.ok(answer(kind, path).allowed, `${kind} ${path}`);
  assert.match(answer('write', 'a.log').notes.join(), /at its end only/);
  assert.match(answer('read', 'masked').notes.join(), /shows an empty file/);
  assert.match(answer('read', 'b').notes.join(), /executables/);
});
