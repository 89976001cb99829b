import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { rights } from '../../src/capsicum/index.ts';
import { modulePath, told } from '../frame/capsicum/child.ts';

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
import { errnoName } from '${new URL('../../../dist/linux/errno.js', import.meta.url).href}';
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
        // A mapping shows what is in the file.
        withheld === 'read' ? ['read', 'map'] : [withheld],
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

  test('limits add up, and say what cannot be limited', async () => {
    const answers = await told(`
      const wrong = (action) => { try { action(); return 'accepted'; } catch (error) { return error.message; } };
      const file = fs.openSync('/dev/null', 'r+');
      limit(file, { rights: ['read', 'stat'] });
      limit(file, { rights: ['write', 'stat'] });
      const answers = [wrong(() => limit(file, { rights: ['poll'] })), wrong(() => limit(file, { rights: ['fly'] })), wrong(() => limit({}, {}))];
      enter();
      answers.push(attempt(() => fs.readSync(file, Buffer.alloc(1))), attempt(() => fs.writeSync(file, 'x')), attempt(() => fs.fstatSync(file).isFile()));
      tell(answers);`);
    assert.ok(Array.isArray(answers));
    assert.match(answers[0], /^'poll' cannot be withheld: poll and select take descriptor numbers in memory/);
    assert.match(answers[1], /^'fly' is no right\. Rights are read, write, /);
    assert.deepEqual(answers.slice(2), [
      'The object to limit or keep has no open descriptor',
      'EPERM',
      'EPERM',
      false,
    ]);
  });

  test('a mapping is judged by what it could become: what cannot be read or written cannot be mapped so', async () => {
    const answers = await told(
      `const [path] = process.argv.slice(1);
       fs.writeFileSync(path, 'x'.repeat(4096));
       const PROT = { none: 0, read: 1, write: 2 }, SHARED = 1, PRIVATE = 2, VALIDATE = 3, ANONYMOUS = 0x20;
       const open = (flags, ...rights) => { const file = fs.openSync(path, flags); limit(file, { rights }); return file; };
       const files = { readMap: open('r+', 'read', 'map'), readOnly: open('r', 'read', 'map'), map: open('r+', 'map'),
         writeMap: open('r+', 'write', 'map'), all: open('r+', 'read', 'write', 'map'), read: open('r+', 'read', 'write') };
       enter();
       const map = (file, protection, flags) => {
         const address = syscall(callNumberOf('mmap'), 0, 4096, protection, flags, file, 0);
         if (address < 0) return 'refused';
         return syscall(callNumberOf('mprotect'), address, 4096, PROT.read | PROT.write) < 0 ? 'read' : 'written';
       };
       const answers = {};
       for (const [name, file] of Object.entries(files)) answers[name] = [
         map(file, PROT.read, PRIVATE), map(file, PROT.read, SHARED), map(file, PROT.read, VALIDATE),
         map(file, PROT.none, SHARED), map(file, PROT.read | PROT.write, SHARED), map(file, PROT.read, PRIVATE | ANONYMOUS),
       ];
       tell(answers);`,
      { args: [join(base, 'mapped')] },
    );
    const refused = 'refused';
    assert.deepEqual(answers, {
      // A private mapping changes nothing of the file.
      readMap: ['written', refused, refused, refused, refused, 'written'],
      readOnly: ['written', 'read', 'read', 'read', refused, 'written'],
      map: [refused, refused, refused, refused, refused, 'written'],
      writeMap: [refused, refused, refused, refused, refused, 'written'],
      all: ['written', 'written', 'written', 'written', 'written', 'written'],
      read: [refused, refused, refused, refused, refused, 'written'],
    });
  });

  test('hundreds of descriptors can be limited, and too many are told before anything has changed', async () => {
    const answers = await told(
      `const open = () => fs.openSync('/dev/null', 'r+');
       const some = Array.from({ length: 300 }, open);
       for (const file of some) limit(file, { rights: ['stat'] });
       enter();
       const done = some.map((file) => [attempt(() => fs.writeSync(file, 'x')), attempt(() => fs.readSync(file, Buffer.alloc(1))), attempt(() => fs.fstatSync(file).isFile())].join());
       tell([[...new Set(done)], attempt(() => fs.writeSync(1, '') === 0)]);`,
    );
    assert.deepEqual(answers, [['EPERM,EPERM,false'], true]);
    const many = await told(
      `for (let count = 0; count < 3000; count++) limit(fs.openSync('/dev/null', 'r+'), { rights: ['stat'], fcntls: [count % 4 + 1] });
       tell([attempt(() => enter()), inCapabilityMode(), attempt(() => fs.readdirSync('/').length > 0)]);`,
    );
    assert.deepEqual(many, ['too_many_limits', false, true]);
  });

  test('counts at once in capability mode, on every thread, and adds to what was limited before', async () => {
    const answers = await told(
      `import { Worker } from 'node:worker_threads';
       const file = fs.openSync('/dev/null', 'r+');
       const early = new Worker(\`import(\${JSON.stringify(process.argv[1])}).then(({ limit, rightsOf }) => {
         const { parentPort } = process.getBuiltinModule('node:worker_threads');
         parentPort.on('message', ([file, limits]) => { if (limits) limit(file, limits); parentPort.postMessage(rightsOf(file)); });
         parentPort.postMessage('up'); });\`, { eval: true });
       const heard = () => new Promise((resolve) => early.once('message', resolve));
       await heard();
       limit(file, { rights: ['read', 'write', 'stat'] });
       const before = capsicum.rightsOf(file);
       enter();
       const first = attempt(() => fs.writeSync(file, 'x'));
       limit(file, { rights: ['read', 'stat', 'seek'] });
       const second = [attempt(() => fs.writeSync(file, 'x')), attempt(() => fs.readSync(file, Buffer.alloc(1)))];
       early.postMessage([file]);
       const seen = await heard();
       early.postMessage([file, { rights: ['stat'] }]);
       const narrowed = await heard();
       const third = attempt(() => fs.readSync(file, Buffer.alloc(1)));
       const close = fs.closeSync(file);
       tell({ before, first, second, seen, narrowed, third, here: capsicum.rightsOf(file), others: capsicum.rightsOf(1).length });
       process.exit(0);`,
      { args: [modulePath] },
    );
    assert.deepEqual(answers, {
      before: ['read', 'write', 'stat'],
      first: 1,
      second: ['EPERM', 0],
      seen: ['read', 'stat'],
      narrowed: ['stat'],
      third: 'EPERM',
      here: ['stat'],
      others: Object.keys(rights).length,
    });
  });

  test('is for the main thread before enter, and enter for the thread that has limited', async () => {
    const answers = await told(
      `import { Worker } from 'node:worker_threads';
       limit(1, { rights: ['write', 'stat'] });
       const worker = new Worker(\`import(\${JSON.stringify(process.argv[1])}).then(({ limit, enter }) => {
         const wrong = (action) => { try { action(); return 'accepted'; } catch (error) { return error.message; } };
         process.getBuiltinModule('node:worker_threads').parentPort.postMessage([wrong(() => limit(0, {})), wrong(() => enter())]); });\`, { eval: true });
       tell(await new Promise((resolve) => worker.once('message', resolve)));`,
      { args: [modulePath] },
    );
    assert.deepEqual(answers, [
      'Before enter(), descriptors are limited on the main thread, of whose limits enter() knows',
      'The main thread has limited descriptors, so that enter() must be called there',
    ]);
  });
});
