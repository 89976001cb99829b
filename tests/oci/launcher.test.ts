// Modules and programs in TypeScript as containers: the launcher of this host runs them, behind the walls of `cloudabi run`.
import assert from 'node:assert/strict';
import { chmodSync, copyFileSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { dirname, join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { bind, type Json, noContainers, TestBundle, usualMounts } from '../frame/oci/bundle.ts';

const skip = noContainers;
const programs = ['/usr', '/bin', '/lib', '/lib64'];
const ROOT = { uid: 0, gid: 0 };
const USER = { uid: 65532, gid: 65532 };

/** A container whose image is a folder with one program, and its grants. */
function launched(
  context: TestContext,
  program: string,
  grants: string | undefined,
  more: object = {},
  further: readonly Json[] = [],
  words: readonly string[] = [`/app/${program}`],
): TestBundle {
  const bundle = new TestBundle(context);
  bundle.errorsTo = 'errors';
  mkdirSync(bundle.inRoot('app'));
  mkdirSync(bundle.inRoot('granted'));
  writeFileSync(bundle.inRoot('granted/file'), 'granted\n');
  const volume = join(bundle.directory, 'volume');
  mkdirSync(volume);
  if (grants !== undefined) writeFileSync(join(volume, 'grants.yaml'), grants);
  const mounts = [
    ...usualMounts,
    ...further,
    ...(grants === undefined ? [] : [bind(volume, '/cloudabi', 'ro')]),
  ];
  const none = { bounding: [], effective: [], permitted: [] };
  const process = { user: USER, capabilities: none };
  bundle.configure(words, { mounts, process, ...more });
  return bundle;
}

const CURIOUS = `
import { readFileSync } from 'node:fs';
import { directory, network, program, writable } from 'cloudabi/program';
const schema = { out: writable(), folder: directory(), network: network() };
export default program({ schema }, async ({ out, folder }) => {
  const say = (text: string) => out.write(text + '\\n');
  say(await folder.read('file', 'utf8'));
  for (const path of ['/granted/file', '/cloudabi/grants.yaml', '/app/curious.ts', '/proc/1/environ'])
    try { readFileSync(path); say('read ' + path); } catch { say('refused'); }
  say(await fetch('http://orders:7000/').then((answer) => answer.text(), String));
  say(await fetch('http://127.0.0.1:1/').then((answer) => answer.text(), () => 'refused'));
});
`;

test('a program in TypeScript is a container, with its grants and nothing of its image', {
  skip,
}, async (t) => {
  const grants = `out: !fd stdout
folder: !file { path: /granted, rights: [read] }
network: !network [{ host: orders, ports: 7000, socket: /granted/orders.sock }]
`;
  const bundle = launched(t, 'curious.ts', grants);
  writeFileSync(bundle.inRoot('app/curious.ts'), CURIOUS);
  const server = createServer((_, response) => response.end('an order')).listen(
    bundle.inRoot('granted/orders.sock'),
  );
  t.after(() => server.close());
  await new Promise((resolve) => server.once('listening', resolve));
  chmodSync(bundle.inRoot('granted/orders.sock'), 0o777);
  const output = await bundle.output();
  assert.equal(output, 'granted\n\nrefused\nrefused\nrefused\nrefused\nan order\nrefused\n');
});

test('a WebAssembly module is a container', { skip }, async (t) => {
  const bundle = launched(t, 'hello.wasm', '{ message: hello, output: !fd stdout }\n');
  copyFileSync('examples/hello/hello.wasm', bundle.inRoot('app/hello.wasm'));
  assert.equal(await bundle.output(), 'hello\n');
  assert.equal(bundle.run('delete', bundle.id).status, 0, 'nothing is left of it');
});

test('without a document, or with arguments, such a container is refused; no other program runs in it', {
  skip,
}, (t) => {
  const none = launched(t, 'hello.wasm', undefined);
  assert.match(
    none.create().stderr,
    /hello\.wasm is run by cloudabi, which needs its grants: mount \/cloudabi\/grants\.yaml/,
  );
  const bundle = launched(t, 'wait.ts', 'input: !fd stdin\n');
  writeFileSync(
    bundle.inRoot('app/wait.ts'),
    'export default () => new Promise(() => setInterval(() => {}, 1000));',
  );
  assert.equal(bundle.create().status, 0);
  assert.equal(bundle.run('start', bundle.id).status, 0);
  const executed = bundle.run('exec', bundle.id, 'true');
  assert.notEqual(executed.status, 0);
  assert.match(executed.stderr, /cannot exec in a container of a module/);
});

test('an image chooses no code for the launcher: no library, no variable, no setting, no cached file', {
  skip,
}, async (t) => {
  const process = {
    user: USER,
    capabilities: { bounding: [], effective: [], permitted: [] },
    env: [
      'NODE_OPTIONS=--require=/evil.js',
      'LD_PRELOAD=/evil.so',
      'OPENSSL_CONF=/evil.cnf',
      'LD_LIBRARY_PATH=/evil',
    ],
  };
  const bundle = launched(t, 'hello.wasm', '{ message: hello, output: !fd stdout }\n', { process });
  copyFileSync('examples/hello/hello.wasm', bundle.inRoot('app/hello.wasm'));
  const library = '/usr/lib/x86_64-linux-gnu/glibc-hwcaps/x86-64-v2/libm.so.6';
  for (const [path, text] of [
    ['/evil.js', 'console.log("evil variable")'],
    ['/evil.so', ''],
    ['/etc/ld.so.preload', '/evil.so'],
    ['/etc/ld.so.cache', 'evil'],
    ['/etc/ssl/openssl.cnf', 'nodejs_conf = no_such_section'],
    [library, 'no library'],
  ] as const) {
    mkdirSync(bundle.inRoot(dirname(path)), { recursive: true });
    writeFileSync(bundle.inRoot(path), text);
  }
  assert.equal(await bundle.output(), 'hello\n');
});

test('an image chooses no setting for the launcher by a /dev of its own', { skip }, async (t) => {
  const [proc] = usualMounts.filter((mount) => mount['destination'] === '/proc');
  const bundle = launched(t, 'hello.wasm', '{ message: hello, output: !fd stdout }\n');
  bundle.configure(['/app/hello.wasm'], {
    mounts: [proc ?? {}, bind(join(bundle.directory, 'volume'), '/cloudabi', 'ro')],
    process: { user: USER, capabilities: { bounding: [], effective: [], permitted: [] } },
  });
  copyFileSync('examples/hello/hello.wasm', bundle.inRoot('app/hello.wasm'));
  mkdirSync(bundle.inRoot('dev'));
  writeFileSync(bundle.inRoot('dev/null'), 'nodejs_conf = no_such_section');
  assert.equal(await bundle.output(), 'hello\n');
});

test('a link of an image leads no grant to settings of the host’s kernel, also for user 0', {
  skip,
}, async (t) => {
  const opened = (path: string): string => `    try: open('${path}', 'r+b'); print('opened')
    except OSError as error: print(error.errno)
`;
  const grants = `!command
base: none
directories:
  /link: !file { path: /link, rights: [read, write, create, remove] }
  /granted: !file { path: /granted, rights: [read, write, create, remove] }
${programs.map((path) => `  ${path}: !file { path: ${path}, rights: [read, execute] }\n`).join('')}
stdout: !fd stdout
arguments:
  - -c
  - |
${opened('/link/core_pattern')}${opened('/granted/file')}`;
  const powers = ['CAP_SETFCAP'];
  const process = { user: ROOT, capabilities: { bounding: powers, effective: powers, permitted: powers } };
  const mounts = programs.map((path) => bind(path, path, 'ro'));
  const words = ['cloudabi-run', '/usr/bin/python3'];
  const bundle = launched(t, '', grants, { process }, mounts, words);
  symlinkSync('/proc/sys/kernel', bundle.inRoot('link'));
  assert.match(await bundle.output(), /^30\nopened\n$/m);
});

test('a Linux program that the launcher is named for has a world of its own: paths of its document, and sockets', {
  skip,
}, async (t) => {
  const grants = `!command
base: none
directories:
  /elsewhere: !file { path: /granted, rights: [read, write, create, remove] }
${programs.map((path) => `  ${path}: !file { path: ${path}, rights: [read, execute] }\n`).join('')}
stdout: !fd stdout
arguments: [-c, "import os, socket; print(open('/elsewhere/file').read(), *sorted(os.listdir('/'))); s = socket.socket(socket.AF_UNIX); s.bind('/elsewhere/socket'); os.mkdir('/elsewhere/sub'); os.rename('/elsewhere/file', '/elsewhere/sub/file'); print('made')"]
`;
  const mounts = programs.map((path) => bind(path, path, 'ro'));
  const bundle = launched(t, '', grants, {}, mounts, ['cloudabi-run', '/usr/bin/python3']);
  chmodSync(bundle.inRoot('granted'), 0o777);
  assert.match(await bundle.output(), /^granted\n bin elsewhere lib lib64 usr\nmade\n$/);
});
