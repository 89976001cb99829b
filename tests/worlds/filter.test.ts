import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { callNumber, isSystemCall, type SystemCall, systemCalls } from '../../src/linux/system-calls.ts';
import type { Answer } from '../../src/walls/call-filter.ts';
import { withheld } from '../../src/worlds/answers.ts';
import { callGroupNames, callGroups } from '../../src/worlds/call-groups.ts';
import { filterFor } from '../../src/worlds/filter.ts';
import { normalCalls } from '../../src/worlds/normal-calls.ts';
import { socketRules } from '../../src/worlds/socket-rules.ts';
import type { Walls, WorldNetwork } from '../../src/worlds/world.ts';
import { runFilter } from '../frame/host/bpf.ts';

const ALLOW = 0x7fff0000;
const KILL = 0x80000000;
const EPERM = 0x00050001;
const ENOSYS = 0x00050026;
const EOPNOTSUPP = 0x0005005f;
const ENOTTY = 0x00050019;
const EACCES = 0x0005000d;
const NOTHING = 0x00050000;
const HERE = process.arch === 'x64' ? 0xc000003e : 0xc00000b7;

const answers: ReadonlyMap<Answer, number> = new Map([
  ['allow', ALLOW],
  ['EPERM', EPERM],
  ['ENOSYS', ENOSYS],
  ['EOPNOTSUPP', EOPNOTSUPP],
]);

const none: WorldNetwork = { kind: 'none' };

function verdict(filter: Uint8Array, call: SystemCall | number, ...values: number[]): number {
  const number = typeof call === 'number' ? call : callNumber(call);
  const all = [0, 1, 2, 3, 4, 5].map((index) => BigInt.asUintN(64, BigInt(values[index] ?? 0)));
  return runFilter(filter, { number, architecture: HERE, arguments: all });
}

test('the list of normal calls names calls, each once', () => {
  const names = Object.values(normalCalls).flatMap((family) => family.split(/\s+/));
  assert.deepEqual(
    names.filter((name) => !isSystemCall(name)),
    [],
  );
  assert.equal(new Set(names).size, names.length);
});

test('every call is allowed, in a group, decided by its arguments, or refused', () => {
  const normal = new Set<string>(Object.values(normalCalls).flatMap((family) => family.split(/\s+/)));
  const filter = filterFor({ calls: [], network: none, walls: 'all' });
  const byArguments = [
    'clone',
    'unshare',
    'ioctl',
    'personality',
    'socket',
    'chmod',
    'fchmod',
    'fchmodat',
    'fchmodat2',
    'creat',
    'mknod',
    'mknodat',
    'open',
    'openat',
    'sendto',
    'socketpair',
    'sendmsg',
    'sendmmsg',
    'setrlimit',
    'prlimit64',
  ];
  for (const call of systemCalls) {
    if (callNumber(call) < 0 || byArguments.includes(call)) continue;
    const entries = withheld.filter(({ calls }) => calls.includes(call));
    assert.equal(entries.length, normal.has(call) ? 0 : 1, `${call} is withheld with a reason, once`);
    const expected = answers.get(entries[0]?.answer ?? 'allow');
    assert.equal(verdict(filter, call), expected, call);
  }
});

test('a group lets its calls through, and no other group', () => {
  for (const group of callGroupNames) {
    const filter = filterFor({ calls: [group], network: none, walls: 'all' });
    for (const other of callGroupNames) {
      for (const call of callGroups[other].calls) {
        if (callNumber(call) < 0) continue;
        const allowed = verdict(filter, call, 0x10000000) === ALLOW;
        const own: readonly SystemCall[] = callGroups[group].calls;
        assert.equal(allowed, own.includes(call), `${call} with ${group}`);
      }
    }
  }
});

test('unknown numbers answer ENOSYS, other architectures end the process', () => {
  const filter = filterFor({ calls: [], network: none, walls: 'all' });
  for (const number of [600, 4096, 0x40000000, 0x40000001, 0x7fffffff, -1])
    assert.equal(verdict(filter, number), ENOSYS);
  assert.equal(
    runFilter(filter, { number: 0, architecture: 0x40000003, arguments: [0n, 0n, 0n, 0n, 0n, 0n] }),
    KILL,
  );
});

