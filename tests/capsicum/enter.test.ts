import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { inChild, modulePath, told } from '../frame/capsicum/child.ts';

const base = mkdtempSync(join(tmpdir(), 'enter-'));
const kept = join(base, 'kept');
mkdirSync(join(kept, 'deep'), { recursive: true });
writeFileSync(join(kept, 'file'), 'kept');
writeFileSync(join(kept, 'deep/file'), 'deep');
symlinkSync(kept, join(base, 'alias'));
after(() => rmSync(base, { recursive: true, force: true }));

describe('enter', () => {
  test('is for ever, and once is enough', async () => {
    assert.deepEqual(
      await told(`const before = inCapabilityMode(); enter(); enter(); tell([before, inCapabilityMode()]); `),
      [false, true],
    );
  });

  test('asking for more a second time is a mistake that says what is missing; asking for less is none', async () => {
    const answers = await told(
      `const wrong = (options) => { try { enter(options); return 'accepted'; } catch (error) { return error.code + ': ' + error.message; } };
       const [kept] = process.argv.slice(1);
       enter({ keep: { [kept]: ['read', 'write'] } });
       tell([
         wrong({ keep: { [kept]: 'read' } }),
         wrong({ keep: { [kept]: ['read', 'remove'] } }),
         wrong({ keep: { '/': 'read' } }),
         wrong({ workers: true }),
       ]);`,
      { args: [kept] },
    );
    assert.deepEqual(answers, [
      'accepted',
      `already_entered: This process is in capability mode already, without the access 'remove' to '${kept}'`,
      "already_entered: This process is in capability mode already, without the access 'read' to '/'",
      'already_entered: This process is in capability mode already, without being able to start workers',
    ]);
  });

  test('is seen from every thread, and counts for all of them', async () => {
    const answers = await told(
      `import { Worker } from 'node:worker_threads';
       const source = \`import('\${process.argv[1]}').then(({ inCapabilityMode, enter }) => {
         const { parentPort } = require('node:worker_threads');
         parentPort.on('message', () => {
           const seen = inCapabilityMode();
           enter();
           let read; try { require('node:fs').readFileSync('/etc/passwd'); read = 'succeeded'; } catch (error) { read = error.code; }
           let more; try { enter({ workers: true }); } catch (error) { more = error.code; }
           parentPort.postMessage([seen, read, more]);
           parentPort.close();
         });
         parentPort.postMessage(inCapabilityMode());
       })\`;
       const worker = new Worker(source, { eval: true, execArgv: [] });
       const next = () => new Promise((resolve) => worker.once('message', resolve));
       const before = await next();
       enter();
       worker.postMessage('now');
       tell([before, await next()]);`,
      { args: [new URL('../../../dist/capsicum/index.js', import.meta.url).href] },
    );
    assert.deepEqual(answers, [false, [true, 'EACCES', 'already_entered']]);
  });

  test('outlives the worker that has called it, with what it has kept', async () => {
    const answers = await told(
      `import { Worker } from 'node:worker_threads';
       const [kept, module] = process.argv.slice(1);
       const worker = new Worker(\`import(\${JSON.stringify(module)}).then(({ enter }) => enter({ keep: { \${JSON.stringify(kept)}: 'read' } }))\`, { eval: true });
       await new Promise((resolve) => worker.on('exit', resolve));
       tell([inCapabilityMode(), attempt(() => fs.readFileSync(kept + '/file', 'utf8')), attempt(() => fs.readdirSync('/')), process.memoryUsage().rss > 0]);`,
      { args: [kept, modulePath] },
    );
    assert.deepEqual(answers, [true, 'kept', 'EACCES', true]);
  });

  test('is known to a worker that loads the module again', async () => {
    const answers = await told(
      `import { setEnvironmentData, Worker } from 'node:worker_threads';
       const [module] = process.argv.slice(1);
       // As enter() leaves it to workers: the address of the table of lookups.
       setEnvironmentData('cloudabi-lookups', 4096);
       const worker = new Worker(\`Promise.all([import(\${JSON.stringify(module)}), import('node:worker_threads')]).then(([{ inCapabilityMode }, { parentPort }]) => parentPort.postMessage(inCapabilityMode()))\`, { eval: true });
       tell(await new Promise((resolve, reject) => worker.on('message', resolve).on('error', reject)));`,
      { args: [modulePath] },
    );
    assert.equal(answers, false);
  });

  test('mistakes are found before anything has changed', async () => {
    const answers = await told(
      `const [file] = process.argv.slice(1);
       const wrong = (options) => { try { enter(options); return 'accepted'; } catch (error) { return error.message; } };
       tell([
         wrong({ keep: { [file]: 'read' } }),
         wrong({ keep: { '/nowhere': 'read' } }),
         wrong({ keep: { '/': 'execute' } }),
         wrong({ keep: { '/': [] } }),
         wrong({ keep: { '/': 'all', '/usr': ['read', 'write'] } }),
         wrong({ keep: [{ directory: 1, access: 'read' }] }),
         wrong({ descriptors: [{}] }),
         inCapabilityMode(),
         fs.readFileSync(file, 'utf8'),
       ]);`,
      { args: [join(kept, 'file')] },
    );
    assert.deepEqual(answers, [
      `Cannot keep '${join(kept, 'file')}': it cannot be opened as a directory (ENOTDIR)`,
      "Cannot keep '/nowhere': it cannot be opened as a directory (ENOENT)",
      "The access to '/' is 'execute': expected 'all' or some of read, write, create, remove",
      "The access to '/' is 'nothing': expected 'all' or some of read, write, create, remove",
      "Cannot keep '/usr' without 'create' and 'remove': it lies in '/', which is kept with that, and so is everything in it. Keep both with the same access, or directories beside each other",
      'Descriptor 1 is not a directory that has a path',
      'The object to limit or keep has no open descriptor',
      false,
      'kept',
    ]);
  });

  test('background work of Node goes on: timers, signals, the pool, WebAssembly, a second event loop', async () => {
    const answers = await told(`
      import { createHash, pbkdf2, randomBytes } from 'node:crypto';
      import { promisify } from 'node:util';
      import { gzip } from 'node:zlib';
      import vm from 'node:vm';
      enter();
      setInterval(() => undefined, 1000);
      const signal = new Promise((resolve) => process.on('SIGTERM', () => resolve('signal')));
      process.kill(process.pid, 'SIGTERM');
      tell([
        await new Promise((resolve) => setTimeout(resolve, 5, 'timer')),
        await signal,
        (await promisify(pbkdf2)('a', 'b', 1, 8, 'sha256')).length,
        (await promisify(gzip)('x')).length > 0,
        randomBytes(4).length,
        vm.runInNewContext('1 + 1', {}, { timeout: 1000 }),
        (await WebAssembly.compile(new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0]))) instanceof WebAssembly.Module,
        attempt(() => { try { vm.runInNewContext('for(;;);', {}, { timeout: 20 }) } catch (error) { return error.code } }),
        process.memoryUsage().rss > 1e6,
      ]);
      process.exit(0);`);
    assert.deepEqual(answers, ['timer', 'signal', 8, true, 4, 2, true, 'ERR_SCRIPT_EXECUTION_TIMEOUT', true]);
  });

  test('a process ends as it would have, with its exit code', async () => {
    const { status, stderr } = await inChild(`enter(); process.exitCode = 7;`);
    assert.deepEqual([status, stderr], [7, '']);
  });
});

