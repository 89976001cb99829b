import assert from 'node:assert/strict';
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import { MOST_CLAIMED } from '../../src/claims/claim.ts';
import { ClaimFolder } from '../../src/claims/claim-folder.ts';
import { type ClaimError, launch } from '../../src/claims/index.ts';
import { COUNT_FILES, COUNT_GRANTS } from '../frame/claims/count.ts';

test('a claim runs with its files, and gives streams and files back', async () => {
  await using claim = await launch('count.ts', { on: 'here', grants: COUNT_GRANTS, files: COUNT_FILES });
  claim.input.end('three four five');
  assert.deepEqual(
    [await text(claim.output), await claim.exited],
    ['5 words\ndone\n', { kind: 'exited', code: 0 }],
  );
  assert.equal(Buffer.from(await claim.read('out/count')).toString(), '5');
});

test('a claim ends at its time limit, by `end()`, and with its own status', async () => {
  const grants = "!command { base: system, arguments: [-c, 'echo a; sleep 1000'], stdout: !fd stdout }";
  await using slow = await launch('/bin/sh', { on: 'here', grants, timeLimit: 500 });
  assert.deepEqual(await slow.exited, { kind: 'limit', limit: 'time' });
  const ended = await launch('sh', { on: 'here', grants });
  await ended.end();
  assert.equal((await ended.exited).kind, 'ended');
  const failing = grants.replace('echo a; sleep 1000', 'exit 3');
  await using failed = await launch('sh', { on: 'here', grants: failing });
  assert.deepEqual(await failed.exited, { kind: 'exited', code: 3 });
});

test('a claim reaches nothing that its grants do not name, and what they name', async () => {
  const grants = (more: string): string =>
    `!command { base: system, arguments: [-c, 'cat /data/secret || exit 7'], stdout: !fd stdout${more} }`;
  const files = { 'data/secret': 'tea' };
  await using none = await launch('sh', { on: 'here', grants: grants(''), files });
  assert.deepEqual(await none.exited, { kind: 'exited', code: 7 });
  const granted = grants(', directories: { /data: !file { path: data, rights: read } }');
  await using some = await launch('sh', { on: 'here', grants: granted, files });
  assert.equal(await text(some.output), 'tea');
});

test('a mistake in the grants of a claim is told with its place, and leaves nothing', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'cloudabi-claims-'));
  const before = process.env['TMPDIR'];
  process.env['TMPDIR'] = folder;
  t.after(() => {
    if (before === undefined) delete process.env['TMPDIR'];
    else process.env['TMPDIR'] = before;
    rmSync(folder, { recursive: true });
  });
  await assert.rejects(
    launch('sh', { on: 'here', grants: '!command { stdout: !fd 4, base: systm }' }),
    /the grants:1:24: In a claim, !fd is 'stdin', 'stdout' or 'stderr', not [\s\S]*systm/,
  );
  await assert.rejects(
    launch('sh', { on: 'here', grants: 'null', files: { '../a': '' } }),
    /no path within the folder/,
  );
  assert.deepEqual(readdirSync(folder), []);
});

test('a program leads no reading or writing of its claim out of the folder', (t) => {
  const folder = new ClaimFolder();
  t.after(() => folder.remove());
  folder.write('out/real', 'mine');
  symlinkSync('/etc/passwd', join(folder.path, 'out/link'));
  symlinkSync('/etc', join(folder.path, 'etc'));
  symlinkSync(join(tmpdir(), 'cloudabi-claim-none'), join(folder.path, 'new'));
  assert.equal(Buffer.from(folder.read('out/real')).toString(), 'mine');
  const refused = (error: ClaimError): boolean =>
    /^File '.*' of the claim: E(LOOP|NOTDIR)/.test(error.message);
  assert.throws(() => folder.read('out/link'), refused);
  assert.throws(() => folder.read('etc/passwd'), refused);
  assert.throws(() => folder.write('out/link', 'x'), refused);
  assert.throws(() => folder.write('new', 'x'), refused);
  assert.equal(existsSync(join(tmpdir(), 'cloudabi-claim-none')), false);
  assert.throws(() => folder.read('out'), /it is no regular file/);
  for (const path of ['/etc/passwd', '..', 'a/../../b', '', 'a//b', 'a\0b'])
    assert.throws(() => folder.read(path), /no path within the folder/);
  truncateSync(join(folder.path, 'out/real'), MOST_CLAIMED + 1);
  assert.throws(() => folder.read('out/real'), /it has more than 67108864 bytes/);
  writeFileSync(join(folder.path, 'out/empty'), '');
  assert.equal(folder.read('out/empty').length, 0);
});
