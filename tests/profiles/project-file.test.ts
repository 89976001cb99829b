import assert from 'node:assert/strict';
import { chmodSync, chownSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { findProjectFile } from '../../src/profiles/project-file.ts';
import { confirm, digestOf, forget, isConfirmed } from '../../src/profiles/trust.ts';
import { makeFolder, setEnvironment } from '../frame/programs.ts';

/** A home with a project, which has a directory within a directory. */
function scene(t: TestContext): { home: string; project: string; deep: string } {
  const home = makeFolder(t);
  const project = join(home, 'project');
  const deep = join(project, 'a/b');
  mkdirSync(deep, { recursive: true });
  for (const path of [project, join(project, 'a'), deep]) chmodSync(path, 0o755);
  setEnvironment(t, { HOME: home, XDG_STATE_HOME: join(home, 'state') });
  return { home, project, deep };
}

function write(directory: string): void {
  const path = join(directory, 'cloudabi.yaml');
  writeFileSync(path, '!command\n');
  chmodSync(path, 0o644);
}

test('a project file is found in a directory and above it, and the nearest one counts', (t) => {
  const { project, deep } = scene(t);
  assert.equal(findProjectFile(deep), undefined);
  write(project);
  assert.equal(findProjectFile(deep)?.directory, project);
  write(join(project, 'a'));
  assert.equal(findProjectFile(deep)?.directory, join(project, 'a'));
});

test('the search ends before the home', (t) => {
  const { home, deep } = scene(t);
  write(home);
  assert.equal(findProjectFile(deep), undefined);
  assert.equal(findProjectFile(home), undefined);
});

test('the search ends before directories of others and those in which others can write', (t) => {
  const { project, deep } = scene(t);
  write(project);
  chmodSync(join(project, 'a'), 0o777);
  assert.equal(findProjectFile(deep), undefined);
  chmodSync(join(project, 'a'), 0o1777);
  assert.equal(findProjectFile(deep), undefined);
  chmodSync(join(project, 'a'), 0o755);
  assert.equal(findProjectFile(deep)?.directory, project);
  if (process.getuid?.() !== 0) return;
  chownSync(join(project, 'a'), 65534, 0);
  assert.equal(findProjectFile(deep), undefined);
});

test('a mount is searched, and nothing above it', () => {
  // Each Linux host has this mount, of which root alone has the directory above.
  assert.equal(findProjectFile('/proc'), undefined);
});

test('a link, a pipe, a large file and one that others can write are errors and not overlooked', (t) => {
  const { project, deep } = scene(t);
  const path = join(project, 'cloudabi.yaml');
  symlinkSync('elsewhere', path);
  assert.throws(() => findProjectFile(deep), /cloudabi\.yaml': it is a symbolic link/);
  const other = scene(t);
  write(other.project);
  chmodSync(join(other.project, 'cloudabi.yaml'), 0o666);
  assert.throws(() => findProjectFile(other.deep), /others can write to it/);
  writeFileSync(join(other.project, 'cloudabi.yaml'), Buffer.alloc(2 ** 20 + 1, 32));
  chmodSync(join(other.project, 'cloudabi.yaml'), 0o644);
  assert.throws(() => findProjectFile(other.deep), /more than 1048576 bytes/);
  writeFileSync(join(other.project, 'cloudabi.yaml'), Buffer.of(0xff));
  assert.throws(() => findProjectFile(other.deep), /it is not UTF-8/);
  mkdirSync(join(deep, 'cloudabi.yaml'));
  assert.throws(() => findProjectFile(deep), /not a regular file/);
});

test('a confirmation is for one file and one digest, and can be forgotten', (t) => {
  const { project } = scene(t);
  const path = join(project, 'cloudabi.yaml');
  const [one, two] = ['base: none', 'base: system'].map((text) => digestOf([{ text, shown: 'x', path }]));
  assert.match(one ?? '', /^sha256:[0-9a-f]{64}$/);
  assert.notEqual(one, two);
  if (one === undefined || two === undefined) return;
  if (!confirm(path, one)) return t.skip('this host keeps no keys for this user');
  assert.ok(isConfirmed(path, one));
  assert.ok(!isConfirmed(path, two));
  assert.ok(!isConfirmed(`${path}x`, one));
  assert.ok(confirm(path, two));
  assert.ok(!isConfirmed(path, one));
  forget(path);
  assert.ok(!isConfirmed(path, two));
});

test('texts that meet at another place have another digest', () => {
  const profile = (shown: string, text: string) => ({ shown, text, path: '/x' });
  assert.notEqual(
    digestOf([profile('a', 'b'), profile('c', 'd')]),
    digestOf([profile('a', 'bc'), profile('', 'd')]),
  );
});
