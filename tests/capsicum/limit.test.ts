import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { rights } from '../../src/capsicum/index.ts';
import { told } from './child.ts';

const base = mkdtempSync(join(tmpdir(), 'limit-'));
const file = join(base, 'file');
after(() => rmSync(base, { recursive: true, force: true }));

/** For each right, what it takes to use it, on a file or a listening or connected socket. */
const uses: Readonly<Record<string, string>> = {
  read: `fs.readSync(target.file, Buffer.alloc(1), 0, 1, null)`,
  write: `fs.writeSync(target.file, 'x')`,
  seek: `check(syscall(callNumberOf('lseek'), target.file, 0, 0))`,
  truncate: `fs.ftruncateSync(target.file, 1)`,
  sync: `fs.fsyncSync(target.file)`,
  stat: `fs.fstatSync(target.file)`,
  attributes: `fs.fchmodSync(target.file, 0o600)`,
  lock: `check(syscall(callNumberOf('flock'), target.file, 8))`,
  map: `check(syscall(callNumberOf('mmap'), 0, 4096, 1, 2, target.file, 0))`,
  lookup: `check(syscall(callNumberOf('newfstatat'), target.directory, address('file'), address(' '.repeat(256)), 0))`,
  accept: `unless(syscall(callNumberOf('accept4'), target.listener, 0, 0, 0x800), -11)`,
  listen: `check(syscall(callNumberOf('listen'), target.listener, 5))`,
  shutdown: `check(syscall(callNumberOf('shutdown'), target.socket, 1))`,
  options: `check(syscall(callNumberOf('getsockopt'), target.socket, 1, 4, address('    '), address('\\x04\\0\\0\\0')))`,
  name: `check(syscall(callNumberOf('getsockname'), target.socket, address(' '.repeat(128)), address('\\x10\\0\\0\\0')))`,
};

const preparation = `
import net from 'node:net';
import { addressOf } from '${new URL('../../../dist/host/libc.js', import.meta.url).href}';
import { errnoName } from '${new URL('../../../dist/host/errno.js', import.meta.url).href}';
const [base, withheld] = process.argv.slice(1);
const texts = [];
const address = (text) => { const buffer = Buffer.from(text + '\\0'); texts.push(buffer); return addressOf(buffer); };
const check = (result) => { if (result < 0) throw { code: errnoName(-result) }; };
const unless = (result, expected) => { if (result !== expected) check(result); };
const listener = net.createServer((socket) => socket.resume()).listen(0, '127.0.0.1');
await new Promise((resolve) => listener.on('listening', resolve));
const socket = net.connect(listener.address().port, '127.0.0.1');
await new Promise((resolve) => socket.on('connect', resolve));
fs.writeFileSync(base + '/file', 'contents');
const target = {
  file: fs.openSync(base + '/file', 'r+'), directory: fs.openSync(base, 'r'),
  listener: listener._handle.fd, socket: socket._handle.fd,
};
const twin = { file: fs.openSync(base + '/file', 'r+') };
`;