test('without namespaces, no call reaches what they would have hidden', () => {
  const rules = (walls: Walls): Uint8Array => filterFor({ calls: [], network: none, walls });
  const calls = [
    ['shmget', ENOSYS],
    ['msgget', ENOSYS],
    ['semget', ENOSYS],
    ['mq_open', ENOSYS],
    ['socket', EACCES],
    ['ioprio_set', EPERM],
  ] as const;
  for (const [call, answer] of calls) {
    assert.equal(verdict(rules('landlock'), call, 1, 1), answer, call);
    assert.equal(verdict(rules('all'), call, 1, 1), ALLOW, call);
  }
  assert.equal(verdict(rules('landlock'), 'ioprio_set', 1, 0), ALLOW);
  for (const call of ['prlimit64', 'sched_setaffinity'] as const) {
    assert.equal(verdict(rules('landlock'), call, 0), ALLOW, call);
    assert.equal(verdict(rules('landlock'), call, 4711), EPERM, call);
  }
});

test('without namespaces, nothing changes attributes of files, which Landlock does not hold', () => {
  const lone = filterFor({ calls: [], network: none, walls: 'landlock' });
  const granted = filterFor({ calls: ['attributes'], network: none, walls: 'landlock' });
  const calls = [
    ['fchmod', EPERM],
    ['fchownat', EPERM],
    ['utimensat', EPERM],
    ['setxattr', EOPNOTSUPP],
    ['fremovexattr', EOPNOTSUPP],
    ['file_setattr', ENOSYS],
  ] as const;
  for (const [call, answer] of calls) {
    assert.equal(verdict(lone, call), answer, call);
    assert.equal(verdict(granted, call), ALLOW, call);
    assert.equal(verdict(filterFor({ calls: [], network: none, walls: 'all' }), call), ALLOW, call);
  }
  const SETFLAGS = 0x40086602;
  const GETFLAGS = 0x80086601;
  const BTRFS_SUBVOL_CREATE = 0x5000940e;
  const FICLONE = 0x40049409;
  const TCGETS = 0x5401;
  for (const request of [SETFLAGS, BTRFS_SUBVOL_CREATE])
    assert.equal(verdict(lone, 'ioctl', 3, request), ENOTTY);
  for (const request of [GETFLAGS, FICLONE, TCGETS]) assert.equal(verdict(lone, 'ioctl', 3, request), ALLOW);
  assert.equal(verdict(granted, 'ioctl', 3, SETFLAGS), ALLOW);
});

test('without namespaces, no UNIX socket is reached by its path, and no process by its user', () => {
  const lone = filterFor({ calls: [], network: { kind: 'host' }, walls: 'landlock' });
  const [UNIX, INET, STREAM, DATAGRAM, CLOEXEC] = [1, 2, 1, 2, 0x80000];
  assert.notEqual(verdict(lone, 'socket', UNIX, STREAM), ALLOW);
  assert.equal(verdict(lone, 'socket', INET, STREAM), ALLOW);
  assert.equal(verdict(lone, 'socketpair', UNIX, STREAM | CLOEXEC), ALLOW);
  assert.equal(verdict(lone, 'socketpair', UNIX, DATAGRAM | CLOEXEC), EPERM);
  assert.equal(verdict(lone, 'connect'), ALLOW);
  assert.equal(verdict(filterFor({ calls: [], network: none, walls: 'landlock' }), 'connect'), EPERM);
  const [PROCESS, USER] = [0, 2];
  assert.equal(verdict(lone, 'setpriority', PROCESS, 0), ALLOW);
  assert.equal(verdict(lone, 'setpriority', USER, 0), EPERM);
});

test('the limit of core dumps is read and never set, other limits are both', () => {
  const [CORE, FILES, ADDRESS] = [4, 7, 0x7fff0000];
  for (const walls of ['all', 'landlock'] as const) {
    const filter = filterFor({ calls: [], network: none, walls });
    assert.equal(verdict(filter, 'prlimit64', 0, CORE, 0, ADDRESS), ALLOW);
    assert.equal(verdict(filter, 'prlimit64', 0, CORE, ADDRESS, 0), NOTHING);
    // A request for both at once could not be answered.
    assert.equal(verdict(filter, 'prlimit64', 0, CORE, ADDRESS, ADDRESS), EPERM);
    assert.equal(verdict(filter, 'prlimit64', 0, 2 ** 32 + CORE, 2 ** 32, 0), NOTHING);
    assert.equal(verdict(filter, 'prlimit64', 0, FILES, ADDRESS, 0), ALLOW);
    assert.equal(verdict(filter, 'setrlimit', CORE, ADDRESS), NOTHING);
    assert.equal(verdict(filter, 'setrlimit', FILES, ADDRESS), ALLOW);
  }
  const lone = filterFor({ calls: [], network: none, walls: 'landlock' });
  assert.equal(verdict(lone, 'prlimit64', 4711, CORE, ADDRESS, 0), EPERM);
});

