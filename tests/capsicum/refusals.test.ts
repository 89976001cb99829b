import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { formatRefusal } from '../../src/capsicum/index.ts';
import { inChild, told } from '../frame/capsicum/child.ts';

const base = mkdtempSync(join(tmpdir(), 'refusals-'));
after(() => rmSync(base, { recursive: true, force: true }));

type Told = { call: string; path?: string; to?: string; address?: string; errno: string; stack?: string };

/** The last path that is asked for and refused. */
const LAST = '/dev/full';

/** Returns the refusals that `onRefused` receives for a piece of JavaScript. */
async function heard(source: string): Promise<Told[]> {
  const refusals = await told(
    `import net from 'node:net';
     import { addressOf } from '${new URL('../../../dist/host/libc.js', import.meta.url).href}';
     import { spawn, spawnSync } from 'node:child_process';
     const heard = [];
     const base = process.argv[1];
     enter({ keep: { [base]: 'all' }, onRefused: (refusal) => heard.push(refusal) });
     ${source}
     // What is connected is, once those that asked have returned.
     await new Promise((resolve) => setImmediate(resolve));
     attempt(() => fs.openSync('${LAST}'));
     while (heard.at(-1)?.path !== '${LAST}') await new Promise((resolve) => setTimeout(resolve, 5));
     tell(heard.slice(0, -1).map(({ call, path, to, address, errno, stack }) => ({ call, path, to, address, errno, stack })));
     process.exit(0);`,
    { args: [base] },
  );
  assert.ok(Array.isArray(refusals));
  return refusals;
}

describe('onRefused', () => {
  test('hears of a path with the call, the path and the stack of who asked', async () => {
    const [refusal, ...others] = await heard(
      `function reader() { attempt(() => fs.readFileSync('/etc/passwd')); } reader();`,
    );
    assert.deepEqual(others, []);
    assert.equal(refusal?.call, 'openat');
    assert.equal(refusal?.path, '/etc/passwd');
    assert.equal(refusal?.errno, 'EACCES');
    assert.match(refusal?.stack ?? '', /^ +at .*\n.*at reader /s);
  });

  test('hears of operations on the pool, with the stack of where they began', async () => {
    const refusals = await heard(`
      async function promised() { await fs.promises.readFile('/etc/hosts').catch(() => undefined); }
      function back() { return new Promise((resolve) => fs.stat('/etc/hostname', resolve)); }
      await promised(); await back();`);
    assert.deepEqual(
      refusals.map(({ path }) => path),
      ['/etc/hosts', '/etc/hostname'],
    );
    assert.match(refusals[0]?.stack ?? '', /at promised /);
    assert.match(refusals[1]?.stack ?? '', /at back /);
  });

  test('hears of sockets, processes and signals', async () => {
    const refusals = await heard(`
      function connects() { net.connect(80, '192.0.2.1').on('error', () => undefined); }
      function starts() { attempt(() => spawn('/bin/true').on('error', () => undefined)); spawnSync('/bin/false'); }
      connects(); starts(); attempt(() => process.kill(process.ppid, 0)); attempt(() => process.setuid(12345)); `);
    const by = (call: string, path?: string): Told | undefined =>
      refusals.find((one) => one.call === call && one.path === path);
    assert.match(by('socket')?.stack ?? '', /^ +at .*\n.*at connects /s);
    assert.equal(by('socket')?.address, '192.0.2.1:80');
    assert.match(by('clone', '/bin/true')?.stack ?? '', /at starts /);
    assert.ok(by('clone', '/bin/false'));
    assert.ok(by('kill'));
    assert.ok(by('setuid'));
    for (const { stack } of refusals) assert.doesNotMatch(stack ?? '', /capsicum\/stacks/);
  });

  test('hears what the host refuses beneath a kept directory, and both names of a renaming', async () => {
    writeFileSync(join(base, 'file'), '');
    const refusals = await heard(
      `attempt(() => fs.renameSync(base + '/file', '/tmp/elsewhere')); attempt(() => fs.readFileSync(base + '/../x'));`,
    );
    assert.deepEqual(
      refusals.map(({ call, path, to }) => [call, path, to]),
      [
        ['renameat2', join(base, 'file'), '/tmp/elsewhere'],
        ['openat', `${base}/../x`, undefined],
      ],
    );
  });

  test('hears the address of what a held socket is to be connected with', async () => {
    const refusals = await heard(`
      const raw = (call, bytes) => syscall(callNumberOf(call), 1, addressOf(Buffer.from(bytes, 'latin1')), bytes.length);
      raw('connect', '\\x02\\0\\0\\x50\\xc0\\0\\x02\\x01' + '\\0'.repeat(8));
      raw('bind', '\\x01\\0/run/some.socket\\0');
      raw('bind', '\\x01\\0\\0abstract');
      raw('connect', '\\x0a\\0\\x01\\xbb\\0\\0\\0\\0\\x20\\x01\\x0d\\xb8' + '\\0'.repeat(11) + '\\x01\\0\\0\\0\\0');`);
    assert.deepEqual(
      refusals.map(({ call, address }) => [call, address]),
      [
        ['connect', '192.0.2.1:80'],
        ['bind', 'unix:/run/some.socket'],
        ['bind', 'unix:@abstract'],
        ['connect', '[2001:db8::1]:443'],
      ],
    );
  });

  test('is not confused by a handler that is refused something itself, or throws', async () => {
    const { status, stdout, stderr } = await inChild(`
      let heard = 0;
      process.on('uncaughtException', (error) => { fs.writeSync(1, error.message + ' ' + heard); process.exit(3); });
      enter({ onRefused: () => { heard++; if (heard < 3) attempt(() => fs.readFileSync('/etc/group')); else throw new Error('thrown'); } });
      fs.writeSync(1, attempt(() => fs.readFileSync('/etc/passwd')) + ' ');
      setInterval(() => attempt(() => fs.readFileSync('/etc/passwd')), 20);`);
    assert.equal(stderr, '');
    assert.equal(status, 3);
    assert.match(stdout, /^EACCES thrown \d+$/);
  });
});

