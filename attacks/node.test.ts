import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdirSync, readFileSync, renameSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { file, launch, pipe } from '../src/index.ts';
import { folderWith, programWith } from '../tests/frame/program/sources.ts';
import { ALLOWED } from './inside/node.ts';

test('a program in TypeScript can still do all that it was handed, and compute', async (t) => {
  const folder = folderWith(t, { 'root/page': 'page', log: 'before\n' });
  mkdirSync(join(folder, 'work'));
  const output = pipe('write');
  const child = launch(
    programWith(t, ALLOWED),
    {
      output,
      root: file(join(folder, 'root')),
      work: file(join(folder, 'work'), { rights: ['read', 'write', 'create', 'remove'] }),
      log: file(join(folder, 'log'), { rights: 'append' }),
    },
    { limits: { wallClock: 300_000 } },
  );
  const written = await text(output.stream);
  const reason = await child.exited;
  assert.equal(reason.kind, 'exited', JSON.stringify(reason));
  const results: Record<string, string> = JSON.parse(written);
  for (const [name, result] of Object.entries(results)) assert.match(result, /^reached /, name);
  assert.equal(Object.keys(results).length, 13);
  assert.match(readFileSync(join(folder, 'log'), 'utf8'), /^before\n/);
});

/** Reads the same paths again and again, and says what it has seen. */
const READS_ON = `
import { program } from 'cloudabi/program';
export default program(async ({ root, output }: any) => {
  const seen = new Set<string>();
  const until = Date.now() + 1500;
  output.write('begins\\n');
  while (Date.now() < until) {
    for (const path of ['sub/page', 'sub/secret', 'secret']) {
      try { seen.add(path + ' ' + await root.read(path, 'utf8')); }
      catch (error: any) { seen.add(path + ' ' + error.code); }
    }
  }
  output.end(JSON.stringify([...seen]), () => process.exit(0));
});
`;

test('a granted directory stays what it was while its name, and what is in it, are replaced', async (t) => {
  const folder = folderWith(t, { 'outside/secret': 'SECRET', 'root/sub/page': 'page' });
  const output = pipe('write');
  const child = launch(programWith(t, READS_ON), { output, root: file(join(folder, 'root')) });
  await once(output.stream, 'readable');
  const sub = join(folder, 'moved/sub');
  renameSync(join(folder, 'root'), join(folder, 'moved'));
  symlinkSync('outside', join(folder, 'root'));
  const swaps = setInterval(() => {
    renameSync(sub, join(folder, 'moved/old'));
    symlinkSync('../outside', sub);
    assert.equal(readFileSync(join(sub, 'secret'), 'utf8'), 'SECRET');
    for (const end = Date.now() + 20; Date.now() < end; );
    unlinkSync(sub);
    renameSync(join(folder, 'moved/old'), sub);
  }, 40);
  const written = await text(output.stream);
  clearInterval(swaps);
  assert.equal((await child.exited).kind, 'exited');
  const seen: string[] = JSON.parse(written.split('\n').at(-1) ?? '');
  assert.deepEqual(
    seen.filter((each) => each.includes('SECRET')),
    [],
  );
  assert.ok(seen.includes('sub/page page') && seen.includes('sub/secret ENOTCAPABLE'), seen.join());
});

