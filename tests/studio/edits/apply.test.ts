import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { applyEdit } from '../../../src/studio/edits/apply.ts';
import { outlineOf } from '../../../src/studio/outline.ts';
import type { GraphEdit } from '../../../src/studio/wire.ts';

const SHOP = `# The shop
!graph
programs:
  # Takes requests.
  front: # the face
    program: front.ts   # TypeScript
    replicas: 2
    grants:
      web: !arrow web
      net: !network [!arrow prices] # by name
  prices:
    program: prices.ts
    grants: { listen: !arrow prices, log: !fd stdout }

  store:
    program: /usr/bin/store
    grants: !command
      base: system
      stdout: !fd stdout

arrows:
  web: !published { to: front, port: 8080 }   # the world
  prices: !connection { from: front, to: prices, port: 7000 }
`;

/** The lines that an edit removes and adds. */
function linesOf(edit: GraphEdit, text = SHOP): string[] {
  const next = applyEdit(text, edit).split('\n');
  const before = text.split('\n');
  return [
    ...before.filter((line) => !next.includes(line)).map((line) => `-${line}`),
    ...next.filter((line) => !before.includes(line)).map((line) => `+${line}`),
  ];
}

test('a program is added with its place, and nothing else changes', () => {
  const edit = { edit: 'add-program', name: 'mail', program: 'mail.ts', place: { x: 10.4, y: -20 } } as const;
  assert.deepEqual(linesOf({ ...edit, form: 'tree' }), [
    '+  mail:',
    '+    program: mail.ts',
    '+      errors: !fd stderr',
    '+x-studio:',
    '+  mail: [10, -20]',
  ]);
  assert.match(
    applyEdit(SHOP, { ...edit, form: 'command' }),
    /\n {2}mail:\n {4}program: mail\.ts\n {4}grants: !command\n {6}base: system\n {6}stdout: !fd stdout\n {6}stderr: !fd stderr\n/,
  );
  assert.throws(() => applyEdit(SHOP, { ...edit, name: 'front', form: 'tree' }), /a program 'front' already/);
});

test('the first program and the first arrow of an empty graph are added', () => {
  for (const empty of ['!graph\nprograms:\n', '!graph {}\n', '!graph\nprograms: {}\narrows: {}\n']) {
    const place = { x: 0, y: 0 };
    const one = applyEdit(empty, { edit: 'add-program', name: 'a', program: 'a.ts', form: 'tree', place });
    const two = applyEdit(one, { edit: 'add-program', name: 'b', program: 'b.ts', form: 'tree', place });
    const three = applyEdit(two, {
      edit: 'add-arrow',
      kind: 'connection',
      name: 'w',
      from: 'a',
      to: 'b',
      detail: '',
    });
    assert.match(three, /w: !connection \{ from: a, to: b \}/, empty);
    assert.match(three, /!network \[!arrow w\]/, empty);
  }
});

test('an arrow gets its ends in the grants of both programs', () => {
  const arrow = { edit: 'add-arrow', name: 'extra', detail: '' } as const;
  assert.deepEqual(linesOf({ ...arrow, kind: 'connection', from: 'front', to: 'store', detail: 's.sock' }), [
    '-      net: !network [!arrow prices] # by name',
    '+      net: !network [!arrow prices, !arrow extra] # by name',
    '+      directories: { /run/extra: !arrow extra }',
    '+  extra: !connection { from: front, to: store, socket: s.sock }',
  ]);
});

test('each kind of arrow has its keys', () => {
  const arrow = { edit: 'add-arrow', name: 'x', from: 'front', to: 'prices' } as const;
  const cases = [
    ['pipe', '', 'x: !pipe { from: front, to: prices }'],
    ['shared_memory', '', 'x: !shared_memory { between: [front, prices], size: "1 MiB" }'],
    ['directory', 'data', 'x: !directory { from: front, to: prices, path: data }'],
    ['outside', 'example.org:443', 'x: !outside { from: front, host: "example.org:443" }'],
    ['published', '', 'x: !published { to: prices, port: 0 }'],
    ['published', '80a', 'x: !published { to: prices, port: "80a" }'],
  ] as const;
  for (const [kind, detail, line] of cases) {
    const text = applyEdit(SHOP, { ...arrow, kind, detail });
    assert.ok(text.includes(`\n  ${line}\n`), text);
    assert.equal(text.includes('listen: !arrow prices, log: !fd stdout, x: !arrow x }'), kind !== 'outside');
  }
});

