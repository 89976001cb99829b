// Programs whose changes are kept aside try to reach the host by way of the commands that show and carry them out. Each
// attempt has its allowed twin.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { type OverlayScene, overlayScene, overlaysOf } from '../tests/frame/cli/overlays.ts';
import { harmfulIn } from '../tests/frame/text/harmful.ts';

type Trial = OverlayScene & { readonly outside: string };

/** A scene with a directory beside that is not granted. */
function trial(t: TestContext, files: Readonly<Record<string, string>>): Trial {
  const scene = overlayScene(t, files);
  const outside = join(dirname(scene.directory), 'outside');
  mkdirSync(outside);
  writeFileSync(join(outside, 'file'), 'secret');
  return { ...scene, outside };
}

/** Tells whether the directory that is not granted is as it was. */
function isUntouched({ outside }: Trial): boolean {
  return readdirSync(outside).join() === 'file' && readFileSync(join(outside, 'file'), 'utf8') === 'secret';
}

/** Runs a script of Python in the overlay. */
function python(scene: OverlayScene, script: string): void {
  const { status, stderr } = scene.run(
    ...['exec', '--base', 'system', '--overlay', '.', '--', '/usr/bin/python3', '-c', script],
  );
  assert.equal(status, 0, stderr);
}

test('links of a program lead a commit nowhere, and are committed as links', (t) => {
  const scene = trial(t, { 'd/file': '1', e: '1' });
  scene.change(`rm -r d; ln -s ../outside d; ln -s ../outside/file l; rm e; ln -s ../outside/file e`);
  assert.equal(scene.run('commit').status, 0);
  assert.equal(readlinkSync(join(scene.directory, 'd')), '../outside');
  // Files in the places of committed links, and beneath them.
  scene.change('rm d l e; mkdir d; echo 2 > d/file; echo 2 > d/new; echo 2 > l; echo 2 > e');
  assert.equal(scene.run('commit').status, 0);
  assert.ok(isUntouched(scene));
  for (const path of ['d/file', 'd/new', 'l', 'e'])
    assert.equal(readFileSync(join(scene.directory, path), 'utf8'), '2\n');
});

