// Untrusted text reaches a terminal only through what makes it fit for one (src/text/printable.ts).
import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { command } from '../frame/cli/commands.ts';
import { makeFolder } from '../frame/programs.ts';
import { harmfulIn } from '../frame/text/harmful.ts';

/** Code that writes to a terminal, or looks like it. */
const WRITES = /\bprocess\.std(?:out|err)\b|\bwriteSync\(|\bconsole\.\w+\(/;

/** The files that write by themselves, and why that is safe. */
const ways: Readonly<Record<string, string>> = {
  'cli/output.ts': 'the way out of all commands, which makes text fit',
  'cli/argdata.ts': 'argdata, binary or as YAML and JSON, whose printers escape',
  'cli/doctor.ts': 'a table with colours whose cells are made fit',
  'cli/terminal-session.ts': 'the terminal of a program that asked for one',
  'cli/decrypt.ts': 'to files, and to standard output that is no terminal',
  'encryption/encrypted-file.ts': 'to a file',
  'encryption/fuse-server.ts': 'to the kernel',
  'encryption/process.ts': 'a path, made fit there',
  'run/linux/directory-key.ts': 'to a file',
  'toolchain/asc.ts': 'what the compiler says about the source of its user',
  'toolchain/cc.ts': 'what the compiler says about the source of its user',
  'cli/oci.ts': 'the version',
  'cli/oci-others.ts': 'JSON, made fit there',
  'run/elf/end-guest.ts': 'made fit there',
  'services/powerbox/dialog.ts': 'what its face has made fit',
  'services/offered/sysctl.ts': 'to a file of the kernel',
  'oci/log.ts': 'made fit there',
  'oci/groups/group-file.ts': 'to a file of a control group',
  'audit/writer.ts': 'JSON lines, to a file or a descriptor that the user names',
  'broker/pump-process.ts': 'an announcement, to the pump',
  'process/ending.ts': 'made fit there',
  'process/guest-report.ts': 'to the launcher, which makes it fit',
  'capsicum/record.ts': 'to a pipe of the recorder',
  'capsicum/recorder.ts': 'JSON, to a pipe of its process',
  'capsicum/stop.ts': 'made fit there',
  'capsicum/features.ts': 'names of objects in a table',
  'capsicum/guards.ts': 'nothing is written: the streams are only made',
  'requests/process.ts': 'a certificate of ours, to a pipe of the launcher',
  'run/node/exit.ts': 'made fit there',
  'run/node/ends.ts': 'to a file in memory',
  'run/host-probes.ts': 'to the launcher, as JSON',
  'host/files/copy-data.ts': 'to a file',
  'graph/program-log.ts': 'to a file, which commands print through the way out',
  'host/files/memory-file.ts': 'to a file in memory',
  'host/processes/small-program.ts': 'to a file in memory',
};

/** Replaces characters by themselves, as a sanitizer of its own would. */
const SANITIZES = /\\p\{C/;

const sources = readdirSync('src', { recursive: true, encoding: 'utf8' }).filter((name) =>
  name.endsWith('.ts'),
);

/** The code of a file, without its comments. */
const codeOf = (name: string): string =>
  readFileSync(join('src', name), 'utf8').replace(/\/\*[\s\S]*?\*\/|(?<=^|\s)\/\/[^\n]*/g, (comment) =>
    comment.replace(/[^\n]/g, ''),
  );

test('every file that writes to a terminal is known', () => {
  const writing = sources.filter((name) => WRITES.test(codeOf(name)));
  assert.deepEqual(writing.toSorted(), Object.keys(ways).toSorted());
});

test('there is one sanitizer', () => {
  assert.deepEqual(
    sources.filter((name) => SANITIZES.test(codeOf(name))),
    ['text/printable.ts'],
  );
});

const ESCAPE = '\u001b]0;owned\u0007\u009b2J\u202e';

test('no escape sequence in an argument comes out again', () => {
  const hello = 'examples/hello/hello.wasm';
  const lines: readonly (readonly string[])[] = [
    ['exec', '--limit', `${ESCAPE}=1`, '--', hello],
    ['exec', '--limit', `memory=${ESCAPE}`, '--', hello],
    ['exec', `--${ESCAPE}`, '--', hello],
    ['exec', '--read', `${ESCAPE}:/x`, '--', hello],
    ['exec', '--env', ESCAPE, '--', hello],
    ['exec', '--', `./${ESCAPE}`],
    ['exec', '--allow-calls', ESCAPE, '--', hello],
    ['exec', '--base', ESCAPE, '--', hello],
    ['exec', '--accept-missing', ESCAPE, '--', hello],
    ['exec', '--adapter', ESCAPE, '--', hello],
    ['run', '--config', ESCAPE, hello],
    ['explain', '--config', ESCAPE, hello],
    ['argdata', 'decode', ESCAPE],
    ['argdata', ESCAPE],
    [ESCAPE],
    [`--${ESCAPE}`],
    ['new', ESCAPE, 'name'],
    ['new', 'c', ESCAPE],
    ['cc', ESCAPE],
  ];
  for (const line of lines) {
    const { stdout, stderr, status } = command('cloudabi', line);
    assert.notEqual(status, 0, line.join(' '));
    assert.equal(harmfulIn(stdout + stderr), undefined, line.join(' '));
    assert.ok((stdout + stderr).length > 0, line.join(' '));
  }
});

test('no escape sequence in a document comes out again', () => {
  const hello = 'examples/hello/hello.wasm';
  const quoted = JSON.stringify(ESCAPE);
  const documents = [
    `!${encodeURIComponent(ESCAPE)} x`,
    `!file { path: ${quoted} }`,
    `!file { ${quoted}: x }`,
    `!file { path: ., rights: ${quoted} }`,
    `!command { ${quoted}: x }`,
    `!command { limits: { ${quoted}: x } }`,
    `!command { limits: { memory: ${quoted} } }`,
    `!socket { bind: ${quoted} }`,
    `*a\u009b`,
    `{a: *a\u202e}`,
    `a: b: ${ESCAPE}`,
  ];
  for (const input of documents) {
    const { stdout, stderr, status } = command('cloudabi', ['run', hello], { input });
    assert.notEqual(status, 0, input);
    assert.equal(harmfulIn(stdout + stderr), undefined, input);
  }
});

test('no escape sequence of an adapter comes out again', (t) => {
  const folder = makeFolder(t);
  const fail = `throw new Error(${JSON.stringify(ESCAPE)})`;
  const start = 'export function start(exports) { exports._start(); return 0; }\n';
  const adapters = [
    `${start}${fail};`,
    `${start}throw ${JSON.stringify(ESCAPE)};`,
    `${start}export function imports() { ${fail}; }`,
    `${start}export function imports() { return { [${JSON.stringify(ESCAPE)}]: 1 }; }`,
    `export function start() { ${fail}; }`,
    `export function start() { throw ${JSON.stringify(ESCAPE)}; }`,
    `export function start() { const error = new Error('x'); error.stack = ${JSON.stringify(ESCAPE)}; throw error; }`,
    `export const start = ${JSON.stringify(ESCAPE)};`,
    `export function start( ${ESCAPE}`,
  ];
  for (const [index, text] of adapters.entries()) {
    const adapter = join(folder, `${index}.mjs`);
    writeFileSync(adapter, text);
    for (const more of [[], ['--trace']]) {
      const argv = ['exec', ...more, '--adapter', adapter, '--', 'examples/hello/hello.wasm'];
      const { stdout, stderr, status } = command('cloudabi', argv);
      assert.notEqual(status, 0, text);
      assert.equal(harmfulIn(stdout + stderr), undefined, text);
    }
  }
});