test('a service is drawn from its clients to the program that offers it, or to ours', () => {
  const arrow = { edit: 'add-arrow', kind: 'service', name: 'x' } as const;
  assert.deepEqual(linesOf({ ...arrow, from: 'store', to: '', detail: '{ pwd: { users: [root] } }' }), [
    '+      services: [!arrow x]',
    '+  x: !service { from: store, service: { pwd: { users: [root] } } }',
  ]);
  assert.deepEqual(linesOf({ ...arrow, from: 'prices', to: '', detail: 'random' }), [
    '-    grants: { listen: !arrow prices, log: !fd stdout }',
    '+    grants: { listen: !arrow prices, log: !fd stdout, x: !arrow x }',
    '+  x: !service { from: prices, service: random }',
  ]);
  const offered = applyEdit(SHOP, { ...arrow, from: 'store', to: 'prices', detail: '' });
  assert.match(offered, /sockets: \{ \/run\/x\/socket: !arrow x \}/);
  assert.match(offered, /x: !service \{ from: store, to: prices \}/);
  const broken = applyEdit(SHOP, { ...arrow, from: 'front', to: '', detail: '{ a' });
  assert.match(broken, /service: "\{ a"/, 'the checker has its say');
});

test('edits reach the clients of a service, and the listeners that are named by them', () => {
  const text = `!graph
programs:
  a: { program: a.ts, grants: { x: !arrow x } }
  b: { program: b.ts, grants: { x: !arrow x } }
  s: { program: s.ts, grants: { one: !arrow x/a, two: !arrow x/b } }
  u: { program: u.ts, grants: { u: !arrow u } }
arrows:
  x: !service { from: [a, b], to: s }
  u: !service { from: { u: { bytes: 1 } }, service: random }
`;
  const renamed = applyEdit(text, { edit: 'rename-program', name: 'a', to: 'c' });
  assert.match(renamed, /one: !arrow x\/c, two: !arrow x\/b[\s\S]*from: \[c, b\]/);
  const other = applyEdit(text, { edit: 'rename-program', name: 'u', to: 'v' });
  assert.match(other, /from: \{ v: \{ bytes: 1 \} \}/);
  assert.match(
    applyEdit(text, { edit: 'rename-arrow', name: 'x', to: 'z' }),
    /x: !arrow z \}[\s\S]*!arrow z\/a, two: !arrow z\/b[\s\S]*z: !service/,
  );
  assert.doesNotMatch(applyEdit(text, { edit: 'remove-arrow', name: 'x' }), /!arrow x/);
  assert.doesNotMatch(applyEdit(text, { edit: 'remove-program', name: 'u' }), /random/);
  assert.deepEqual(
    outlineOf(text).ways.map(({ name, clients, to }) => [name, clients, to]),
    [
      ['x', ['a', 'b'], 's'],
      ['u', ['u'], null],
    ],
  );
});

