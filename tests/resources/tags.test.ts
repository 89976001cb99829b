import assert from 'node:assert/strict';
import { readFileSync, readlinkSync, writeFileSync } from 'node:fs';
import { test } from 'node:test';
import { Filetype } from '../../src/abi/generated/constants.ts';
import { decode } from '../../src/argdata/index.ts';
import { openPlan } from '../../src/run/open.ts';
import { makeSandbox } from '../frame/resources/sandbox.ts';

const tags: readonly { readonly yaml: string; readonly type: number; readonly description: RegExp }[] = [
  { yaml: '!fd 0', type: -1, description: /^Our descriptor 0, / },
  // As the C library of CloudABI prints it.
  { yaml: '!fd "0"', type: -1, description: /^Our descriptor 0, / },
  { yaml: '!file { path: f.txt }', type: Filetype.regular_file, description: /^File .*\/f\.txt \(read\)$/ },
  { yaml: '!file { path: d }', type: Filetype.directory, description: /^Directory .*\/d \(read\)$/ },
  { yaml: '!file { path: /dev/null }', type: Filetype.character_device, description: /^Device \/dev\/null/ },
  {
    yaml: "!socket { bind: '127.0.0.1:0' }",
    type: Filetype.socket_stream,
    description: /^Listens on 127\.0\.0\.1:0 \(TCP\)$/,
  },
  {
    yaml: "!socket { bind: 'localhost:0', protocol: udp }",
    type: Filetype.socket_dgram,
    description: /^Bound to 127\.0\.0\.1:0 \(UDP\)$/,
  },
  // As the first cloudabi-run took it.
  {
    yaml: "!socket { type: stream, bind: '127.0.0.1:0' }",
    type: Filetype.socket_stream,
    description: /^Listens on 127\.0\.0\.1:0 \(TCP\)$/,
  },
  {
    yaml: "!socket { domain: inet6, type: dgram, bind: '[::1]:0' }",
    type: Filetype.socket_dgram,
    description: /^Bound to \[::1\]:0 \(UDP\)$/,
  },
  {
    yaml: '!socket { domain: unix, type: dgram, bind: ./s.sock }',
    type: Filetype.socket_dgram,
    description: /^Bound to .*\/s\.sock \(UNIX datagram\)$/,
  },
  {
    yaml: '!socket { bind: ./s.sock }',
    type: Filetype.socket_stream,
    description: /^Listens on .*\/s\.sock \(UNIX stream\)$/,
  },
  {
    yaml: '!shared_memory { size: 64 KiB }',
    type: Filetype.shared_memory,
    description: /^Shared memory of 64 KiB$/,
  },
  {
    yaml: '!shared_memory { size: 1M }',
    type: Filetype.shared_memory,
    description: /^Shared memory of 1 MiB$/,
  },
  {
    yaml: '!shared_memory { size: 1G }',
    type: Filetype.shared_memory,
    description: /^Shared memory of 1 GiB$/,
  },
  {
    yaml: '!service { pwd: { users: [root] } }',
    type: Filetype.socket_stream,
    description: /^Asks service pwd within \{users: \[root\]\}$/,
  },
  { yaml: '!service random', type: Filetype.socket_stream, description: /^Asks service random$/ },
  { yaml: '!executable', type: Filetype.regular_file, description: /^The program itself$/ },
];

for (const head of ['', '%TAG ! tag:nuxi.nl,2015:cloudabi/\n---\n']) {
  const how = head === '' ? 'without' : 'with';
  for (const { yaml, type, description } of tags) {
    test(`${yaml} gives its descriptor ${how} the %TAG line`, (t) => {
      const sandbox = makeSandbox(t);
      const planned = sandbox.plan(`${head}it: ${yaml}\n`);
      assert.equal(planned.grants.length, 1);
      assert.match(planned.grants[0]?.description ?? '', description);
      assert.equal(planned.grants[0]?.place, 'it');
      assert.equal(planned.grants[0]?.position?.line, head === '' ? 1 : 3);
      assert.equal(planned.grants[0]?.position?.column, 5);
      const opened = openPlan(planned);
      t.after(() => opened.abandon());
      if (type >= 0) assert.equal(opened.descriptors[0]?.type, type);
      assert.equal(opened.descriptors[0]?.grant, 0);
    });
  }

  test(`the two ends of a !pipe are connected ${how} the %TAG line`, (t) => {
    const yaml = `${head}- !pipe { name: a, end: write }\n- !pipe { name: a, end: read }\n`;
    const opened = openPlan(makeSandbox(t).plan(yaml));
    t.after(() => opened.close());
    const [writer, reader] = opened.descriptors;
    assert.ok(writer && reader);
    writeFileSync(writer.host, 'through the pipe');
    opened.descriptors[0] &&
      assert.equal(
        readlinkSync(`/proc/self/fd/${reader.host}`),
        readlinkSync(`/proc/self/fd/${writer.host}`),
      );
  });

  test(`!command makes a UNIX world ${how} the %TAG line`, (t) => {
    const sandbox = makeSandbox(t);
    const planned = sandbox.plan(`${head}!command
arguments: [one, two]
environment: { A: b }
stdout: !file { path: out.txt, rights: [write, create] }
directories:
  /data: !file { path: d }
limits: { memory: 64 MiB, wall_clock: 10s }
`);
    assert.ok(planned.kind === 'wasm');
    assert.deepEqual(planned.command?.arguments, [sandbox.program, 'one', 'two']);
    assert.deepEqual([...(planned.command?.environment ?? [])], [['A', 'b']]);
    assert.deepEqual([...(planned.command?.preopens ?? [])], [[3, '/data']]);
    assert.deepEqual(planned.limits, { memory: 64 * 2 ** 20, wallClock: 10_000 });
    assert.deepEqual(
      planned.grants.map(({ kind, place }) => `${kind} ${place}`),
      ['nothing stdin', 'file stdout', 'nothing stderr', 'file directories["/data"]'],
    );
  });
}

test('a stream that is not granted to a command is a descriptor without any right', (t) => {
  const opened = openPlan(makeSandbox(t).plan('!command'));
  t.after(() => opened.close());
  assert.equal(opened.descriptors.length, 3);
  for (const { base, inheriting, type } of opened.descriptors) {
    assert.deepEqual(
      [base, inheriting],
      [
        { low: 0, high: 0 },
        { low: 0, high: 0 },
      ],
    );
    assert.equal(type, Filetype.unknown);
  }
});

test('the program gets the tree with numbers in the place of tags, an alias being the same number', (t) => {
  const planned = makeSandbox(t).plan('a: &x !file { path: f.txt }\nb: [1, two, *x]\nc: !executable\n');
  assert.equal(planned.grants.length, 2);
  assert.ok(planned.kind === 'wasm');
  const tree = decode(planned.encoded);
  assert.deepEqual(
    JSON.stringify(tree, (_, value) => (value instanceof Map ? [...value] : value)),
    '[["a",{"index":0}],["b",[1,"two",{"index":0}]],["c",{"index":1}]]',
  );
});

test('paths are relative to the folder of the document', (t) => {
  const sandbox = makeSandbox(t);
  const opened = openPlan(sandbox.plan('!file { path: ./d/../f.txt }'));
  t.after(() => opened.close());
  assert.equal(readFileSync(opened.descriptors[0]?.host ?? -1, 'utf8'), 'hello');
});

test('an empty document grants nothing', (t) => {
  const planned = makeSandbox(t).plan('');
  assert.ok(planned.kind === 'wasm');
  assert.deepEqual([planned.grants, planned.encoded.length, planned.command], [[], 0, undefined]);
});
