// `exec --encrypt` and `decrypt`: files that a program finds in the clear, and the host does not.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { encryptedScene } from '../frame/cli/encrypted.ts';
import { childrenOf, until } from '../frame/programs.ts';

const SECRET = 'words that nobody outside should read';

test('a program reads what it has written, and the host finds none of it', (t) => {
  const scene = encryptedScene(t);
  const first = scene.sh(`echo '${SECRET}' > a; mkdir x; mv a x/b; ln x/b c; ln -s c l; chmod 640 c; ls -A`);
  assert.equal(first.stderr, '');
  assert.equal(first.stdout, 'c\nl\nx\n');
  for (const name of readdirSync(scene.directory, { recursive: true, encoding: 'utf8' })) {
    const path = join(scene.directory, name);
    if (statSync(path).isFile()) assert.equal(readFileSync(path).includes(SECRET), false, name);
  }
  const second = scene.sh('cat l x/b; stat -c %a:%h:%s c; rm x/b; cat c');
  assert.equal(second.stdout, `${SECRET}\n${SECRET}\n640:2:38\n${SECRET}\n`);
});

test('mapped memory, random places, holes, appending and cutting work as on other file systems', (t) => {
  const scene = encryptedScene(t);
  const script = `
import mmap, os, random
rand = random.Random(1)
expected = bytearray(700_000)
f = open('m', 'w+b'); f.truncate(len(expected))
m = mmap.mmap(f.fileno(), 0)
for _ in range(60):
    at = rand.randrange(690_000); part = rand.randbytes(rand.randrange(1, 9000))
    m[at:at+len(part)] = part; expected[at:at+len(part)] = part
m.flush(); m.close()
for _ in range(60):
    at = rand.randrange(690_000); part = rand.randbytes(rand.randrange(1, 9000))
    os.pwrite(f.fileno(), part, at); expected[at:at+len(part)] = part
f.truncate(500_001); f.truncate(600_000)
expected = expected[:500_001] + bytes(99_999)
assert open('m', 'rb').read() == expected
a = open('a', 'ab'); a.write(b'one '); a.flush(); open('a', 'ab').write(b'two '); a.write(b'three'); a.close()
assert open('a').read() == 'one two three'
os.unlink('a')
s = open('s', 'wb'); s.seek(10**9); s.write(b'x'); s.close()
assert os.stat('s').st_size == 10**9 + 1
g = open('gone', 'w+'); os.unlink('gone'); g.write('kept'); g.seek(0); assert g.read() == 'kept'
os.rename('m', 'n'); os.link('n', 'o'); os.rename('s', 'o')
assert os.stat('n').st_nlink == 1 and os.stat('o').st_size == 10**9 + 1
os.utime('n', (1, 2)); assert os.stat('n').st_mtime == 2
print('done')`;
  writeFileSync(join(scene.folder, 'try.py'), script);
  const { stdout, stderr } = scene.sh('python3 ../try.py', '--read', join(scene.folder, 'try.py'));
  assert.equal(stderr, '');
  assert.equal(stdout, 'done\n');
  assert.ok(statSync(join(scene.directory, 'o')).size < 100_000, 'holes take no space');
});

test('the file that says how a directory is encrypted is not the program’s', (t) => {
  const scene = encryptedScene(t);
  const { stdout } = scene.sh(
    'ls -A; cat .cloudabi-encrypted; rm .cloudabi-encrypted; echo x > .cloudabi-encrypted; echo a > a; mv a .cloudabi-encrypted; ls -A',
  );
  assert.equal(stdout, 'a\n');
  assert.match(readFileSync(join(scene.directory, '.cloudabi-encrypted'), 'utf8'), /"format": 1/);
});

test('a damaged file is an error, and its neighbour is read', (t) => {
  const scene = encryptedScene(t);
  assert.equal(scene.sh('echo one > a; echo two > b').status, 0);
  const path = join(scene.directory, 'a');
  const bytes = readFileSync(path);
  bytes.writeUInt8(bytes.readUInt8(8200) ^ 1, 8200);
  writeFileSync(path, bytes);
  const { stdout, stderr } = scene.sh('cat a; cat b');
  assert.equal(stdout, 'two\n');
  assert.match(stderr, /cat: a: Input\/output error/);
  assert.match(stderr, /cloudabi: .*\/d\/a is damaged, or was encrypted with another key/);
  const checked = scene.run('decrypt', '--key', scene.key, 'd', '--check');
  assert.equal(checked.status, 66);
  assert.equal(checked.stdout, '1 files are authentic, 1 are not.\n');
  assert.match(checked.stderr, /Cannot decrypt 'd\/a': it is damaged/);
});

