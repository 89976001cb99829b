import assert from 'node:assert/strict';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { type TestContext, test } from 'node:test';
import { describePlan, planToJson } from '../../../src/plan/explain.ts';
import { plan } from '../../../src/plan/plan.ts';
import {
  type CommandOptions,
  command,
  type FileOptions,
  file,
  pipe,
} from '../../../src/resources/constructors.ts';
import { launchPlan } from '../../../src/run/launch.ts';
import { makeFolder } from '../../frame/programs.ts';

type Rights = NonNullable<FileOptions['rights']>;
const all: Rights = ['read', 'write', 'create', 'remove', 'execute'];

/** A folder with a folder in it, granted where they lie. */
function nested(t: TestContext, outer: Rights, inner: Rights) {
  const folder = makeFolder(t);
  const sub = join(folder, 'sub');
  mkdirSync(sub);
  writeFileSync(join(sub, 'file'), 'content');
  const grants = (script: string, streams: Pick<CommandOptions, 'stdout'> = {}): ReturnType<typeof command> =>
    command({
      base: 'system',
      arguments: ['-c', script],
      ...streams,
      directories: { [folder]: file(folder, { rights: outer }), [sub]: file(sub, { rights: inner }) },
    });
  return { folder, sub, grants };
}

test('a grant within a wider one is refused with its cause if Landlock stands alone', (t) => {
  for (const [outer, inner, what] of [
    [all, 'read', 'changed and executed'],
    [['read', 'write', 'create', 'remove'], 'read', 'changed'],
    [['read', 'execute'], ['read'], 'executed'],
  ] as const) {
    const { grants, sub, folder } = nested(t, outer, inner);
    const made = grants('true');
    const message = new RegExp(`Cannot make '${sub}' narrower than the grant of ${folder} .*may be ${what}`);
    assert.throws(() => plan('/bin/sh', made, { walls: 'landlock' }), message);
    // The same plan, made for all walls, does not start without them.
    assert.throws(
      () => launchPlan(plan('/bin/sh', made), { walls: 'landlock' }),
      /Cannot make .* narrower than .*without namespaces/,
    );
    plan('/bin/sh', made);
  }
});

test('a wider grant within a narrower one holds with Landlock alone', async (t) => {
  const { folder, sub, grants } = nested(t, 'read', all);
  const stdout = pipe('write');
  const script = `echo x > ${sub}/new && ! echo x > ${folder}/new && cat ${sub}/file`;
  const planned = plan('/bin/sh', grants(script, { stdout }), { walls: 'landlock' });
  const { exited } = launchPlan(planned, { walls: 'landlock' });
  assert.equal(await text(stdout.stream), 'content');
  const reason = await exited;
  assert.equal(reason.kind === 'exited' && reason.code, 0);
  assert.ok(existsSync(join(sub, 'new')) && !existsSync(join(folder, 'new')));
});

test('a plan names what holds it with the walls it is made for, and nothing else', (t) => {
  const folder = makeFolder(t);
  const made = command({
    base: 'system',
    tmp: false,
    directories: { [folder]: file(folder, { rights: 'read' }) },
  });
  const lone = describePlan(plan('/bin/sh', made, { walls: 'landlock' }));
  assert.doesNotMatch(lone, /mount|process namespace|IPC namespace|network namespace|\/tmp \(private/);
  assert.match(lone, /No namespaces: it sees names and attributes/);
  assert.match(lone, /^ {5}No change: Landlock$/m);
  assert.match(lone, /^ {2}No network: seccomp$/m);
  const both = describePlan(plan('/bin/sh', made));
  assert.match(both, /^ {5}No change: read-only mount, Landlock$/m);
  assert.match(both, /^ {2}No network: network namespace$/m);
});

test('beneath a wider grant, the mount alone is named', (t) => {
  const { grants, sub } = nested(t, all, 'read');
  const { world } = planToJson(plan('/bin/sh', grants('true')));
  const entry = world?.entries.find(({ at }) => at === sub);
  assert.deepEqual(entry?.enforcement, [
    { limit: 'No change', by: ['read-only mount'] },
    { limit: 'No program in it can be started', by: ['noexec mount'] },
  ]);
});

test('devices within a grant are warned of where no mount keeps them closed', () => {
  const made = command({ base: 'minimal', directories: { '/': file('/', { rights: ['read', 'execute'] }) } });
  const warned = (walls: 'all' | 'landlock'): boolean =>
    plan('/bin/true', made, { walls }).warnings.some(({ message }) => /holds the devices/.test(message));
  assert.equal(warned('landlock'), true);
  assert.equal(warned('all'), false);
});