test('addresses are made predictable by the group for debuggers alone', () => {
  const ADDR_NO_RANDOMIZE = 0x40000;
  const READ_IMPLIES_EXEC = 0x400000;
  const of = (...calls: readonly 'debug'[]): Uint8Array => filterFor({ calls, network: none, walls: 'all' });
  assert.equal(verdict(of(), 'personality', ADDR_NO_RANDOMIZE), EPERM);
  assert.equal(verdict(of('debug'), 'personality', ADDR_NO_RANDOMIZE), ALLOW);
  assert.equal(verdict(of('debug'), 'personality', ADDR_NO_RANDOMIZE | READ_IMPLIES_EXEC), EPERM);
});

test('nothing listens, or connects by sending, where the network grants it no port', () => {
  const LISTEN = 5;
  const FAST_OPEN = 0x20000000;
  const EACCES = 0x0005000d;
  const ENOPROTOOPT = 0x0005005c;
  const handed = filterFor({ calls: [], network: none, walls: 'all', handed: 'connections' });
  assert.equal(verdict(handed, 'listen', 3, LISTEN), EACCES);
  assert.equal(verdict(handed, 'sendto', 3, 0, 0, FAST_OPEN, 0, 0), EOPNOTSUPP);
  assert.equal(verdict(handed, 'sendmsg', 3, 0, FAST_OPEN | 0x4000), EOPNOTSUPP);
  assert.equal(verdict(handed, 'sendmmsg', 3, 0, 1, FAST_OPEN), EOPNOTSUPP);
  assert.equal(verdict(handed, 'sendto', 3, 0, 0, 0x4000, 0, 0), ALLOW);
  assert.equal(verdict(handed, 'setsockopt', 3, 6, 31), ENOPROTOOPT);
  assert.equal(verdict(handed, 'setsockopt', 3, 6, 1), ALLOW);

  const server = filterFor({ calls: [], network: none, walls: 'all', handed: 'listeners' });
  const PRETENDED = 0x00050000;
  assert.equal(verdict(server, 'listen', 3, LISTEN), PRETENDED);
  assert.equal(verdict(server, 'bind', 4, 0, 110), EACCES);
  assert.equal(verdict(server, 'bind', 4, 0, 12), ALLOW);

  const own = filterFor({ calls: [], network: none, walls: 'all' });
  assert.equal(verdict(own, 'listen', 3, LISTEN), ALLOW);
  assert.equal(verdict(own, 'bind', 3, 0, 110), ALLOW);
  const noPort = filterFor({ calls: [], network: { kind: 'host', bind: [] }, walls: 'all' });
  assert.equal(verdict(noPort, 'listen', 3, LISTEN), EACCES);
  const whole = filterFor({ calls: [], network: { kind: 'host' }, walls: 'all' });
  assert.equal(verdict(whole, 'listen', 3, LISTEN), ALLOW);
  assert.equal(verdict(whole, 'sendto', 3, 0, 0, FAST_OPEN, 1, 16), ALLOW);
});

test('a program that was handed a TCP socket connects nothing if Landlock holds no ports', () => {
  const demands = { network: none, walls: 'all', handed: 'connections' } as const;
  const connects = (holdsPorts: boolean): boolean =>
    socketRules(demands, holdsPorts).some(({ call, answer }) => call === 'connect' && answer === 'EACCES');
  assert.equal(connects(false), true);
  assert.equal(connects(true), false);
});

test('the filters that were built into commands are those that would be compiled', () => {
  const bundle = readFileSync(new URL('../../../dist/bin/cloudabi.bundle', import.meta.url), 'latin1');
  for (const kind of ['none', 'loopback'] as const) {
    const filter = filterFor({ calls: [], network: { kind }, walls: 'all' });
    assert.ok(bundle.includes(Buffer.from(filter).toString('base64')), kind);
  }
});
