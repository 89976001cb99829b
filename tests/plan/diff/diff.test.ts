import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { compareGrants } from '../../../src/plan/diff/diff.ts';
import { plan } from '../../../src/plan/plan.ts';
import type { Plan } from '../../../src/plan/plan-types.ts';
import { nameUse, type Use } from '../../../src/plan/why/use.ts';
import { answerUse } from '../../../src/plan/why/why.ts';
import {
  type CommandOptions,
  childProgram,
  command,
  file,
  type Resource,
  service,
} from '../../../src/resources/constructors.ts';
import type { Walls } from '../../../src/worlds/world.ts';
import { makeFolder } from '../../frame/programs.ts';

const all = ['read', 'write', 'create', 'remove', 'execute'] as const;

function scene(t: TestContext): string {
  const folder = makeFolder(t);
  for (const name of ['a', 'a/in', 'b']) mkdirSync(join(folder, name));
  for (const name of ['a/file', 'a/in/file', 'b/file'])
    writeFileSync(join(folder, name), '', { mode: 0o755 });
  return folder;
}

type Options = Omit<CommandOptions, 'directories'> & {
  readonly directories?: Readonly<Record<string, Resource>>;
};

const planned = (options: Options, walls: Walls = 'all'): Plan =>
  plan('/bin/true', command(options), { walls });

/** Compares two sets of grants: the words for each use that only the second allows. */
const added = (before: Options, after: Options): readonly string[] =>
  compareGrants(planned(before), planned(after)).added.map(({ what }) => what);

test('rights on paths of the host are compared, wherever the program sees them', (t) => {
  const folder = scene(t);
  const [a, inner] = [join(folder, 'a'), join(folder, 'a/in')];
  const read = { directories: { [a]: file(a, { rights: 'read' }) } };
  const write = { directories: { '/elsewhere': file(a, { rights: all }) } };
  assert.deepEqual(added(read, write), [`change a copy of, write, start ${a}`]);
  assert.deepEqual(added(write, read), []);
  assert.deepEqual(added({}, read), [`read ${a}`]);
  const aside = { directories: { [a]: file(a, { rights: all, overlay: true }) } };
  assert.deepEqual(added(aside, write), [`write ${a}`]);
  assert.deepEqual(added(write, aside), []);
  const narrower = {
    directories: { [a]: file(a, { rights: all }), [inner]: file(inner, { rights: 'read' }) },
  };
  assert.deepEqual(added(narrower, write), [`change a copy of, write, start ${inner}`]);
  assert.deepEqual(added(write, narrower), []);
});

test('networks are compared by what their rules allow together', () => {
  const hosts = (...rules: string[]): Options => ({ network: { hosts: rules } });
  assert.deepEqual(added(hosts('*.example.org:443'), hosts('a.example.org:443')), []);
  assert.deepEqual(added(hosts('a.example.org:443'), hosts('*.example.org:443')), [
    'connect to *.example.org:443',
  ]);
  assert.deepEqual(
    added(hosts('a.example.org:1-10', 'a.example.org:11-20'), hosts('a.example.org:5-15')),
    [],
  );
  assert.deepEqual(added(hosts('a.example.org:1-10', 'a.example.org:12-20'), hosts('a.example.org:5-15')), [
    'connect to a.example.org:5-15',
  ]);
  assert.deepEqual(added(hosts('0.0.0.0/0:53'), hosts('10.0.0.0/8:53')), ['connect to 10.0.0.0/8:53']);
  assert.deepEqual(added(hosts('public:443'), hosts('a.example.org:443', '1.1.1.0/24:443')), []);
  assert.deepEqual(added(hosts('a.example.org:443'), hosts('a.example.org:443/udp')), [
    'connect to a.example.org:443/udp',
  ]);
  assert.deepEqual(added({ network: 'host' }, hosts('public:443')), []);
  assert.deepEqual(added({ network: 'host' }, { network: { mode: 'host', connect: [1], bind: [1] } }), []);
  assert.deepEqual(
    added({ network: { mode: 'host', connect: [80] } }, { network: { mode: 'host', connect: [80, 443] } }),
    ["connect to TCP ports 443 of the host's network"],
  );
  const except = (...names: string[]): Options => ({ network: { hosts: ['public:443'], except: names } });
  assert.deepEqual(added(except('bad.example.org'), except()), [
    'connect to bad.example.org, which is no exception any more',
  ]);
  assert.deepEqual(added(except('bad.example.org'), except('*.example.org')), []);
  assert.deepEqual(added(hosts('GET,HEAD a.example.org:443'), hosts('GET a.example.org:443')), []);
  assert.deepEqual(added(hosts('GET a.example.org:443'), hosts('a.example.org:443')), [
    'connect to a.example.org:443',
  ]);
});

