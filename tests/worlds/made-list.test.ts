import assert from 'node:assert/strict';
import { ftruncateSync, writeSync } from 'node:fs';
import { test } from 'node:test';
import type { CallList } from '../../src/host/processes/call-list.ts';
import type { LaunchListOptions } from '../../src/worlds/launch-list.ts';
import { madeList } from '../../src/worlds/made-list.ts';
import type { HostObject } from '../../src/worlds/objects.ts';

const object = (path: string, inode: bigint): HostObject => ({
  descriptor: 20,
  path: Buffer.from(path),
  device: 1n,
  inode,
  directory: true,
});

const entry = { kind: 'mount', descriptor: 20, at: '/usr', access: 'read', execute: true } as const;

function options(change: Partial<LaunchListOptions> = {}, inode = 5n): LaunchListOptions {
  return {
    world: {
      executable: 21,
      executablePath: '/usr/bin/program',
      arguments: ['program', 'argument'],
      environment: [['A', 'b']],
      workingDirectory: '/',
      entries: [entry],
      descriptors: [],
      network: { kind: 'none' },
      limits: { resources: [], cgroups: [] },
      calls: [],
      walls: 'all',
    },
    launcher: { user: 0, group: 0, privileged: true, capable: true },
    objects: new Map([[entry, object('/usr', inode)]]),
    layers: new Map(),
    sealed: new Map(),
    program: object('/usr/bin/program', 6n),
    status: 10,
    descriptors: { executable: 21, ruleset: 11, given: [] },
    scope: undefined,
    filters: true,
    supervisor: undefined,
    ...change,
  };
}

const encoded = (list: CallList): Buffer => Buffer.from(list.encode(0));

test('the same start finds its list made', () => {
  assert.equal(madeList(options()).list, madeList(options()).list);
});

test('starts that differ have lists of their own', () => {
  const { world } = options();
  const others = [
    options({}, 7n),
    options({ program: object('/usr/bin/program', 8n) }),
    options({ status: 12 }),
    options({ descriptors: { executable: 21, ruleset: 11, given: [[0, 30]] } }),
    options({ sealed: new Map([[30, { object: object('/file', 9n), mode: 0 }]]) }),
    options({ world: { ...world, arguments: ['program', 'other'] } }),
    options({ world: { ...world, limits: { resources: [['openFiles', 5]], cgroups: [] } } }),
    options({ launcher: { user: 1, group: 1, privileged: false, capable: false } }),
    options({ filters: false }),
  ];
  for (const other of others) {
    const [first, second] = [madeList(options()), madeList(other)];
    assert.notDeepEqual(encoded(first.list), encoded(second.list), JSON.stringify(other.world));
  }
});

test('the numbers that descriptors have in the launcher make no difference', () => {
  const { world } = options();
  const moved = { ...entry, descriptor: 40 };
  const other = options({
    world: { ...world, executable: 41, entries: [moved], descriptors: [[0, 42]] },
    objects: new Map([[moved, { ...object('/usr', 5n), descriptor: 40 }]]),
  });
  assert.equal(madeList(other).list, madeList(options()).list);
});

test('a list that is kept cannot be changed by a program that has got hold of it', () => {
  const { program } = madeList(options());
  assert.throws(() => writeSync(program, 'x', 0), { code: 'EPERM' });
  assert.throws(() => ftruncateSync(program, 0), { code: 'EPERM' });
});

test('only the latest lists are kept', () => {
  const first = madeList(options());
  for (let status = 100; status < 120; status++) madeList(options({ status }));
  assert.notEqual(madeList(options()).list, first.list);
});

test('an entry that is frozen is told from others, and one that is not is looked at each time', () => {
  const at = (...entries: LaunchListOptions['world']['entries']): LaunchListOptions => {
    const { world, ...rest } = options();
    return { ...rest, world: { ...world, entries }, objects: new Map() };
  };
  const text = (name: string, content: string) => ({ kind: 'text', at: name, content }) as const;
  const frozen = Object.freeze(text('/a', '1'));
  const first = madeList(at(frozen));
  assert.equal(madeList(at(frozen)).list, first.list);
  assert.equal(madeList(at(text('/a', '1'))).list, first.list);
  assert.notEqual(madeList(at(Object.freeze(text('/a', '2')))).list, first.list);
  assert.notEqual(madeList(at(frozen, text('/b', '1'))).list, first.list);
  const open = { kind: 'text' as const, at: '/a', content: '3' };
  const before = madeList(at(open));
  open.content = '4';
  assert.notEqual(madeList(at(open)).list, before.list);
});
