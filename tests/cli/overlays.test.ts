// Changes that are kept aside: what a program sees, what is shown, carried out and forgotten.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { overlayScene, overlaysOf } from '../frame/cli/overlays.ts';
import { until } from '../frame/programs.ts';

const read = (...path: readonly string[]): string => readFileSync(join(...path), 'utf8');

test('a program changes files, and the host’s stay as they are', (t) => {
  const scene = overlayScene(t, { 'a.txt': 'one\n', 'd/b.txt': 'two\n' });
  const { stdout, stderr, status } = scene.change(
    'echo more >> a.txt; rm d/b.txt; echo new > c.txt; cat a.txt; ls . d',
  );
  assert.equal(status, 0, stderr);
  assert.equal(stdout, 'one\nmore\n.:\na.txt\nc.txt\nd\n\nd:\n');
  assert.deepEqual(readdirSync(scene.directory).toSorted(), ['a.txt', 'd']);
  assert.equal(read(scene.directory, 'a.txt'), 'one\n');
  assert.equal(read(scene.directory, 'd/b.txt'), 'two\n');
});

test('changes are listed, with the difference of texts', (t) => {
  const scene = overlayScene(t, { 'a.txt': 'one\n', 'd/b.txt': 'two\n', 'e/f': '', 'run.sh': 'exit\n' });
  scene.change('echo more >> a.txt; rm -r d; echo new > c.txt; chmod 755 run.sh; ln -s a.txt l; touch e/f');
  const { stdout, stderr, status } = scene.run('changes');
  assert.equal(status, 0, stderr);
  const [head, ...rest] = stdout.split('\n');
  assert.match(head ?? '', /project: 2 changed, 2 created, 1 deleted \(overlay [a-z2-9]{8}\)$/);
  assert.equal(
    rest.join('\n'),
    `
changed    a.txt  4 → 9 bytes
created    c.txt  4 bytes
deleted    d/  (2 entries)
created    l  -> a.txt
changed    run.sh  mode 0644 → 0755

--- a/a.txt
+++ b/a.txt
@@ -1,1 +1,2 @@
 one
+more

--- /dev/null
+++ b/c.txt
@@ -0,0 +1,1 @@
+new
`,
  );
  const { stdout: stat } = scene.run('changes', '--stat', '.', 'a.txt');
  assert.match(stat, /: 1 changed \(/);
  assert.doesNotMatch(stat, /@@/);
});

test('a commit carries all changes out, and the overlay is gone', (t) => {
  const scene = overlayScene(t, {
    'a.txt': 'one\n',
    'd/b.txt': 'two\n',
    'run.sh': 'exit\n',
    t: '',
    'u/v': '',
  });
  scene.change(
    'echo more >> a.txt; rm -r d; mkdir -p x/y; echo new > x/y/z; chmod 755 run.sh; ln -s a.txt l; mkfifo p; ln a.txt h; rm t; mkdir t; touch t/w; rm -r u; touch u',
  );
  const { stderr, status } = scene.run('commit');
  assert.equal(status, 0, stderr);
  const names = readdirSync(scene.directory, { recursive: true, encoding: 'utf8' });
  assert.deepEqual(names.toSorted(), [
    'a.txt',
    'h',
    'l',
    'p',
    'run.sh',
    't',
    't/w',
    'u',
    'x',
    'x/y',
    'x/y/z',
  ]);
  assert.equal(read(scene.directory, 'a.txt'), 'one\nmore\n');
  assert.equal(read(scene.directory, 'x/y/z'), 'new\n');
  assert.equal(readlinkSync(join(scene.directory, 'l')), 'a.txt');
  assert.equal(statSync(join(scene.directory, 'run.sh')).mode & 0o777, 0o755);
  assert.ok(lstatSync(join(scene.directory, 'p')).isFIFO());
  assert.equal(lstatSync(join(scene.directory, 'h')).ino, lstatSync(join(scene.directory, 'a.txt')).ino);
  assert.deepEqual(overlaysOf(scene.kept), []);
});

test('a commit of some paths leaves the others aside, also within a directory that was made anew', (t) => {
  const scene = overlayScene(t, { 'd/old': 'o', 'd/same': 's', e: 'e' });
  scene.change('rm -r d; mkdir d; echo 1 > d/one; echo 2 > d/two; printf s > d/same; rm e');
  assert.equal(scene.run('commit', '.', 'd/one').status, 0);
  assert.deepEqual(readdirSync(join(scene.directory, 'd')).toSorted(), ['old', 'one', 'same']);
  const left = (): string[] =>
    scene
      .run('changes', '--stat')
      .stdout.split('\n')
      .slice(2, -1)
      .map((line) => line.replace(/ +/, ' ').replace(/ {2}.*/, ''));
  assert.deepEqual(left(), ['deleted d/old', 'created d/two', 'deleted e']);
  // The program sees what it saw.
  assert.equal(scene.change('ls d').stdout, 'one\nsame\ntwo\n');
  assert.deepEqual(left(), ['deleted d/old', 'created d/two', 'deleted e']);
  assert.equal(scene.run('commit').status, 0);
  assert.deepEqual(readdirSync(scene.directory), ['d']);
  assert.deepEqual(readdirSync(join(scene.directory, 'd')).toSorted(), ['one', 'same', 'two']);
});

test('paths without an overlay before them are those of the working directory', (t) => {
  const scene = overlayScene(t, { a: '1', 'd/b': '1' });
  scene.change('echo 2 > a; echo 2 > d/b; echo 2 > d/c; echo 2 > e');
  const { stdout } = scene.run('changes', '--stat', 'a', 'd/b');
  assert.match(stdout, /: 2 changed \(/);
  const committed = scene.run('commit', 'd/b', join(scene.directory, 'e'));
  assert.equal(committed.status, 0, committed.stderr);
  assert.deepEqual([read(scene.directory, 'd/b'), read(scene.directory, 'e')], ['2\n', '2\n']);
  assert.equal(read(scene.directory, 'a'), '1');
  for (const path of ['nothing', '../outside', '/etc/passwd'])
    assert.equal(scene.run('commit', path).status, 66, path);
  assert.match(scene.run('commit', 'nothing').stderr, /^There is no change at 'nothing'$/m);
  assert.equal(read(scene.directory, 'a'), '1');
  // Discarding takes an overlay alone.
  assert.equal(scene.run('discard', 'a').status, 66);
  assert.equal(scene.run('commit', 'a', 'd').status, 0);
  assert.deepEqual([read(scene.directory, 'a'), read(scene.directory, 'd/c')], ['2\n', '2\n']);
});

test('changes that are discarded leave nothing', (t) => {
  const scene = overlayScene(t, { a: '1' });
  scene.change('echo 2 > a; mkdir d; chmod 0 d');
  const { stdout, status } = scene.run('discard');
  assert.equal(status, 0);
  assert.match(stdout, /is discarded/);
  assert.equal(read(scene.directory, 'a'), '1');
  assert.deepEqual(overlaysOf(scene.kept), []);
});

test('a run without changes leaves no overlay, and opening a file for writing is none', (t) => {
  const scene = overlayScene(t, { a: '1' });
  assert.equal(scene.change('touch a; : >> a').status, 0);
  assert.deepEqual(overlaysOf(scene.kept), []);
});

test('a further run goes on with the changes, and one of another name begins anew', (t) => {
  const scene = overlayScene(t, { a: '1\n' });
  scene.change('echo 2 >> a');
  assert.equal(scene.change('cat a; echo 3 >> a').stdout, '1\n2\n');
  assert.equal(scene.change('cat a; echo 4 >> a', '--overlay-name', 'other').stdout, '1\n');
  assert.equal(overlaysOf(scene.kept).length, 2);
  const { stderr, status } = scene.run('changes');
  assert.equal(status, 66);
  assert.match(stderr, /has several overlays; name one of them: [a-z2-9]{8}, [a-z2-9]{8} \(other\)/);
  const list: readonly { id: string; name: string | null; runs: number }[] = JSON.parse(
    scene.run('changes', '--list', '--json').stdout,
  );
  assert.deepEqual(
    list.map(({ name, runs }) => [name, runs]),
    [
      [null, 2],
      ['other', 1],
    ],
  );
  assert.equal(scene.run('commit', list[0]?.id ?? '').status, 0);
  assert.equal(read(scene.directory, 'a'), '1\n2\n3\n');
});

test('a file that was changed outside meanwhile is not overwritten unless that is asked for', (t) => {
  const scene = overlayScene(t, { a: '1', b: '1', 'd/x': '1', e: '1' });
  scene.change('echo 2 > a; rm b; rm -r d; echo 2 > new; echo 2 > e');
  writeFileSync(join(scene.directory, 'a'), 'outside');
  writeFileSync(join(scene.directory, 'b'), 'outside');
  writeFileSync(join(scene.directory, 'd/y'), 'outside');
  writeFileSync(join(scene.directory, 'new'), 'outside');
  const { stderr, status } = scene.run('commit');
  assert.equal(status, 66);
  for (const name of ['a', 'b', 'd', 'new'])
    assert.match(stderr, new RegExp(`^${name}: not committed: .*outside`, 'm'));
  assert.doesNotMatch(stderr, /^e:/m);
  for (const name of ['a', 'b', 'd/y', 'new']) assert.equal(read(scene.directory, name), 'outside');
  assert.equal(scene.run('commit', '.', 'e').status, 0);
  assert.equal(scene.run('commit', '--overwrite').status, 0);
  assert.deepEqual(readdirSync(scene.directory).toSorted(), ['a', 'e', 'new']);
  for (const name of ['a', 'e', 'new']) assert.equal(read(scene.directory, name), '2\n');
});

test('a state of the host that a later run has seen is no change outside', (t) => {
  const scene = overlayScene(t, { a: '1\n', b: '1\n' });
  scene.change('echo 2 >> a');
  for (const name of ['a', 'b']) writeFileSync(join(scene.directory, name), 'outside\n');
  assert.equal(scene.change('cat a b; echo 3 >> b').stdout, '1\n2\noutside\n');
  assert.match(scene.run('commit').stderr, /^a: not committed: it was changed outside meanwhile/m);
  assert.equal(scene.run('commit', '.', 'b').status, 0);
  assert.equal(read(scene.directory, 'b'), 'outside\n3\n');
});

test('another directory in the place of the first gets no changes', (t) => {
  const scene = overlayScene(t, { a: '1' });
  scene.change('echo 2 > a');
  renameSync(scene.directory, `${scene.directory}.old`);
  mkdirSync(scene.directory);
  for (const subcommand of ['commit', 'changes']) {
    const { stderr, status } = scene.run(subcommand);
    assert.equal(status, 66);
    assert.match(stderr, /is another directory than the one whose changes these are/);
  }
  assert.match(scene.change('true').stderr, /is another directory than the one whose changes overlay/);
  assert.deepEqual(readdirSync(scene.directory), []);
});

test('a directory that was replaced outside gets nothing that was meant for the first', (t) => {
  const scene = overlayScene(t, { 'd/a': '1', 'other/a': '1' });
  scene.change('echo 2 > d/a; echo 2 > d/b');
  renameSync(join(scene.directory, 'd'), join(scene.directory, 'moved'));
  renameSync(join(scene.directory, 'other'), join(scene.directory, 'd'));
  const { stderr, status } = scene.run('commit');
  assert.equal(status, 66);
  assert.match(stderr, /^d\/a: not committed: its directory was replaced outside/m);
  assert.match(stderr, /^d\/b: not committed: its directory was replaced outside/m);
  assert.equal(read(scene.directory, 'd/a'), '1');
});

test('a directory that became a link outside is not followed', (t) => {
  const scene = overlayScene(t, { 'd/a': '1', 'secret/a': '1' });
  scene.change('echo 2 > d/a; echo 2 > d/b');
  rmSync(join(scene.directory, 'd'), { recursive: true });
  symlinkSync('secret', join(scene.directory, 'd'));
  for (const options of [[], ['--overwrite']]) scene.run('commit', ...options);
  assert.equal(read(scene.directory, 'secret/a'), '1');
  assert.ok(!existsSync(join(scene.directory, 'secret/b')));
});

test('an overlay in use is neither shown, committed, discarded nor entered by another run', async (t) => {
  const scene = overlayScene(t, { a: '1' });
  const running = scene.begin('echo 2 > a; echo ready; exec sleep 600');
  await once(running.stdout, 'data');
  for (const args of [['changes'], ['commit'], ['discard']]) {
    const { stderr, status } = scene.run(...args);
    assert.equal(status, 66);
    assert.match(stderr, /^Overlay [a-z2-9]{8} is in use: a program that runs can change it any time/);
  }
  assert.match(scene.change('true').stderr, /is in use by another run/);
  // The launcher is killed: its program ends with it, and the changes stay.
  running.kill('SIGKILL');
  await once(running, 'close');
  await until('the overlay is free', () => scene.run('changes').status === 0);
  assert.equal(scene.run('commit').status, 0);
  assert.equal(read(scene.directory, 'a'), '2\n');
});

test('a program whose changes take more than their limit is ended, and they stay', (t) => {
  const scene = overlayScene(t, { a: '1' });
  const script = 'echo 2 > a; while :; do head -c 1M /dev/zero >> big; done';
  const { status, stderr } = scene.change(script, '--limit', 'changes=2MiB');
  assert.equal(status, 137);
  assert.match(stderr, /reached its limit of changes that are kept aside/);
  assert.match(scene.run('changes', '--stat').stdout, /^changed {4}a/m);
  // Many empty files take space, too.
  const many = 'i=0; while :; do i=$((i+1)); : > f$i; done';
  const second = scene.change(many, '--limit', 'changes=200KiB', '--overlay-name', 'many');
  assert.equal(second.status, 137, second.stderr);
  assert.equal(scene.change('echo 3 > a', '--limit', 'changes=1GiB').status, 0);
});

test('directories whose changes cannot be kept aside are refused, with the reason', (t) => {
  const scene = overlayScene(t, { a: '1' });
  const cases: readonly (readonly [message: RegExp, ...args: readonly string[]])[] = [
    [/an overlay is a mount, which needs namespaces/, '--overlay', '.', '--walls', 'landlock'],
    [/it is a file; keep those of its directory aside/, '--overlay', 'a'],
    [/they would be kept in the directory itself.*set XDG_STATE_HOME/s, '--overlay', '..'],
    [/'\/proc\/.*' is a file system of its own|'\/dev\/.*' is a file system of its own/, '--overlay', '/dev'],
    [/--overlay-name needs --overlay/, '--overlay-name', 'x'],
    [/Limit 'changes' is for changes that are kept aside/, '--limit', 'changes=1MiB'],
  ];
  for (const [message, ...args] of cases) {
    const { status, stderr } = scene.run('exec', '--base', 'system', ...args, '--', '/bin/true');
    assert.ok(status === 64 || status === 65, stderr);
    assert.match(stderr, message);
  }
  writeFileSync(join(scene.directory, 'program.mjs'), 'console.log(1)');
  const { status, stderr } = scene.run('exec', '--overlay', '.:/p', '--', 'program.mjs');
  assert.equal(status, 65);
  assert.match(stderr, /Changes can be kept aside \('overlay'\) in directories of a Linux program only/);
  assert.ok(!existsSync(scene.kept) || overlaysOf(scene.kept).length === 0);
});

test('grants within an overlay are as narrow or as wide as they are written', (t) => {
  const scene = overlayScene(t, { 'hooks/h': '1', 'out/o': '1', a: '1' });
  const { stdout } = scene.change(
    'echo 2 > hooks/h; mv hooks other; rm -r hooks; echo 2 > out/o; echo 2 > a; cat hooks/h out/o a',
    ...['--read', 'hooks', '--write', 'out'],
  );
  assert.equal(stdout, '12\n2\n');
  assert.equal(read(scene.directory, 'hooks/h'), '1');
  assert.equal(read(scene.directory, 'out/o'), '2\n');
  assert.equal(read(scene.directory, 'a'), '1');
  assert.equal(scene.run('commit').status, 0);
  assert.deepEqual(readdirSync(scene.directory).toSorted(), ['a', 'hooks', 'out']);
});

test('a program in an overlay is started by its name, as it is there', (t) => {
  const scene = overlayScene(t, { tool: '#!/bin/sh\necho "$0"\n' });
  scene.change('chmod 755 tool');
  assert.equal(scene.run('commit').status, 0);
  const tool = join(scene.directory, 'tool');
  const args = ['exec', '--base', 'system', '--overlay', '.', '--', './tool'];
  assert.equal(scene.run(...args).stdout, `${tool}\n`);
  scene.change('cp /bin/echo binary');
  assert.equal(scene.run('commit').status, 0);
  assert.equal(scene.run(...args.slice(0, -1), './binary', 'hello').stdout, 'hello\n');
  scene.change('echo "echo changed" >> tool');
  assert.equal(scene.run(...args).stdout, `${tool}\nchanged\n`);
});

test('explain and its JSON say that changes are kept aside', (t) => {
  const scene = overlayScene(t, {});
  const args = ['exec', '--base', 'system', '--overlay', '.', '--explain'];
  const { stdout } = scene.run(...args, '--', '/bin/true');
  assert.match(
    stdout,
    /\(directory; read and write, execute; changes are kept aside in .*cloudabi\/overlays\)/,
  );
  assert.match(stdout, /No change of the directory on the host.*overlay/s);
  const json = scene.run(...args, '--json', '--', '/bin/true').stdout;
  assert.match(json, /changes are kept aside in/);
  const calls = scene.run(...args.slice(0, -1), '--explain-calls', '--', '/bin/true');
  assert.match(calls.stdout, /fsopen.*"overlay"/);
  assert.ok(!existsSync(scene.kept));
});