test('a directory that is exchanged with a link while changes are committed is not left', async (t) => {
  const scene = trial(t, { 'd/a': '1', 'd/file': '1' });
  symlinkSync('../outside', join(scene.directory, 'link'));
  const flip = `import ctypes
libc = ctypes.CDLL(None)
print("on", flush=True)
while True: libc.renameat2(-100, b"d", -100, b"link", 2)`;
  for (let round = 0; round < 4; round++) {
    scene.change(`echo ${round} > d/file; echo ${round} > d/new${round}; rm -f d/a`);
    const other = spawn('/usr/bin/python3', ['-c', flip], {
      cwd: scene.directory,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await once(other.stdout, 'data');
    scene.run('commit', '--overwrite');
    other.kill('SIGKILL');
    await once(other, 'close');
    assert.ok(isUntouched(scene));
  }
  // The twin: no other process is in the way.
  if (!lstatSync(join(scene.directory, 'd')).isDirectory()) {
    assert.ok(lstatSync(join(scene.directory, 'link')).isDirectory());
  } else {
    scene.change('echo twin > d/file');
    assert.equal(scene.run('commit', '--overwrite').status, 0);
    assert.equal(readFileSync(join(scene.directory, 'd/file'), 'utf8'), 'twin\n');
  }
  assert.ok(isUntouched(scene));
});

test('a file that would run with the rights of its owner is never committed, one without these bits is', (t) => {
  const scene = trial(t, {});
  scene.change(
    'cp /usr/bin/true sh; chmod 4755 sh; cp /usr/bin/true group; chmod 2755 group; cp /usr/bin/true plain',
    ...['--allow-calls', 'set_id_files'],
  );
  for (const options of [[], ['--overwrite']]) {
    const { status, stderr } = scene.run('commit', ...options);
    assert.equal(status, 66);
    assert.match(stderr, /^sh: not committed: it would run with the rights of its owner/m);
    assert.match(stderr, /^group: not committed: it would run with the rights of its owner/m);
  }
  assert.deepEqual(readdirSync(scene.directory), []);
  assert.equal(scene.run('commit', '.', 'plain').status, 0);
  assert.equal(statSync(join(scene.directory, 'plain')).mode & 0o7777, 0o755);
});

test('names and texts of a program do nothing to a terminal', (t) => {
  const scene = trial(t, { a: '1\n' });
  python(
    scene,
    `import os
for name in (b"\\x1b]0;owned\\x07", b"line\\nbreak", b"\\xff\\xfe", "\\u202egpj.exe".encode(), b"\\x9b2J"):
    open(name, "wb").write(b"x")
os.symlink(b"\\x1b[2Jtarget", "link")
open("a", "wb").write(b"\\x1b[2J\\x9b1;1H text \\xc2\\x9b\\r\\n")`,
  );
  for (const args of [['changes'], ['changes', '--stat'], ['changes', '--json'], ['commit']]) {
    const { stdout, stderr, status } = scene.run(...args);
    assert.equal(status, 0, stderr);
    assert.equal(harmfulIn(stdout + stderr), undefined);
  }
  assert.equal(readdirSync(scene.directory).length, 7);
});

test('marks of the kernel that a program sets itself hide and remove nothing; its own attributes are committed', (t) => {
  const scene = trial(t, { 'd/kept': '1', 'd/e/kept': '1' });
  python(
    scene,
    `import os
for name in ("opaque", "whiteout", "redirect", "metacopy", "origin", "overlay.opaque"):
    for path in ("d", "d/e", "d/new"):
        open("d/new", "a").close()
        try: os.setxattr(path, "user.overlay." + name, b"y")
        except OSError: pass
os.setxattr("d/new", "user.note", b"twin")`,
  );
  assert.doesNotMatch(scene.run('changes', '--stat').stdout, /deleted/);
  assert.equal(scene.run('commit').status, 0);
  assert.deepEqual(readdirSync(join(scene.directory, 'd')).toSorted(), ['e', 'kept', 'new']);
  assert.ok(existsSync(join(scene.directory, 'd/e/kept')));
  python(scene, 'import os; assert os.getxattr("d/new", "user.note") == b"twin"');
});

test('the folder of changes is seen by no program with an overlay, also behind a wider grant', (t) => {
  const scene = trial(t, { a: '1' });
  scene.change('echo secret > a');
  const state = dirname(dirname(scene.kept));
  for (const grant of ['--read', '--write']) {
    const { stdout, stderr } = scene.run(
      ...['exec', '--base', 'system', '--overlay', '.', '--overlay-name', 'second', grant, dirname(state)],
      ...[
        '--',
        '/bin/sh',
        '-c',
        `ls ${scene.kept}; cat ${dirname(state)}/outside/file; touch ${scene.kept}/x`,
      ],
    );
    assert.equal(stdout, 'secret', stderr);
    assert.equal(overlaysOf(scene.kept).length, 1);
  }
  // Without an overlay of its own, a program cannot change it.
  const { stderr } = scene.run(
    ...['exec', '--base', 'system', '--write', dirname(state), '--', '/bin/sh'],
    ...['-c', `echo 2 > ${scene.upper()}/a; echo twin > ${dirname(state)}/outside/twin`],
  );
  assert.match(stderr, /Read-only file system/);
  assert.ok(existsSync(join(scene.outside, 'twin')));
  const { status, stderr: refused } = scene.run(
    ...['exec', '--base', 'system', '--overlay', '.', '--read', scene.upper(), '--', 'true'],
  );
  assert.equal(status, 65);
  assert.match(refused, /changes that are kept aside lie there/);
});

test('the table of mounts does not tell where changes are kept', (t) => {
  const scene = trial(t, {});
  const { stdout } = scene.change('cat /proc/self/mountinfo');
  assert.match(stdout, / overlay /);
  assert.ok(!stdout.includes('cloudabi/overlays'));
});

test('pipes, huge files with holes and unreadable files hold no command up, and arrive as they are', (t) => {
  const scene = trial(t, { a: '1', pipe: '1' });
  scene.change(
    'rm pipe; mkfifo pipe; truncate -s 1T huge; printf end | dd of=huge bs=1 seek=1099511627773 conv=notrunc status=none; echo x > w; chmod 200 w',
  );
  const shown = scene.run('changes');
  assert.match(shown.stdout, /^created {4}huge {2}1099511627776 bytes$/m);
  assert.equal(shown.status, 0, shown.stderr);
  const { status, stderr } = scene.run('commit');
  assert.equal(status, 0, stderr);
  const huge = statSync(join(scene.directory, 'huge'));
  assert.equal(huge.size, 2 ** 40);
  assert.ok(huge.blocks < 1000, `${huge.blocks} blocks`);
  assert.ok(lstatSync(join(scene.directory, 'pipe')).isFIFO());
  assert.equal(statSync(join(scene.directory, 'w')).mode & 0o777, 0o200);
});

test('a tree that is deeper than any path is named, and discarded', (t) => {
  const scene = trial(t, {});
  python(
    scene,
    `import os
for _ in range(400):
    os.mkdir("d" * 200); os.chdir("d" * 200)
open("file", "w").close()
os.chmod(".", 0)`,
  );
  for (const args of [['changes'], ['commit']]) {
    const { status, stderr } = scene.run(...args);
    assert.equal(status, 66);
    assert.match(stderr, /lie too deep to be reached by a path; discard it/);
  }
  assert.equal(scene.run('discard').status, 0);
  assert.deepEqual(overlaysOf(scene.kept), []);
});

test('a link in the place of a narrower grant leads the next run nowhere', (t) => {
  const scene = trial(t, { 'd/hooks/hook': '1' });
  const inner = ['--read', `${scene.outside}:${join(scene.directory, 'd/hooks')}`];
  assert.equal(scene.change('cat d/hooks/file', ...inner).stdout, 'secret');
  scene.change('mv d/hooks d/other || { cp -r d/hooks d/other; rm -r d/hooks; }; ln -s /tmp d/hooks');
  const { status, stdout } = scene.change('ls /tmp; ls -l d', ...inner);
  assert.notEqual(status, 0);
  assert.equal(stdout, '');
});

test('a file of the host is not changed through another name in the overlay', (t) => {
  const scene = trial(t, { a: '1', b: '1' });
  scene.change('ln a c; echo 2 > c; exec 3<> b; echo 3 >&3; truncate -s 0 /proc/self/fd/3');
  for (const name of ['a', 'b']) assert.equal(readFileSync(join(scene.directory, name), 'utf8'), '1');
  assert.equal(scene.change('cat c').stdout, '2\n');
});