describe('trap', () => {
  test('stops the process at the first refusal with a report that names call, path and stack', async () => {
    const { signal, stdout, stderr } = await inChild(`
      enter({ trap: true });
      function culprit() { fs.readFileSync('/etc/passwd'); }
      try { culprit(); } finally { fs.writeSync(1, 'went on'); }`);
    assert.equal(signal, 'SIGABRT');
    assert.equal(stdout, '');
    assert.match(stderr, /^Process \d+ was stopped at the first refusal in capability mode\n/);
    assert.match(stderr, /^Refused: openat '\/etc\/passwd' \(EACCES\), thread \d+$/m);
    assert.match(stderr, /at culprit /);
    assert.match(stderr, /^Arguments: 0x/m);
  });

  test('stops at a refusal on the pool, before the operation has answered', async () => {
    const { signal, stdout, stderr } = await inChild(`
      enter({ trap: true });
      async function culprit() { await fs.promises.readFile('/etc/passwd').catch(() => fs.writeSync(1, 'answered')); }
      await culprit();`);
    assert.equal(signal, 'SIGABRT');
    assert.equal(stdout, '');
    assert.match(stderr, /Refused: openat '\/etc\/passwd'/);
    assert.match(stderr, /at culprit /);
  });

  test('does not stop what is allowed', async () => {
    const { status, stderr } = await inChild(`
      enter({ trap: true, keep: { '/tmp': 'read' } });
      fs.readdirSync('/tmp'); await fs.promises.stat('/tmp'); process.memoryUsage(); new Date().toString();
      await new Promise((resolve) => setTimeout(resolve, 20));`);
    assert.deepEqual([status, stderr], [0, '']);
  });
});

test('a refusal as text is one line and its stack', () => {
  const violation = { kind: 'NAMEI', path: '/a', to: '/b' } as const;
  const refusal = {
    call: 'renameat2',
    errno: 'EACCES',
    path: '/a',
    to: '/b',
    violation,
    arguments: [],
    thread: 7,
  };
  assert.equal(formatRefusal(refusal), "Refused: renameat2 '/a' to '/b' (EACCES), thread 7");
  assert.equal(
    formatRefusal({
      violation: { kind: 'SOCKADDR', address: '192.0.2.1:80' },
      call: 'connect',
      errno: 'EPERM',
      address: '192.0.2.1:80',
      arguments: [],
      thread: 7,
      stack: '    at x',
    }),
    'Refused: connect 192.0.2.1:80 (EPERM), thread 7\n    at x',
  );
  const lacking = { kind: 'NOTCAPABLE', descriptor: 9, needed: ['read', 'seek'], held: ['read'] } as const;
  assert.equal(
    formatRefusal({ call: 'pread64', errno: 'EPERM', violation: lacking, arguments: [], thread: 7 }),
    "Refused: pread64 on descriptor 9 without 'seek' (EPERM), thread 7",
  );
});