test('removing a program removes the arrows at it, and removing an arrow its ends', () => {
  assert.deepEqual(linesOf({ edit: 'remove-arrow', name: 'prices' }), [
    '-      net: !network [!arrow prices] # by name',
    '-    grants: { listen: !arrow prices, log: !fd stdout }',
    '-  prices: !connection { from: front, to: prices, port: 7000 }',
    '+      net: !network [] # by name',
    '+    grants: { log: !fd stdout }',
  ]);
  const text = applyEdit(SHOP, { edit: 'remove-program', name: 'front' });
  assert.doesNotMatch(text, /arrow (?:web|prices)|!published|!connection|front\.ts/);
  assert.match(text, /^# The shop\n!graph\nprograms:\n {2}# Takes requests\.\n {2}prices:/);
});

test('renaming reaches ends and places', () => {
  const placed = applyEdit(SHOP, { edit: 'move', places: { front: { x: 1, y: 2 }, prices: { x: 3, y: 4 } } });
  assert.match(placed, /\nx-studio:\n {2}front: \[1, 2\]\n {2}prices: \[3, 4\]\n$/);
  const moved = applyEdit(placed, { edit: 'move', places: { front: { x: 5, y: 6 } } });
  assert.match(moved, /\n {2}front: \[5, 6\]\n {2}prices: \[3, 4\]\n$/);
  const text = applyEdit(moved, { edit: 'rename-program', name: 'front', to: 'face' });
  assert.match(text, /\n {2}face: # the face\n/);
  assert.match(text, /!published \{ to: face, port: 8080 \} {3}# the world/);
  assert.match(text, /from: face, to: prices/);
  assert.match(text, /\n {2}face: \[5, 6\]\n/);
  const renamed = applyEdit(text, { edit: 'rename-arrow', name: 'prices', to: 'costs' });
  assert.match(renamed, /\[!arrow costs\] # by name/);
  assert.match(renamed, /listen: !arrow costs/);
  assert.match(renamed, /\n {2}costs: !connection/);
  assert.match(renamed, /\n {2}prices:\n/, 'the program keeps its name');
});

test('keys of a program are set and taken out', () => {
  const set = (key: 'program' | 'replicas' | 'restart', value: string, name = 'front') =>
    linesOf({ edit: 'set', name, key, value });
  assert.deepEqual(set('replicas', '3'), ['-    replicas: 2', '+    replicas: 3']);
  assert.deepEqual(set('replicas', ''), ['-    replicas: 2']);
  assert.deepEqual(set('restart', 'never', 'prices'), ['+    restart: never']);
  assert.deepEqual(set('program', "it's: here"), [
    '-    program: front.ts   # TypeScript',
    '+    program: "it\'s: here"   # TypeScript',
  ]);
});

test('a document with a prefix for its tags is edited, too', () => {
  const text = readFileSync('examples/shop/shop.yaml', 'utf8');
  const arrow = { edit: 'add-arrow', kind: 'connection', from: 'front', to: 'store', name: 'fast' } as const;
  const next = applyEdit(text, { ...arrow, detail: '' });
  assert.match(next, /network: !network \[!arrow orders, !arrow fast\]/);
  assert.match(next, /\n {8}\/run\/fast: !arrow fast\n/);
  assert.equal(applyEdit(next, { edit: 'remove-arrow', name: 'fast' }), text);
});

test('a text that is no graph is not edited', () => {
  for (const text of ['', '- a\n', '!graph [\n', 'programs: [a]\n'])
    assert.throws(
      () =>
        applyEdit(text, {
          edit: 'add-program',
          name: 'a',
          program: 'a',
          form: 'tree',
          place: { x: 0, y: 0 },
        }),
      RangeError,
      text,
    );
});

test('a refusal is mended by an arrow to a host outside, or by rights of a grant', () => {
  const host = { kind: 'host', host: 'api.example.org:443' } as const;
  assert.deepEqual(linesOf({ edit: 'mend', name: 'front', mend: host }), [
    '-      net: !network [!arrow prices] # by name',
    '+      net: !network [!arrow prices, !arrow api-example-org] # by name',
    '+  api-example-org: !outside { from: front, host: "api.example.org:443" }',
  ]);
  const text = `!graph
programs:
  a:
    program: a.wasm
    grants:
      site: !file pages # read
      more: { data: !file { path: d, rights: read }, "a b": !file { path: e } }
      list: [!file x]
      block: !file
        path: y
        rights:
          - read
`;
  const mend = (place: string, ...rights: string[]) =>
    linesOf({ edit: 'mend', name: 'a', mend: { kind: 'rights', place, rights } }, text);
  assert.deepEqual(mend('site', 'write', 'create'), [
    '-      site: !file pages # read',
    '+      site: !file { path: pages, rights: [read, write, create] } # read',
  ]);
  assert.deepEqual(
    mend('more.data', 'write')[1],
    '+      more: { data: !file { path: d, rights: [read, write] }, "a b": !file { path: e } }',
  );
  assert.deepEqual(
    mend('more["a b"]', 'write')[1],
    '+      more: { data: !file { path: d, rights: read }, "a b": !file { path: e, rights: [read, write] } }',
  );
  assert.deepEqual(mend('block', 'read', 'write'), ['+          - write']);
  assert.throws(() => mend('list[0]', 'write'), /no entry of a map/);
  assert.throws(() => mend('absent', 'write'), /no !file at 'absent'/);
});
