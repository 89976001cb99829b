import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { inChild, told } from '../frame/capsicum/child.ts';
import { until } from '../frame/programs.ts';

const base = mkdtempSync(join(tmpdir(), 'record-'));
after(() => rmSync(base, { recursive: true, force: true }));

const preparation = `
import { addressOf } from '${new URL('../../../dist/host/libc.js', import.meta.url).href}';
import { spawnSync } from 'node:child_process';
import net from 'node:net';
const [base] = process.argv.slice(1);
const heard = [];
const record = (options) => enter({ mode: 'record', onRefused: (refusal) => heard.push(refusal), ...options });
const last = async () => {
  fs.existsSync('/the/last/path');
  while (heard.at(-1)?.path !== '/the/last/path') await new Promise((resolve) => setImmediate(resolve));
  return heard.slice(0, -1);
};
`;

describe("enter({ mode: 'record' })", () => {
  test('records each kind of violation, and lets it happen', async () => {
    const answers = await told(
      `${preparation}
       const limited = fs.openSync(base + '/limited', 'w+');
       limit(limited, { rights: ['read', 'stat'] });
       record();
       const written = attempt(() => fs.writeSync(limited, 'x'));
       limit(limited, { rights: ['read', 'stat', 'write'] });
       syscall(callNumberOf('sched_setaffinity'), process.pid, 8, addressOf(Buffer.alloc(8, 255)));
       syscall(callNumberOf('unshare'), 0);
       const signalled = syscall(callNumberOf('kill'), process.ppid, 0);
       const socket = syscall(callNumberOf('socket'), 2, 1, 0);
       const bound = syscall(callNumberOf('bind'), socket, addressOf(Buffer.from('02000000000000000000000000000000', 'hex')), 16);
       const passwd = attempt(() => fs.readFileSync('/etc/passwd').length > 0);
       const violations = (await last()).map(({ violation }) => violation);
       tell({ violations, happened: [written, signalled, socket > 0, bound, passwd], limited, inMode: inCapabilityMode(), ids: [process.pid, process.ppid] });`,
      { args: [base] },
    );
    const { violations, happened, limited, inMode, ids } = answers as {
      violations: { kind: string }[];
      happened: unknown[];
      limited: number;
      inMode: boolean;
      ids: number[];
    };
    assert.deepEqual(happened, [1, 0, true, 0, true]);
    assert.equal(inMode, false);
    const held = ['read', 'stat'];
    const sorted = violations.toSorted((a, b) => (a.kind < b.kind ? -1 : 1));
    assert.deepEqual(sorted, [
      { kind: 'CPUSET', process: ids[0] },
      { kind: 'INCREASE', descriptor: limited, wanted: ['read', 'stat', 'write'], held },
      { kind: 'NAMEI', path: '/etc/passwd' },
      { kind: 'NOTCAPABLE', descriptor: limited, needed: ['write'], held },
      { kind: 'PROTO', family: 2, type: 1, protocol: 0 },
      { kind: 'SIGNAL', process: ids[1], signal: 0 },
      { kind: 'SOCKADDR', address: '0.0.0.0:0' },
      { kind: 'SYSCALL', call: 'unshare' },
    ]);
    assert.equal(readFileSync(join(base, 'limited'), 'utf8'), 'x');
  });

  test('has the stack of who asked, also for operations on the pool', async () => {
    const refusals = (await told(
      `${preparation}
       record();
       function reader() { fs.readFileSync('/etc/hostname'); } reader();
       async function promised() { await fs.promises.readFile('/etc/hosts'); } await promised();
       function connects() { return net.connect(9, '127.0.0.1').on('error', () => undefined); }
       await new Promise((resolve) => connects().on('close', resolve));
       tell((await last()).map(({ call, path, address, stack }) => [call, path ?? address, /at (\\w+) \\(/.exec(stack?.split('\\n').find((line) => /at (reader|promised|connects) /.test(line)) ?? '')?.[1]]));`,
      { args: [base] },
    )) as unknown[];
    assert.deepEqual(refusals[0], ['openat', '/etc/hostname', 'reader']);
    assert.deepEqual(refusals[1], ['openat', '/etc/hosts', 'promised']);
    assert.ok(
      refusals.some((one) => JSON.stringify(one).startsWith('["socket"')),
      JSON.stringify(refusals),
    );
  });

  test('is silent about what capability mode would allow: kept directories, open files, threads, timers', async () => {
    const answers = await told(
      `${preparation}
       import { Worker } from 'node:worker_threads';
       fs.writeFileSync(base + '/kept', 'contents');
       const open = fs.openSync('/etc/hostname');
       record({ keep: { [base]: 'all' } });
       fs.readFileSync(base + '/kept'); fs.renameSync(base + '/kept', base + '/moved'); fs.rmSync(base + '/moved'); fs.mkdirSync(base + '/new');
       process.chdir === undefined; fs.readSync(open, Buffer.alloc(9), 0, 9, 0); fs.fstatSync(open);
       await new Promise((resolve) => setTimeout(resolve, 2));
       await fs.promises.readdir(base); process.memoryUsage(); new Date().toString();
       process.kill(process.pid, 0);
       tell((await last()).map(({ call, path }) => [call, path]));`,
      { args: [base] },
    );
    assert.deepEqual(answers, []);
  });

  test('children go on unharmed and unrecorded; their start is recorded', async () => {
    const answers = (await told(
      `${preparation}
       record();
       const child = spawnSync('/bin/cat', ['/etc/hostname'], { encoding: 'utf8' });
       tell([child.status, child.stderr, child.stdout.length > 0, (await last()).map(({ call, violation }) => [call, violation.kind])]);`,
      { args: [base] },
    )) as [number, string, boolean, string[][]];
    assert.deepEqual(answers.slice(0, 3), [0, '', true]);
    const calls = answers[3].map(([call]) => call);
    assert.ok(
      calls.some((call) => call === 'clone' || call === 'vfork' || call === 'fork' || call === 'clone3'),
      calls.join(),
    );
    assert.ok(!calls.includes('execve'), calls.join());
  });

  test('the number of a limited descriptor that is closed is free of its limits', async () => {
    const answers = await told(
      `${preparation}
       const limited = fs.openSync('/dev/null', 'r+');
       limit(limited, { rights: ['read'] });
       record({ keep: { '/dev': 'all' } });
       fs.closeSync(limited);
       const again = fs.openSync('/dev/null', 'r+');
       fs.writeSync(again, 'x');
       tell([again === limited, (await last()).map(({ call }) => call)]);`,
      { args: [base] },
    );
    assert.deepEqual(answers, [true, []]);
  });

  test('refuses options that it could not hold, and a second call', async () => {
    const answers = await told(
      `${preparation}
       const wrong = (action) => { try { action(); return 'accepted'; } catch (error) { return error.message; } };
       const none = () => undefined;
       const answers = [{}, { trap: true, onRefused: none }, { descriptors: [1], onRefused: none }].map((options) => wrong(() => enter({ mode: 'record', ...options })));
       record();
       answers.push(wrong(() => enter()), wrong(() => limit(1, { rights: ['write'] })));
       tell(answers);`,
      { args: [base] },
    );
    assert.deepEqual(answers, [
      "mode: 'record' needs onRefused, which hears of violations",
      "mode: 'record' stops at nothing: leave out trap",
      "mode: 'record' closes nothing: leave out descriptors, or limit those that would be closed",
      "This process records violations; start it again without mode: 'record' to enter capability mode",
      "With mode: 'record', descriptors are limited before enter(): the host takes one filter that notifies",
    ]);
  });

  test('the program ends as it would, and its recorder with it', async () => {
    const { status, stdout } = await inChild(
      `${preparation}
       record();
       fs.existsSync('/etc/passwd');
       const recorder = fs.readdirSync('/proc').filter((name) => /^[0-9]+$/.test(name)).find((id) => {
         try { return fs.readFileSync('/proc/' + id + '/cmdline', 'utf8').includes('recorder.js') && fs.readFileSync('/proc/' + id + '/stat', 'utf8').split(') ')[1].split(' ')[1] === String(process.pid); } catch { return false; }
       });
       fs.writeSync(1, recorder);
       process.exit(7);`,
      { args: [base] },
    );
    assert.equal(status, 7);
    const alive = (): boolean => {
      try {
        return readFileSync(`/proc/${stdout}/cmdline`, 'utf8').includes('recorder.js');
      } catch {
        return false;
      }
    };
    assert.match(stdout, /^\d+$/);
    await until('its recorder has ended', () => !alive());
  });
});