describe('a kept directory', () => {
  test('is reached by its path, its alias and from the working directory, with dots and doubled slashes', async () => {
    const answers = await told(
      `const [base] = process.argv.slice(1);
       process.chdir(base + '/kept');
       enter({ keep: { [base + '/alias']: 'read' } });
       const read = (path) => attempt(() => fs.readFileSync(path, 'utf8'));
       tell([
         read(base + '/alias/file'), read(base + '/kept/file'), read('file'), read('./deep/../deep/file'),
         read(base + '//kept/./deep//file'), read('../kept/file'), attempt(() => fs.realpathSync(base + '/alias/deep/file')),
         attempt(() => fs.realpathSync.native('deep')), attempt(() => fs.readdirSync('.').sort()),
         attempt(() => fs.statSync('').size),
       ]);`,
      { args: [base] },
    );
    assert.deepEqual(answers, [
      'kept',
      'kept',
      'kept',
      'deep',
      'deep',
      'EACCES',
      join(kept, 'deep/file'),
      join(kept, 'deep'),
      ['deep', 'file'],
      'ENOENT',
    ]);
  });

  test('gives the access that was named and no other', async () => {
    const folders = ['read', 'write', 'create', 'remove'] as const;
    for (const name of folders) {
      mkdirSync(join(base, name));
      writeFileSync(join(base, name, 'file'), name);
    }
    const answers = await told(
      `const [base] = process.argv.slice(1);
       enter({ keep: Object.fromEntries(${JSON.stringify(folders)}.map((name) => [base + '/' + name, name])) });
       tell(Object.fromEntries(${JSON.stringify(folders)}.map((name) => {
         const at = (file) => base + '/' + name + '/' + file;
         return [name, [
           attempt(() => fs.readFileSync(at('file'), 'utf8')), attempt(() => fs.writeSync(fs.openSync(at('file'), 'a'), 'x')),
           attempt(() => fs.openSync(at('new'), 'wx') > 0), attempt(() => fs.mkdirSync(at('directory'))),
           attempt(() => fs.chmodSync(at('file'), 0o600)), attempt(() => fs.unlinkSync(at('file'))),
         ]];
       })));`,
      { args: [base] },
    );
    assert.deepEqual(answers, {
      read: ['read', 'EACCES', 'EACCES', 'EACCES', 'EACCES', 'EACCES'],
      write: ['EACCES', 1, 'EACCES', 'EACCES', 'EACCES', 'EACCES'],
      create: ['EACCES', 'EACCES', 'EACCES', 'done', 'EACCES', 'EACCES'],
      remove: ['EACCES', 'EACCES', 'EACCES', 'EACCES', 'EACCES', 'done'],
    });
  });

  test('gives new files the mode that was asked for', async () => {
    const answers = await told(
      `const [kept] = process.argv.slice(1);
       process.umask(0);
       enter({ keep: { [kept]: 'all' } });
       tell([0o600, 0o644, 0o666, 0o755, 0o777, 0o123].map((mode) => attempt(() => {
         fs.writeFileSync(kept + '/mode', '', { mode });
         const got = fs.statSync(kept + '/mode').mode & 0o777;
         fs.unlinkSync(kept + '/mode');
         return got === mode;
       })));`,
      { args: [kept] },
    );
    assert.deepEqual(answers, [true, true, true, true, true, 'EINVAL']);
  });

  test('is reached by the calls of old libraries as by those of new ones', {
    skip: process.arch !== 'x64' && 'this processor never had them',
  }, async () => {
    const answers = await told(
      `import { callNumber } from '${new URL('../../../dist/linux/system-calls.js', import.meta.url).href}';
       import { NativeMemory } from '${new URL('../../../dist/host/memory.js', import.meta.url).href}';
       const [kept] = process.argv.slice(1);
       enter({ keep: { [kept]: 'all' } });
       const texts = [];
       const text = (value) => { const memory = new NativeMemory(value.length + 1); memory.bytes.set(Buffer.from(value)); texts.push(memory); return memory.address; };
       const here = (name) => text(kept + '/' + name);
       const into = new NativeMemory(4096);
       const old = (name, ...values) => syscall(callNumber(name), ...values);
       const isLink = () => (into.view.getUint32(24, true) & 0o170000) === 0o120000;
       const made = old('creat', here('old'), 0o640);
       tell({
         creat: fs.writeSync(made, 'text') === 4 && (fs.fstatSync(made).mode & 0o777) === 0o640,
         open: fs.readSync(old('open', here('old'), 0, 0), Buffer.alloc(9), 0, 9, 0),
         append: fs.writeSync(old('open', here('old'), 0o2001, 0), 'more'),
         exclusive: old('open', here('old'), 0o301, 0o600),
         mkdir: old('mkdir', here('old directory'), 0o700),
         rename: old('rename', here('old'), here('old directory/file')),
         link: old('link', here('old directory/file'), here('hard')),
         symlink: old('symlink', text('hard'), here('soft')),
         readlink: Buffer.from(into.bytes.subarray(0, old('readlink', here('soft'), into.address, 100))).toString(),
         stat: [old('stat', here('soft'), into.address), isLink(), into.view.getBigUint64(48, true) === 8n],
         lstat: [old('lstat', here('soft'), into.address), isLink()],
         access: [old('access', here('hard'), 4), old('access', here('none'), 0)],
         chmod: [old('chmod', here('hard'), 0o600), fs.statSync(kept + '/hard').mode & 0o777],
         unlink: [old('unlink', here('hard')), old('unlink', here('soft')), old('unlink', here('old directory'))],
         rmdir: [old('rmdir', here('old directory')), old('unlink', here('old directory/file')), old('rmdir', here('old directory'))],
         outside: ['open', 'stat', 'lstat', 'access', 'mkdir', 'rmdir', 'unlink', 'readlink', 'chmod', 'creat', 'chdir', 'truncate'].filter((name) =>
           old(name, text('/etc/hostname'), 0, 0) !== -13),
       });`,
      { args: [kept] },
    );
    const [EISDIR, EEXIST, ENOENT, ENOTEMPTY] = [-21, -17, -2, -39];
    assert.deepEqual(answers, {
      creat: true,
      open: 4,
      append: 4,
      exclusive: EEXIST,
      mkdir: 0,
      rename: 0,
      link: 0,
      symlink: 0,
      readlink: 'hard',
      stat: [0, false, true],
      lstat: [0, true],
      access: [0, ENOENT],
      chmod: [0, 0o600],
      unlink: [0, 0, EISDIR],
      rmdir: [ENOTEMPTY, 0, 0],
      outside: [],
    });
  });

  test('stays what it was when it is renamed and another takes its place', async () => {
    mkdirSync(join(base, 'moving'));
    mkdirSync(join(base, 'impostor'));
    writeFileSync(join(base, 'moving/file'), 'true');
    writeFileSync(join(base, 'impostor/file'), 'false');
    const answers = await told(
      `import { Worker } from 'node:worker_threads';
       import { spawn } from 'node:child_process';
       import { once } from 'node:events';
       const [base] = process.argv.slice(1);
       const mover = spawn(process.execPath, ['-e', \`process.stdin.once('data', () => {
         const fs = require('node:fs');
         fs.renameSync('\${base}/moving', '\${base}/moved');
         fs.symlinkSync('\${base}/impostor', '\${base}/moving');
         process.stdout.write('moved');
       });\`], { stdio: ['pipe', 'pipe', 'inherit'] });
       enter({ keep: { [base + '/moving']: 'read' } });
       mover.stdin.end('go');
       await once(mover.stdout, 'data');
       tell([attempt(() => fs.readFileSync(base + '/moving/file', 'utf8')), attempt(() => fs.readFileSync(base + '/impostor/file', 'utf8'))]);
       process.exit(0);`,
      { args: [base] },
    );
    assert.deepEqual(answers, ['true', 'EACCES']);
  });
});