test('limits, variables, groups of calls, /proc and walls are compared', () => {
  const limits = (memory?: string): Options => ({ limits: memory === undefined ? {} : { memory } });
  assert.deepEqual(added(limits('1 MiB'), limits('2 MiB')), [
    'have 2097152 bytes of memory instead of 1048576',
  ]);
  assert.deepEqual(added(limits('2 MiB'), limits('1 MiB')), []);
  assert.deepEqual(added(limits('1 MiB'), limits()), [
    'have any number of bytes of memory instead of 1048576',
  ]);
  assert.deepEqual(added({}, { environment: { TOKEN: 'secret' } }), ['read the variable TOKEN']);
  assert.deepEqual(added({}, { systemCalls: ['debug'] }), ["use system calls of the group 'debug'"]);
  const few = ['stdio', 'rpath', 'exec'];
  assert.deepEqual(added({ promise: few }, { promise: [...few, 'proc'] }), [
    "use system calls of the promise 'proc'",
  ]);
  assert.deepEqual(added({}, { promise: few }), []);
  assert.deepEqual(added({}, { rulesState: 'exec' }), ['change its rules while it runs']);
  assert.deepEqual(added({ rulesState: 'open' }, { rulesState: 'exec' }), []);
  assert.deepEqual(added({}, { rulesState: 'drop' }), []);
  assert.ok(added({ promise: few }, {}).includes("use system calls of the promise 'inet'"));
  assert.equal(added({ proc: 'processes' }, { proc: 'everything' }).length, 1);
  assert.deepEqual(added({ proc: 'everything' }, { proc: 'processes' }), []);
  assert.equal(added({ tmp: '1 MiB' }, { tmp: true }).length, 1);
  const { added: gained } = compareGrants(planned({}), planned({}, 'landlock'));
  assert.deepEqual(
    gained.map(({ kind }) => kind),
    ['walls'],
  );
});

test('a use that one plan allows and another does not is never without a difference', (t) => {
  const folder = scene(t);
  const [a, inner, b] = [join(folder, 'a'), join(folder, 'a/in'), join(folder, 'b')];
  const plans: readonly Plan[] = [
    planned({}),
    planned({ directories: { [a]: file(a, { rights: 'read' }) } }),
    planned({ directories: { [a]: file(a, { rights: all }) } }),
    planned({ directories: { [a]: file(a, { rights: all }), [inner]: file(inner, { rights: 'read' }) } }),
    planned({ directories: { [a]: file(b, { rights: all }) } }),
    planned({ base: 'system' }),
    planned({ base: 'system', tmp: false, proc: 'everything' }),
    planned({ network: 'host' }),
    planned({ network: { mode: 'host', connect: [443], bind: [] } }),
    planned({ network: 'loopback' }),
    planned({ network: { hosts: ['a.example.org:443', '10.0.0.0/8:80'] } }),
    planned({ network: { hosts: ['*.example.org:1-1000'], except: ['b.example.org'] } }),
    planned({ directories: { [a]: file(a, { rights: all }) }, tmp: true }, 'landlock'),
  ];
  const paths = [
    a,
    inner,
    b,
    join(a, 'file'),
    join(inner, 'file'),
    join(a, 'new'),
    '/etc/passwd',
    '/usr/bin/env',
  ];
  const uses: readonly Use[] = [
    ...paths.flatMap((path) => (['read', 'write', 'exec'] as const).map((kind): Use => ({ kind, path }))),
    ...['/tmp/new', '/proc/kcore', '/proc/meminfo', '/dev/null'].map(
      (path): Use => ({ kind: 'write', path }),
    ),
    ...['a.example.org', 'b.example.org', 'other.example.com'].map(
      (name): Use => ({
        kind: 'connect',
        text: name,
        attempt: { host: { kind: 'name', name }, port: 443, protocol: 'tcp' },
      }),
    ),
    { kind: 'bind', port: 443 },
  ];
  for (const before of plans)
    for (const after of plans) {
      const missed = uses.filter((use) => answerUse(after, use).allowed && !answerUse(before, use).allowed);
      if (missed.length === 0) continue;
      const { added: told } = compareGrants(before, after);
      assert.ok(told.length > 0, missed.map(nameUse).join(', '));
    }
});

test('programs that are started too are compared by grants of their own', (t) => {
  const folder = scene(t);
  const a = join(folder, 'a');
  const child = (rights: 'read' | typeof all): Options => ({
    descriptors: {
      3: childProgram({ program: '/bin/true', grants: { directories: { [a]: file(a, { rights }) } } }),
    },
  });
  assert.deepEqual(added(child('read'), child(all)), [
    `!process /bin/true: change a copy of, write, start ${a}`,
  ]);
  assert.deepEqual(added(child(all), child('read')), []);
  writeFileSync(join(a, 'service.ts'), 'export default () => undefined;');
  const served = (limits: unknown, texts: string): Options => ({
    descriptors: { 3: service({ module: join(a, 'service.ts'), limits, argdata: { texts: file(texts) } }) },
  });
  const [inner, other] = [join(folder, 'a/in'), join(folder, 'b')];
  assert.deepEqual(added(served({ names: ['anna'] }, inner), served({ names: ['anna'] }, inner)), []);
  assert.match(
    added(served({ names: [] }, inner), served({ names: ['anna'] }, inner)).join(),
    /^use .*Asks service/,
  );
  const [gain = ''] = added(served(null, inner), served(null, other));
  assert.ok(gain.startsWith(`!service ${join(a, 'service.ts')}: file_open`) && gain.endsWith(other), gain);
});
