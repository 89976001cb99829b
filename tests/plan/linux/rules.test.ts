import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { describePlan, planToJson } from '../../../src/plan/explain.ts';
import { readGrants } from '../../../src/plan/grants.ts';
import { plan } from '../../../src/plan/plan.ts';
import type { LinuxPlan } from '../../../src/plan/plan-types.ts';
import type { Category } from '../../../src/policy/category.ts';
import { ruledCategories } from '../../../src/policy/category-table.ts';
import { Matcher } from '../../../src/policy/decide.ts';
import { compileTable } from '../../../src/policy/table.ts';
import { command, file } from '../../../src/resources/constructors.ts';
import { ConfigurationError } from '../../../src/resources/mistake.ts';

const folder = realpathSync(mkdtempSync(join(tmpdir(), 'cloudabi-rules-')));
mkdirSync(join(folder, 'src/deep'), { recursive: true });
mkdirSync(join(folder, 'real'));
symlinkSync('real', join(folder, 'link'));
writeFileSync(join(folder, 'other'), 'other');
after(() => rmSync(folder, { recursive: true }));

const WRITE = ['read', 'write', 'create', 'remove'] as const;

function planOf(rules: readonly string[], more: object = {}): LinuxPlan {
  const grants = command({
    directories: { '/p': file(folder, { rights: WRITE, ...more }) },
    workingDirectory: '/p',
    rules,
  });
  const made = plan('/bin/true', grants);
  assert.equal(made.kind, 'linux');
  return made;
}

function decisionsOf({ linux }: LinuxPlan): (path: string, category?: Category) => string {
  const matcher = new Matcher(compileTable(linux.rules, () => undefined));
  return (path, category = 'read') => matcher.decide(category, Buffer.from(path)).action;
}

test('relative patterns begin at the working directory, and links in their fixed part are followed', () => {
  const made = planOf(['hide **/.env', 'append link/*.log', 'deny read /p/link/**', 'log exec /bin/*']);
  assert.deepEqual(
    made.linux.rules.map(({ patterns }) => patterns[0]),
    ['/p/**/.env', '/p/real/*.log', '/p/real/**', '/usr/bin/*'],
  );
});

test('`without` hides names of a directory, and `only` all others', () => {
  const without = decisionsOf(planOf([], { without: ['**/.env', 'real'] }));
  assert.equal(without('/p/a/.env'), 'hide');
  assert.equal(without('/p/real/x', 'stat'), 'hide');
  assert.equal(without('/p/a'), 'allow');
  const only = decisionsOf(planOf([], { without: '**/secret', only: ['src/deep', '*.md', 'a/{b,c/d}'] }));
  for (const path of ['/p/src/deep', '/p/src/deep/x/y', '/p/x.md', '/p/a/c/d'])
    assert.equal(only(path), 'allow', path);
  for (const path of ['/p/src', '/p/a', '/p/a/c'])
    for (const category of ['walk', 'list', 'readdir'] as const)
      assert.equal(only(path, category), 'allow', path);
  for (const path of ['/p/src/x', '/p/other', '/p/src/deep/secret', '/p/x.mdx', '/p/src', '/p/a/x'])
    assert.equal(only(path), 'hide', path);
  assert.equal(only('/p', 'write'), 'allow');
});

test('explain names each rule, its place and what holds it, also as JSON', () => {
  const document = `!command
directories:
  /p: !file { path: ${folder}, without: '*.key' }
rules:
  - mask /p/other
`;
  const made = plan('/bin/true', readGrants(document, { file: 'g.yaml' }));
  const text = describePlan(made);
  for (const line of [
    '  mask /p/other  g.yaml:5:5',
    '     Is an empty file: supervisor',
    `  hide /p/*.key  g.yaml:3:${folder.length + 32}`,
  ])
    assert.ok(text.split('\n').includes(line), text);
  assert.deepEqual(planToJson(made).world?.rules[0], {
    rule: 'mask /p/other',
    action: 'mask',
    categories: ruledCategories,
    patterns: ['/p/other'],
    written: 'mask /p/other',
    place: 'g.yaml:5:5',
    position: { file: 'g.yaml', line: 5, column: 5 },
    by: 'supervisor',
  });
});