test('a person gets the data back without the program', (t) => {
  const scene = encryptedScene(t);
  scene.sh('mkdir -p x/y; echo one > x/y/a; echo two > b; ln -s b l; chmod 700 x; chmod 750 b');
  assert.equal(scene.run('decrypt', '--key', scene.key, 'd', 'x/y/a').stdout, 'one\n');
  const all = scene.run('decrypt', '--key', scene.key, 'd', '--output', 'out');
  assert.equal(all.stderr, '');
  assert.equal(readFileSync(join(scene.folder, 'out/x/y/a'), 'utf8'), 'one\n');
  assert.equal(readFileSync(join(scene.folder, 'out/l'), 'utf8'), 'two\n');
  assert.equal(statSync(join(scene.folder, 'out/b')).mode & 0o777, 0o750);
  assert.equal(existsSync(join(scene.folder, 'out/.cloudabi-encrypted')), false);
  const again = scene.run('decrypt', '--key', scene.key, 'd', '--output', 'out');
  assert.match(again.stderr, /'out' is not empty; name a new directory/);
});

test('mistakes are said before anything starts', (t) => {
  const scene = encryptedScene(t);
  const grants = ['exec', '--base', 'system', '--encrypt', scene.directory];
  const tries: readonly (readonly [RegExp, readonly string[]])[] = [
    [/--encrypt needs --encrypt-key/, grants],
    [/--encrypt-key needs --encrypt/, ['exec', '--encrypt-key', scene.key]],
    [/Cannot read the secret in .*none': no such file/, [...grants, '--encrypt-key', 'none']],
    [/has 3 bytes, and 32 random ones are needed/, [...grants, '--encrypt-key', 'short']],
    [
      /are encrypted|has files that are not encrypted/,
      ['exec', '--encrypt', 'full', '--encrypt-key', scene.key],
    ],
    [
      /needs namespaces; leave 'walls landlock' out/,
      [...grants, '--encrypt-key', scene.key, '--walls', 'landlock'],
    ],
  ];
  writeFileSync(join(scene.folder, 'short'), 'abc');
  scene.run('exec', '--base', 'system', '--write', '.', '--', '/bin/sh', '-c', 'mkdir full; echo > full/a');
  for (const [wanted, words] of tries) {
    const { status, stderr } = scene.run(...words, '--', '/bin/true');
    assert.match(stderr, wanted);
    assert.notEqual(status, 0);
  }
  assert.equal(scene.sh('echo a > a').status, 0);
  writeFileSync(scene.key, Buffer.alloc(32, 1));
  assert.match(scene.sh('cat a').stderr, /The key of .* is not that of /);
});

test('two programs do not write one directory at once', async (t) => {
  const scene = encryptedScene(t);
  const first = scene.begin('mkfifo f; echo on; read line < f');
  await once(first.stdout, 'data');
  assert.match(scene.sh('true').stderr, /is encrypted, and another program has it/);
  assert.match(
    scene.run('decrypt', '--key', scene.key, 'd', '--check').stderr,
    /A program that may write 'd' runs; wait for its end/,
  );
  first.kill();
  await once(first, 'close');
});

test('a program whose server is killed ends, and what it had written is there', async (t) => {
  const scene = encryptedScene(t);
  const first = scene.begin('i=0; while :; do i=$((i+1)); echo $i > n.new && mv n.new n && echo $i; done');
  const ended = once(first, 'close');
  let said = '';
  let wrong = '';
  first.stdout.on('data', (bytes) => {
    said += bytes;
  });
  first.stderr.on('data', (bytes) => {
    wrong += bytes;
  });
  await until('it has written', () => said.split('\n').length > 20);
  const server = childrenOf(first.pid ?? 0).find((pid) =>
    readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('encryption-process'),
  );
  assert.ok(server !== undefined);
  // Keys at a terminal reach the sessions of others alone (proc_pid_stat(5), the sixth field).
  const [, , , session] = readFileSync(`/proc/${server}/stat`, 'utf8')
    .replace(/^.*\) /s, '')
    .split(' ');
  assert.equal(Number(session), server);
  process.kill(server, 'SIGKILL');
  await ended;
  assert.match(wrong, /The process that serves an encrypted directory of the program has ended/);
  const last = Number(said.trimEnd().split('\n').at(-1));
  const { stdout, stderr } = scene.sh('cat n');
  assert.equal(stderr, '');
  assert.ok(Number(stdout) === last || Number(stdout) === last + 1, `${stdout} after ${last}`);
});
