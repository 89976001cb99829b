// The pages of the examples: their commands run where they say.
import assert from 'node:assert/strict';
import { cpSync, existsSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { type TestContext, test } from 'node:test';
import { crc32 } from 'node:zlib';
import { Page } from '../frame/docs/page.ts';
import { type Desk, makeDesk } from '../frame/docs/shell.ts';

/** The tree as a reader has it, with a copy of one example; commands run in that, or at the root. */
function makeTree(t: TestContext, page: Page, where: 'example' | 'root' = 'example'): Desk {
  const desk = makeDesk(t);
  const example = dirname(page.path);
  cpSync(example, join(desk.cwd, example), { recursive: true });
  for (const name of ['README.md', 'CHANGELOG.md', 'dist', 'package.json', 'node_modules'])
    symlinkSync(resolve(name), join(desk.cwd, name));
  const run: Desk['run'] = (commands, input) =>
    desk.run(where === 'root' ? commands : `cd ${example}\n${commands}`, input);
  return { ...desk, run };
}

const succeeds = ({ status, stdout, stderr }: ReturnType<Desk['run']>): string => {
  assert.deepEqual([status, stderr], [0, '']);
  return stdout;
};

const hello = new Page('examples/hello/README.md');
const helloTypeScript = new Page('examples/hello-typescript/README.md');
const fixed = new Page('examples/fixed-message/README.md');
for (const [page, times] of [
  [hello, 1],
  [helloTypeScript, 1],
  [fixed, 3],
] as const) {
  const commands = page.block('sh');
  test(`${page.path} says hello`, (t) => {
    assert.equal(succeeds(makeTree(t, page).run(commands)), 'Hello, world\n'.repeat(times));
  });
}
hello.end();
helloTypeScript.end();
fixed.end();

const ls = new Page('examples/ls/README.md');
const listing = ls.block('sh');
test('ls lists its own directory', (t) => {
  assert.match(succeeds(makeTree(t, ls).run(listing)), /README\.md[\s\S]*ls\.wasm/);
});
ls.end();

const checksum = new Page('examples/checksum/README.md');
const summing = checksum.block('sh');
test('checksum sums its own page up', (t) => {
  const sum = crc32(checksum.text).toString(16).padStart(8, '0');
  assert.equal(succeeds(makeTree(t, checksum).run(summing)), `${sum} ${Buffer.byteLength(checksum.text)}\n`);
});
checksum.end();

const gunzip = new Page('examples/gunzip/README.md');
const unpacking = gunzip.block('sh');
test('gunzip gives its page back', (t) => {
  assert.equal(succeeds(makeTree(t, gunzip).run(unpacking)), gunzip.text);
});
gunzip.end();

const thumbnail = new Page('examples/thumbnail/README.md');
const shrinking = thumbnail.block('sh');
test('thumbnail makes a picture small', (t) => {
  const { cwd, run } = makeTree(t, thumbnail);
  const folder = join(cwd, dirname(thumbnail.path));
  writeFileSync(join(folder, 'picture.ppm'), `P6\n128 128\n255\n${'abc'.repeat(128 * 128)}`);
  succeeds(run(shrinking));
  assert.match(readFileSync(join(folder, 'small.ppm'), 'latin1'), /^P6\n64 64\n/);
});
thumbnail.end();

const images = new Page('examples/image-worker/README.md');
const resizing = images.block('sh');
test('the image worker makes its picture small', (t) => {
  const { cwd, run } = makeTree(t, images);
  succeeds(run(resizing));
  assert.ok(existsSync(join(cwd, dirname(images.path), 'small.png')));
});
images.end();

const mail = new Page('examples/mail-filter/README.md');
const filtering = mail.block('sh');
test('the mail filter says what becomes of its message', (t) => {
  assert.match(succeeds(makeTree(t, mail).run(filtering)), /spam: (true|false)/);
});
mail.end();

const ruby = new Page('examples/ruby/README.md');
const rubyCommands = ruby.block('sh');
test('the example in Ruby can be granted what it wants', (t) => {
  // Ruby takes seconds to start; it does in the test of docs/adapters.md and in tests/real/ruby.test.ts.
  const explaining = rubyCommands.replace('cloudabi exec', 'cloudabi exec --explain');
  assert.match(succeeds(makeTree(t, ruby, 'root').run(explaining)), /examples\/ruby[\s\S]*adapter\.js/);
});
ruby.end();

const files = new Page('examples/file-server/README.md');
const serving = files.block('sh');
test('the file server can be granted what it wants', (t) => {
  // It serves in tests/examples/typescript.test.ts, on a port that is free.
  const stdout = succeeds(makeTree(t, files).run(serving.replace('cloudabi-run', 'cloudabi-run --explain')));
  assert.match(stdout, /127\.0\.0\.1:8080/);
});
files.end();

const webserver = new Page('examples/webserver/README.md');
const testing = webserver.block('sh');
test('the test of the web server passes', (t) => {
  assert.match(succeeds(makeTree(t, webserver).run(testing)), /^1\.\.12$/m);
});
webserver.end();

const cmp = new Page('examples/cmp/README.md');
const comparing = cmp.block('sh');
test('cmp tells two files apart', (t) => {
  const { status, stdout, stderr } = makeTree(t, cmp, 'root').run(comparing);
  assert.deepEqual([status, stderr], [1, '']);
  assert.match(stdout, /^README\.md CHANGELOG\.md differ: byte \d+, line \d+\n$/);
});
cmp.end();

const bspatch = new Page('examples/bspatch/README.md');
const patching = bspatch.block('sh');
test('bspatch makes the new file out of the old one', (t) => {
  const { cwd, run } = makeTree(t, bspatch, 'root');
  cpSync('examples/cmp', join(cwd, 'examples/cmp'), { recursive: true });
  assert.equal(succeeds(run(patching.replaceAll('/tmp/', `${cwd}/`))), '');
});
bspatch.end();

const agent = new Page('examples/agent/README.md');
const agentCommands = agent.block('sh');
test(`${agent.path} shows an agent that uses tools with keys, and never holds them`, (t) => {
  const stdout = succeeds(makeTree(t, agent, 'root').run(agentCommands));
  for (const lines of [
    /^issues of a key with 13 letters: list\nissues list: exited 0$/m,
    /^deployed to staging with a key of 13 letters\ndeploy staging: exited 0$/m,
    /^issues delete 7: Argument 1 expects 'list' or 'show', not 'delete'$/m,
    /^issues show --token: Argument 2 expects a number from 1 to 9999, not '--token'$/m,
    /^deploy production: Argument 1 expects 'staging', not 'production'$/m,
    /^sh -c env: Program 'sh' is not granted$/m,
  ])
    assert.match(stdout, lines);
  assert.ok(!stdout.includes('key-of-'), stdout);
});
agent.end();

const dd = new Page('examples/dd/README.md');
const copying = dd.block('sh');
test('dd copies blocks to places of a file', (t) => {
  const { cwd, run } = makeTree(t, dd, 'root');
  const { status, stderr } = run(copying.replaceAll('/tmp/', `${cwd}/`));
  assert.deepEqual(
    [status, stderr.match(/^\d+ bytes copied$/gm)],
    [0, ['2048 bytes copied', '1024 bytes copied']],
  );
  const part = (name: string): Buffer => readFileSync(join(cwd, name)).subarray(0, 1024);
  assert.deepEqual(
    readFileSync(join(cwd, 'start')),
    Buffer.concat([part('README.md'), part('CHANGELOG.md')]),
  );
});
dd.end();

const grep = new Page('examples/grep/README.md');
const searching = grep.block('sh');
test(`${grep.path} finds lines within the patterns of its grant alone`, (t) => {
  assert.equal(
    succeeds(makeTree(t, grep, 'root').run(searching)),
    'notes.md:2:FIXME: It says so itself\nsrc/clock.ts:1:// TODO: Leap seconds\n',
  );
});
grep.end();

const dhclient = new Page('examples/dhclient/README.md');
const sshd = new Page('examples/sshd/README.md');
for (const [page, expected] of [
  [dhclient, /syslog[\s\S]*127\.0\.0\.1:67/],
  [sshd, /127\.0\.0\.1:2222/],
] as const) {
  // They run in tests/examples/services.test.ts, on ports that are free.
  const commands = page.block('sh');
  test(`${page.path} can be granted what it wants`, (t) => {
    const { run } = makeTree(t, page, 'root');
    assert.match(
      succeeds(run(commands.replace('cloudabi run --config', 'cloudabi explain --config'))),
      expected,
    );
  });
}
dhclient.end();
sshd.end();

const traceroute = new Page('examples/traceroute/README.md');
const tracing = traceroute.block('sh');
test(`${traceroute.path} can be granted what it wants`, (t) => {
  // It runs in tests/examples/traceroute.test.ts, where there are namespaces.
  const [, words = ''] = /cloudabi run (.*)/.exec(tracing) ?? [];
  const { stdout } = makeTree(t, traceroute, 'root').run(`cloudabi explain ${words}`);
  assert.match(stdout, /Asks service dns[\s\S]*Asks service socket/);
});
traceroute.end();