/** System calls made through an FFI library that was granted as an addon, from behind the walls. */
const RAW = `
import koffi from 'koffi';
import { program } from 'cloudabi/program';

const library = koffi.load(null);
const syscall = library.func('long syscall(long number, ...)');
const errno = () => koffi.errno();
const attempt = (number: number, ...args: number[]) => {
  const result = Number(syscall(number, ...args.flatMap((value) => ['long', value])));
  return result < 0 ? -errno() : result;
};
const string = (text: string) => { const bytes = Buffer.from(text + '\\0'); kept.push(bytes); return Number(koffi.address(bytes)); };
const kept: Buffer[] = [];

export default program(async ({ output, directory }: any) => {
  const AT_FDCWD = -100;
  const calls: Record<string, () => number> = {
    open: () => attempt(2, string('/etc/passwd'), 0),
    openat: () => attempt(257, AT_FDCWD, string('/etc/passwd'), 0),
    openat2: () => { const how = Buffer.alloc(24); kept.push(how); return attempt(437, AT_FDCWD, string('/etc/passwd'), Number(koffi.address(how)), 24); },
    execve: () => attempt(59, string('/bin/true'), 0, 0),
    fork: () => attempt(57),
    clone: () => attempt(56, 17, 0, 0, 0, 0),
    socket: () => attempt(41, 2, 1, 0),
    ptrace: () => attempt(101, 0, 0, 0, 0),
    kill: () => attempt(62, process.ppid || 1, 0),
    tgkill: () => attempt(234, 1, 1, 0),
    mount: () => attempt(165, 0, string('/'), 0, 0, 0),
    unshare: () => attempt(272, 0x10000000),
    setns: () => attempt(308, 0, 0),
    bpf: () => attempt(321, 0, 0, 0),
    io_uring_setup: () => attempt(425, 1, 0),
    process_vm_readv: () => attempt(310, 1, 0, 0, 0, 0, 0),
    pidfd_open: () => attempt(434, 1, 0),
    memfd_create: () => attempt(319, string('x'), 0),
    userfaultfd: () => attempt(323, 0),
    prctl: () => attempt(157, 15, string('x')),
    fcntl_dupfd: () => attempt(72, 1, 0, 50),
    dup: () => attempt(32, 1),
    sendmsg: () => attempt(46, 1, 0, 0),
  };
  const results: Record<string, number> = {};
  for (const [name, call] of Object.entries(calls)) results[name] = call();
  // Machine code in a page of its own: the filter does not care where a call comes from.
  const page = attempt(9, 0, 4096, 7, 0x22, -1, 0);
  if (page > 0) {
    // mov eax, 41; mov edi, 2; mov esi, 1; xor edx, edx; syscall; ret
    const code = Buffer.from('b829000000bf02000000be0100000031d20f05c3', 'hex');
    Buffer.from(koffi.view(BigInt(page), 4096)).set(code);
    results['shellcode'] = Number(koffi.decode(BigInt(page), koffi.proto('long shellcode()'))());
  } else results['shellcode'] = page;
  output.end(JSON.stringify({ results, twin: attempt(39) === process.pid, read: attempt(0, 0, 0, 0) }), () => process.exit(0));
});
`;

test('raw system calls and machine code of a granted addon reach no more', {
  skip: process.arch !== 'x64',
}, async (t) => {
  const repository = fileURLToPath(new URL('../..', import.meta.url));
  const folder = folderWith(t, { 'raw.ts': RAW, 'package.json': '{}' });
  symlinkSync(join(repository, 'node_modules'), join(folder, 'node_modules'));
  assert.throws(() => launch(join(folder, 'raw.ts'), null), {
    code: 'native_addon',
    message: /package 'koffi'/,
  });
  const output = pipe('write');
  const child = launch(join(folder, 'raw.ts'), { output, directory: file(folder) }, { addons: ['koffi'] });
  const written = await text(output.stream);
  const reason = await child.exited;
  assert.equal(reason.kind, 'exited', JSON.stringify(reason));
  const { results, twin }: { results: Record<string, number>; twin: boolean } = JSON.parse(written);
  for (const [name, result] of Object.entries(results)) {
    assert.ok(result === -1 || result === -38, `${name} answered ${result}`);
  }
  assert.ok(Object.keys(results).length > 20 && twin);
});

test('a program that overwrites its console and listeners still ends as it did', async (t) => {
  const source = `process.emit = () => true; process.reallyExit = () => {}; delete (globalThis as any).process;
    export default () => { throw new Error('x'); };`;
  writeFileSync(join(folderWith(t, {}), 'unused'), '');
  const reason = await launch(programWith(t, source), null).exited;
  assert.ok(
    reason.kind === 'exited' || reason.kind === 'failed' || reason.kind === 'signaled',
    JSON.stringify(reason),
  );
});