describe('descriptors', () => {
  test('all stay by default; named ones alone when they are named, and no number changes hands', async () => {
    const answers = await told(
      `const [file] = process.argv.slice(1);
       const [a, b] = [fs.openSync(file), fs.openSync(file)];
       process.on('SIGTERM', () => undefined);
       enter({ descriptors: [1, 2, a] });
       tell([
         attempt(() => fs.readFileSync(a, 'utf8')), attempt(() => fs.readFileSync(b, 'utf8')),
         await new Promise((resolve) => setTimeout(resolve, 5, 'the loop runs')),
       ]);
       process.exit(0);`,
      { args: [join(kept, 'file')] },
    );
    assert.deepEqual(answers, ['kept', '', 'the loop runs']);
  });

  test('helpers that were started before can end, and how is told', async () => {
    const answers = await told(
      `import { spawn, fork } from 'node:child_process';
       const helper = spawn('/bin/sh', ['-c', 'read line; exit 7'], { stdio: ['pipe', 'ignore', 'inherit'] });
       const killed = spawn('/bin/sh', ['-c', 'read line; kill -9 $$'], { stdio: ['pipe', 'ignore', 'inherit'] });
       const ended = (child) => new Promise((resolve) => child.on('exit', (...how) => resolve(how)));
       const ends = [ended(helper), ended(killed)];
       enter();
       helper.stdin.end('go\\n');
       killed.stdin.end('go\\n');
       tell([await ends[0], await ends[1], attempt(() => process.kill(killed.pid, 0))]);`,
    );
    assert.deepEqual(answers, [[7, null], [null, 'SIGKILL'], 'EPERM']);
  });

  test('calls on open descriptors and about the process itself go on, as Capsicum allows them', async () => {
    const answers = await told(
      `import { addressOf } from '${new URL('../../../dist/host/libc.js', import.meta.url).href}';
       const [path] = process.argv.slice(1);
       fs.writeFileSync(path, 'x'.repeat(4096));
       const file = fs.openSync(path, 'r+');
       const queue = Buffer.from('cloudabi-' + process.pid + '\\0');
       const mq = syscall(callNumberOf('mq_open'), addressOf(queue), 0o102, 0o600, 0);
       syscall(callNumberOf('mq_unlink'), addressOf(queue));
       const map = syscall(callNumberOf('mmap'), 0, 4096, 3, 1, file, 0);
       const words = Buffer.alloc(8192);
       enter();
       const raw = (call, ...values) => { const result = syscall(callNumberOf(call), ...values); return result < 0 ? result : 'done'; };
       const at = addressOf(words);
       tell({
         msync: raw('msync', map, 4096, 4), syncfs: raw('syncfs', file), readahead: raw('readahead', file, 0, 4096),
         getrlimit: raw('getrlimit', 7, at), max: raw('sched_get_priority_max', 1), min: raw('sched_get_priority_min', 1),
         affinity: raw('sched_getaffinity', 0, 128, at), others: raw('sched_getaffinity', process.ppid, 128, at),
         send: mq < 0 ? 'done' : raw('mq_timedsend', mq, at, 1, 0, 0), receive: mq < 0 ? 'done' : raw('mq_timedreceive', mq, at, 8192, 0, 0),
         wait: raw('wait4', -1, 0, 1, 0), clock: raw('clock_gettime', 1, at),
       });`,
      { args: [join(base, 'calls')] },
    );
    assert.deepEqual(answers, {
      msync: 'done',
      syncfs: 'done',
      readahead: 'done',
      getrlimit: 'done',
      max: 'done',
      min: 'done',
      affinity: 'done',
      others: -1,
      send: 'done',
      receive: 'done',
      // It has no children.
      wait: -10,
      clock: 'done',
    });
  });

  test('a bad descriptor is told as such, with a path and without one', async () => {
    const answers = await told(
      `import { addressOf } from '${new URL('../../../dist/host/libc.js', import.meta.url).href}';
       const [kept] = process.argv.slice(1);
       const texts = [Buffer.from('file\\0'), Buffer.from('\\0')];
       const at = addressOf(Buffer.alloc(512));
       const file = fs.openSync(kept + '/file', 'r');
       enter({ keep: { [kept]: 'all' } });
       const raw = (call, ...values) => syscall(callNumberOf(call), ...values);
       const [name, empty] = texts.map((text) => addressOf(text));
       tell([
         raw('openat', 999, name, 0, 0), raw('openat', -1, name, 0, 0), raw('newfstatat', 999, name, at, 0), raw('newfstatat', -1, empty, at, 0x1000),
         raw('mkdirat', 999, name, 0o777), raw('unlinkat', -1, name, 0), raw('renameat2', 999, name, 999, name, 0), raw('fchownat', -1, name, 0, 0, 0),
         raw('faccessat2', file, empty, 4, 0x1000), raw('newfstatat', file, empty, at, 0), raw('openat', file, name, 0, 0),
       ]);`,
      { args: [kept] },
    );
    const EBADF = -9;
    assert.deepEqual(answers, [EBADF, EBADF, EBADF, EBADF, EBADF, EBADF, EBADF, EBADF, 0, -2, -20]);
  });

  test('files of processes are not kept to be written to, because memory is one of them', async () => {
    const answers = await told(
      `const wrong = (keep) => { try { enter({ keep }); return 'accepted'; } catch (error) { return error.message; } };
       tell([wrong({ '/proc': ['read', 'write'] }), wrong({ '/proc/self': 'all' }), wrong({ '/proc/self/task': 'write' }), inCapabilityMode(),
         wrong({ '/proc': 'read' }), attempt(() => fs.openSync('/proc/self/mem', 'r+')), attempt(() => fs.readdirSync('/proc/self/fd').length > 2)]);`,
    );
    assert.ok(Array.isArray(answers));
    for (const answer of answers.slice(0, 3))
      assert.match(answer, /^Cannot keep '\/proc.*' with 'write': it holds files of processes/);
    assert.deepEqual(answers.slice(3), [false, 'accepted', 'EACCES', true]);
  });

  test('owners can be changed beneath directories that are kept with all, and no file made that runs as another', async () => {
    const path = join(base, 'owned');
    mkdirSync(path);
    writeFileSync(join(path, 'file'), 'x');
    const answers = await told(
      `const [path] = process.argv.slice(1);
       const file = path + '/file', { uid, gid } = fs.statSync(file), root = process.getuid() === 0;
       enter({ keep: { [path]: 'all' } });
       tell([
         attempt(() => fs.chownSync(file, root ? 1234 : uid, gid)), fs.statSync(file).uid - (root ? 1234 : uid),
         await later(fs.promises.chown(file, uid, gid)), attempt(() => fs.fchownSync(fs.openSync(file, 'r'), uid, gid)),
         attempt(() => fs.lchownSync(file, uid, gid)), attempt(() => fs.chownSync('/etc/hostname', uid, gid)),
         attempt(() => fs.chownSync(path + '/../owned/absent', uid, gid)),
         attempt(() => fs.chmodSync(file, 0o4755)), attempt(() => fs.chmodSync(file, 0o2755)), attempt(() => fs.chmodSync(file, 0o755)), fs.statSync(file).mode & 0o7777,
       ]);`,
      { args: [path] },
    );
    assert.deepEqual(answers, [
      'done',
      0,
      'done',
      'done',
      'done',
      'EACCES',
      'EACCES',
      'EACCES',
      'EACCES',
      'done',
      0o755,
    ]);
  });
});
