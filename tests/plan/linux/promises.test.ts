import assert from 'node:assert/strict';
import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { plan } from '../../../src/plan/plan.ts';
import type { PathAccess, UseAnswer } from '../../../src/plan/why/use.ts';
import { answerUse } from '../../../src/plan/why/why.ts';
import { command, file } from '../../../src/resources/constructors.ts';
import { command as run } from '../../frame/cli/commands.ts';

const folder = realpathSync(mkdtempSync(join(tmpdir(), 'cloudabi-promises-')));
writeFileSync(join(folder, 'a'), '');
after(() => rmSync(folder, { recursive: true }));

const made = plan(
  '/bin/true',
  command({
    directories: { '/p': file(folder, { rights: ['read', 'write', 'create', 'remove'] }) },
    promise: ['stdio', 'rpath'],
  }),
);
const answer = (kind: PathAccess, path: string): UseAnswer => answerUse(made, { kind, path });

test('an answer names the promise that leaves a use out', () => {
  assert.equal(answer('read', '/p/a').allowed, true);
  const write = answer('write', '/p/a');
  assert.equal(write.allowed, false);
  assert.match(
    JSON.stringify(write),
    /its promises leave out 'wpath'.*--promise wpath.*add wpath to promise/s,
  );
  const bind = answerUse(made, { kind: 'bind', port: 80 });
  assert.match(JSON.stringify(bind), /its promises leave out 'inet'/);
});

test('an answer about a use that is promised is that of the other grants', () => {
  const outside = answer('read', '/elsewhere');
  assert.equal(outside.allowed, false);
  assert.doesNotMatch(JSON.stringify(outside), /promise/);
});

test('explain says what a program promises and what it is refused', () => {
  const words = ['exec', '--explain', '--promise', 'stdio,rpath', '--', '/bin/cat'];
  const { stdout, stderr } = run('cloudabi', words);
  assert.match(stdout, /It promises these uses of system calls, which a filter holds:\n\s+stdio: /, stderr);
  assert.match(stdout, /It is refused these \(EPERM\):\n\s+wpath: /);
});