describe('limit', () => {
  test('every right can be withheld alone: its use is refused, and every other goes on', async () => {
    assert.deepEqual(Object.keys(uses).sort(), Object.keys(rights).sort());
    // lookups are about kept directories; the directory is one, so that they work at all.
    for (const withheld of Object.keys(rights)) {
      const answers = await told(
        `${preparation}
         const left = Object.keys(capsicum.rights).filter((right) => right !== withheld);
         for (const descriptor of Object.values(target)) limit(descriptor, { rights: left });
         enter({ keep: { [base]: 'all' } });
         tell({ ${Object.entries(uses)
           .map(([right, use]) => `${right}: attempt(() => { ${use} })`)
           .join(
             ', ',
           )}, twin: attempt(() => { fs.readSync(twin.file, Buffer.alloc(1)); fs.writeSync(twin.file, 'x'); fs.ftruncateSync(twin.file, 1); fs.fstatSync(twin.file); }) });
         process.exit(0);`,
        { args: [base, withheld] },
      );
      const refused = Object.entries(answers ?? {}).filter(([, answer]) => answer !== 'done');
      assert.deepEqual(
        refused.map(([name]) => name),
        [withheld],
        JSON.stringify(answers),
      );
      assert.match(String(refused[0]?.[1]), /^(?:EPERM|EACCES)$/);
    }
  });

  test('a limited descriptor cannot become one that is not', async () => {
    writeFileSync(file, 'contents');
    const answers = await told(
      `${preparation}
       limit(target.file, { rights: ['read', 'stat'] });
       const sockets = new Int32Array(2);
       syscall(callNumberOf('socketpair'), 1, 1, 0, addressOf(sockets));
       enter({ keep: { [base]: 'all' } });
       const control = new BigUint64Array([20n, (1n << 32n) + 1n, BigInt(target.file)]);
       const vector = new BigUint64Array([BigInt(addressOf(Buffer.from('x'))), 1n]);
       const message = new BigUint64Array([0n, 0n, BigInt(addressOf(vector)), 1n, BigInt(addressOf(control)), 24n, 0n]);
       const raw = (call, ...values) => { const result = syscall(callNumberOf(call), ...values); return result < 0 ? errnoName(-result) : 'succeeded'; };
       tell({
         dup: raw('dup', target.file), dup3: raw('dup3', target.file, 200, 0), onto: raw('dup3', twin.file, target.file, 0),
         fcntl: raw('fcntl', target.file, 0, 3), cloexec: raw('fcntl', target.file, 1030, 3),
         message: raw('sendmsg', sockets[0], addressOf(message), 0),
         again: attempt(() => fs.openSync('/proc/self/fd/' + target.file, 'r+')),
         pidfd: errnoName(-syscall(438, 3, target.file, 0)),
         twins: [raw('dup', twin.file), raw('dup3', twin.file, 201, 0), raw('fcntl', twin.file, 0, 3)],
         write: attempt(() => fs.writeSync(target.file, 'x')),
       });
       process.exit(0);`,
      { args: [base, ''] },
    );
    assert.deepEqual(answers, {
      dup: 'EPERM',
      dup3: 'EPERM',
      onto: 'EPERM',
      fcntl: 'EPERM',
      cloexec: 'EPERM',
      message: 'EPERM',
      again: 'EACCES',
      pidfd: 'EPERM',
      twins: ['succeeded', 'succeeded', 'succeeded'],
      write: 'EPERM',
    });
  });

  test('the number of a limited descriptor that is closed is not given to another file', async () => {
    const answers = await told(
      `${preparation}
       limit(target.file, { rights: ['read'] });
       enter({ keep: { [base]: 'all' } });
       fs.closeSync(target.file);
       const opened = Array.from({ length: 20 }, () => fs.openSync(base + '/file', 'r+'));
       tell([opened.includes(target.file), opened.every((descriptor) => fs.writeSync(descriptor, 'x') === 1), attempt(() => fs.readSync(target.file, Buffer.alloc(1)))]);
       process.exit(0);`,
      { args: [base, ''] },
    );
    assert.deepEqual(answers, [false, true, 0]);
  });

  test('fcntl commands and ioctl requests are limited one by one, so that a log can only grow', async () => {
    writeFileSync(file, 'first\n');
    const answers = await told(
      `const [path] = process.argv.slice(1);
       const log = fs.openSync(path, 'a');
       limit(log, { rights: ['write', 'sync', 'stat'], fcntls: [3], ioctls: [] });
       enter();
       const raw = (call, ...values) => syscall(callNumberOf(call), ...values);
       tell([
         attempt(() => fs.writeSync(log, 'second\\n')),
         raw('fcntl', log, 3) >= 0, raw('fcntl', log, 4, 0), raw('ioctl', log, 0x541b, 0), raw('ftruncate', log, 0), raw('pwrite64', log, 0, 0, 0),
       ]);`,
      { args: [file] },
    );
    assert.deepEqual(answers, [7, true, -1, -1, -1, -1]);
    assert.equal(readFileSync(file, 'utf8'), 'first\nsecond\n');
  });

  test('limits add up, come before enter, and say what cannot be limited', async () => {
    const answers = await told(`
      const wrong = (action) => { try { action(); return 'accepted'; } catch (error) { return error.message; } };
      const file = fs.openSync('/dev/null', 'r+');
      limit(file, { rights: ['read', 'stat'] });
      limit(file, { rights: ['write', 'stat'] });
      const answers = [wrong(() => limit(file, { rights: ['poll'] })), wrong(() => limit(file, { rights: ['fly'] })), wrong(() => limit({}, {}))];
      enter();
      answers.push(attempt(() => fs.readSync(file, Buffer.alloc(1))), attempt(() => fs.writeSync(file, 'x')), attempt(() => fs.fstatSync(file).isFile()));
      answers.push(wrong(() => limit(file, {})));
      tell(answers);`);
    assert.ok(Array.isArray(answers));
    assert.match(answers[0], /^'poll' cannot be withheld: poll and select take descriptor numbers in memory/);
    assert.match(answers[1], /^'fly' is no right\. Rights are read, write, /);
    assert.deepEqual(answers.slice(2), [
      'What is to be limited or kept has no open descriptor',
      'EPERM',
      'EPERM',
      false,
      'Descriptors are limited before enter(), which has been called',
    ]);
  });
});
