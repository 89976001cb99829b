import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { bind, noContainers, TestBundle, usualMounts } from '../frame/oci/bundle.ts';

const skip = noContainers;

/** A bundle with two directories in its image and a document of grants, as a ConfigMap mounts one. */
function withGrants(
  context: TestContext,
  args: readonly string[],
  document: string,
  ...options: string[]
): TestBundle {
  const bundle = new TestBundle(context);
  for (const name of ['granted', 'secret']) {
    mkdirSync(bundle.inRoot(name));
    writeFileSync(join(bundle.inRoot(name), 'file'), `${name}\n`);
  }
  const volume = join(bundle.directory, 'volume');
  mkdirSync(join(volume, '..2026'), { recursive: true });
  writeFileSync(join(volume, '..2026/grants.yaml'), `%TAG ! tag:nuxi.nl,2015:cloudabi/\n---\n${document}`);
  symlinkSync('..2026', join(volume, '..data'));
  symlinkSync('..data/grants.yaml', join(volume, 'grants.yaml'));
  const programs = ['/usr', '/bin', '/lib', '/lib64'].map((path) => bind(path, path, 'ro'));
  const mounts = [
    ...usualMounts,
    ...programs,
    bind(dirname(process.execPath), '/node', 'ro'),
    bind(volume, '/cloudabi', ...(options.length > 0 ? options : ['ro'])),
  ];
  bundle.configure(args, { mounts });
  return bundle;
}

const look =
  'cat /granted/file; cat /secret/file; echo x > /granted/new; echo y > /tmp/y && cat /tmp/y; echo $A';

test('with a document of grants, a container has these alone', { skip }, async (context) => {
  const document = `!command
base: system
environment: { A: from the document }
directories:
  /granted: !file { path: /granted, rights: [read] }
`;
  const bundle = withGrants(context, ['sh', '-c', look], document);
  const output = await bundle.output();
  assert.match(output, /^granted\n/);
  assert.match(output, /\/secret\/file: Permission denied/);
  assert.match(output, /\/granted\/new: Permission denied/);
  assert.match(output, /\ny\nfrom the document\n$/);
});

test('a hook in the container has no more than its program', { skip }, async (context) => {
  const document = `!command
base: system
directories:
  /granted: !file { path: /granted, rights: [read] }
`;
  const bundle = withGrants(context, ['echo', 'the program'], document);
  const path = join(bundle.directory, 'config.json');
  const env = ['PATH=/usr/bin:/bin'];
  const hook = { path: '/bin/sh', args: ['sh', '-c', `${look}; mount -t tmpfs x /tmp`], env };
  const configuration: unknown = JSON.parse(readFileSync(path, 'utf8'));
  writeFileSync(
    path,
    JSON.stringify(Object.assign({}, configuration, { hooks: { startContainer: [hook] } })),
  );
  const created = bundle.create();
  assert.equal(created.status, 0, created.stderr);
  // Mounting fails last, and ends the container.
  assert.equal(bundle.run('start', bundle.id).status, 1);
  const output = readFileSync(join(bundle.directory, 'output'), 'utf8');
  assert.match(output, /^granted\n/);
  assert.match(output, /\/secret\/file: Permission denied/);
  assert.match(output, /\/granted\/new: Permission denied/);
  assert.match(output, /\ny\n\nmount: /);
  assert.doesNotMatch(output, /the program/);
});

test('without one, it has what its configuration says', { skip }, async (context) => {
  const bundle = withGrants(context, ['sh', '-c', look], 'null');
  bundle.configure(['sh', '-c', 'mkdir /secret/new && cat /secret/file']);
  assert.equal(await bundle.output(), 'secret\n');
});

test('a further process is behind the same grants', { skip }, (context) => {
  const document =
    '!command\nbase: system\ndirectories: { /granted: !file { path: /granted, rights: [read] } }\n';
  const bundle = withGrants(context, ['sleep', '100'], document);
  const created = bundle.create();
  assert.equal(created.status, 0, created.stderr);
  bundle.run('start', bundle.id);
  assert.equal(bundle.run('exec', bundle.id, 'cat', '/granted/file').stdout, 'granted\n');
  assert.match(bundle.run('exec', bundle.id, 'cat', '/secret/file').stderr, /Permission denied/);
});

test('arguments and descriptors of a document are those of the program', { skip }, async (context) => {
  const document = `!command
base: system
arguments: [-c, 'cat <&3; cat /proc/self/fd/3 | head -c 3; exec 4</secret/file']
descriptors: { 3: !file { path: /secret/file, rights: [read] } }
`;
  const bundle = withGrants(context, ['sh', 'other', 'words'], document);
  const output = await bundle.output();
  assert.match(output, /^secret\n/);
  assert.match(output, /\/secret\/file: Permission denied/);
});

test('a network is granted by ports', { skip }, async (context) => {
  const script = `const listen = (port, then) => require('net').createServer()
    .on('error', ({ code }) => { console.log(port, code); then?.(); })
    .listen(port, () => { console.log(port); process.exit(); });
    listen(8081, () => listen(8080));`;
  const document = `!command
base: system
directories:
  /node: !file { path: /node, rights: [read, execute] }
network: { mode: host, bind: [8080] }
`;
  const bundle = withGrants(context, ['/node/node', '-e', script], document);
  assert.equal(await bundle.output(), '8081 EACCES\n8080\n');
});

test('a document that the container could change, and one that is missing or wrong, start nothing', {
  skip,
}, (context) => {
  const refused = (document: string, words: RegExp, ...options: string[]): void => {
    const { status, stderr } = withGrants(context, ['true'], document, ...options).create();
    assert.equal(status, 1);
    assert.match(stderr, words);
  };
  refused('!command', /mount at \/cloudabi must be read-only/, 'rw');
  refused('!command\nbase: nosuch\n', /nosuch/);
  refused('!command\ndirectories: { /x: !file { path: /nosuch } }\n', /nosuch/);
  refused('!command\nbase: system\nnetwork: loopback\n', /network/);
  const bundle = withGrants(context, ['true'], '!command');
  const nothing = join(bundle.directory, 'nothing');
  mkdirSync(nothing);
  bundle.configure(['true'], {
    mounts: [...usualMounts, bind('/usr', '/usr'), bind(nothing, '/cloudabi', 'ro')],
  });
  assert.match(bundle.create().stderr, /grants\.yaml is missing/);
});

test('a document of the image grants nothing', { skip }, async (context) => {
  const bundle = new TestBundle(context);
  mkdirSync(bundle.inRoot('cloudabi'));
  writeFileSync(bundle.inRoot('cloudabi/grants.yaml'), 'nonsense: [');
  bundle.configure(['echo', 'as configured']);
  assert.equal(await bundle.output(), 'as configured\n');
});