test('rules that never match and rules about nothing are told before anything starts', () => {
  const warned = (rules: readonly string[]): readonly string[] =>
    planOf(rules).warnings.map(({ message }) => message);
  assert.deepEqual(warned(['hide **/.env', 'hide *.key', 'append logs/*.log', 'deny write **/.env2']), []);
  assert.match(
    warned(['hide **/.env', 'deny write a/.env'])[0] ?? '',
    /never matches: 'hide \*\*\/.env' above/,
  );
  assert.match(warned(['append *.log', 'hide a.log'])[0] ?? '', /never matches/);
  assert.match(
    warned(['deny write a', 'deny read a', 'deny read,write a'])[0] ?? '',
    /rules above it decide/,
  );
  assert.match(warned(['hide /opt/nothing/**'])[0] ?? '', /no grant reaches '\/opt\/nothing\/\*\*'/);
  assert.deepEqual(warned(['allow read a for /bin/x', 'deny read a']), []);
});

test('mistakes of rules and policies have file, line and column', () => {
  writeFileSync(join(folder, 'a.policy'), '# first\nhide x\ninclude b.policy\nhdie y\n');
  writeFileSync(
    join(folder, 'b.policy'),
    'mask other with other\n  deny wirte x\ninclude a.policy\ninclude none\n',
  );
  const messageOf = (make: () => unknown): string => {
    try {
      make();
    } catch (error) {
      assert.ok(error instanceof ConfigurationError, String(error));
      return error.message;
    }
    return assert.fail('no mistake');
  };
  const message = messageOf(() => command({ policy: join(folder, 'a.policy') }));
  for (const [place, excerpt] of [
    ['a.policy:4:1: There is no action', 'hdie y\n^^^^'],
    ["b.policy:2:8: There is no category 'wirte'; did you mean 'write'?", '  deny wirte x\n       ^^^^^'],
    ["b.policy:3:9: 'a.policy' includes itself", 'include a.policy\n        ^^^^^^^^'],
    ["b.policy:4:9: Cannot read the policy 'none'", 'include none\n        ^^^^'],
  ] as const)
    assert.ok(message.includes(place) && message.includes(excerpt), `${place}\n${message}`);
  assert.match(
    messageOf(() => command({ rules: ['hide a', 'hide [b'] })),
    /^rules\[1\]: The bracket .*\n {2}hide \[b\n {7}\^$/,
  );
  const document = "!command\nrules:\n  - 'hide a/'\n";
  assert.match(
    messageOf(() => plan('/bin/true', readGrants(document, { file: 'g.yaml' }))),
    /^g\.yaml:3:12: A pattern does not end/,
  );
  assert.match(
    messageOf(() => planOf(['mask x with nothing'])),
    /Cannot mask with '.*nothing': no such file/,
  );
  assert.match(
    messageOf(() => planOf([`hide *a${'?'.repeat(40)}`])),
    /rules\[0\]: This pattern is too complex/,
  );
});

test('a rule that mounts hold is told apart, and stands behind exceptions alone', () => {
  const made = planOf(['allow all sample.env', 'hide **/*.env by mounts', 'deny write x']);
  assert.ok(describePlan(made).includes('hide /p/**/*.env by mounts'));
  assert.match(
    planToJson(made).world?.rules[1]?.by ?? '',
    /^mounts over what is there at the start; supervisor/,
  );
  for (const above of ['deny write x', 'allow read x', 'allow all x for /bin/sh', 'hide y'])
    assert.throws(
      () => planOf([above, 'hide **/*.env by mounts']),
      /stands above one that mounts hold/,
      above,
    );
  assert.throws(
    () => planOf(['hide **/*.env by mounts'], { overlay: true }),
    /by mounts: changes there are kept aside/,
  );
});

test('names can be withheld from Linux programs only, and of directories only', () => {
  assert.throws(
    () => plan('/bin/true', command({ files: { '/x': file(join(folder, 'other'), { without: 'a' }) } })),
    /are for directories/,
  );
  assert.throws(
    () => plan('/bin/true', command({ stdin: file(folder, { without: 'a' }) })),
    /for 'directories' of a Linux program/,
  );
  assert.throws(() => file(folder, { only: '/absolute' }), /leave out the slash/);
});

test('groups of calls that get around rules are not granted with them', () => {
  for (const group of ['io_uring', 'namespaces', 'user_namespaces', 'watch_files'] as const) {
    const grants = command({ rules: ['hide /p'], systemCalls: [group] });
    assert.throws(
      () => plan('/bin/true', grants),
      new RegExp(`Group '${group}' .* cannot be granted with rules`),
    );
    plan('/bin/true', command({ systemCalls: [group] }));
  }
  plan('/bin/true', command({ rules: ['hide /p'], systemCalls: ['debug'] }));
});

test('without namespaces there are no rules about files', () => {
  assert.throws(
    () => plan('/bin/true', command({ rules: ['hide /p'] }), { walls: 'landlock' }),
    /need namespaces/,
  );
});
