// A path that is granted is looked up once. What is found there is held by a descriptor until it is opened or mounted.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, realpathSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type TestContext, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { executable } from '../frame/cli/commands.ts';
import { makeFolder } from '../frame/programs.ts';

const tracer = fileURLToPath(new URL('../frame/trace-looks.js', import.meta.url));
const hello = resolve('examples/hello/hello.wasm');

/** Runs a command and lists its system calls, and those of all processes beneath it, that name a path. */
function looksAt(path: string, command: 'cloudabi' | 'cloudabi-run', args: readonly string[]): string[] {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [tracer, path, process.execPath, executable(command), ...args],
    { encoding: 'utf8', timeout: 300_000 },
  );
  assert.equal(status, 0, stderr);
  const { code, looks }: { code: number; looks: string[] } = JSON.parse(
    stdout.trimEnd().split('\n').at(-1) ?? '',
  );
  assert.equal(code, 0, stdout + stderr);
  return looks;
}

function makePlace(t: TestContext): {
  readonly folder: string;
  readonly directory: string;
  readonly file: string;
} {
  const folder = realpathSync(makeFolder(t));
  const [directory, file] = [join(folder, 'directory'), join(folder, 'file')];
  mkdirSync(directory);
  writeFileSync(file, 'contents');
  return { folder, directory, file };
}

// A descriptor of another mount namespace cannot be mounted: the new process opens the path again and compares.
const MOUNTED = ['openat', 'open_tree'];
const ONCE = ['openat'];

for (const option of ['--read', '--write', '--read-data', '--write-data'])
  test(`a path that ${option} grants to a Linux program is looked up once, and once more to be mounted`, (t) => {
    const { directory, file } = makePlace(t);
    for (const path of [directory, file])
      assert.deepEqual(looksAt(path, 'cloudabi', ['exec', option, path, '--', '/bin/true']), MOUNTED, path);
  });

test('with the base system, links on the way and a working directory, too', (t) => {
  const { directory } = makePlace(t);
  const args = ['exec', '--base', 'system', '--write', directory, '--chdir', directory, '--', '/bin/true'];
  assert.deepEqual(looksAt(directory, 'cloudabi', args), [...MOUNTED, 'chdir']);
});

test('without namespaces nothing is mounted', (t) => {
  const { directory } = makePlace(t);
  const args = ['exec', '--walls', 'landlock', '--read', directory, '--', '/bin/true'];
  assert.deepEqual(looksAt(directory, 'cloudabi', args), ONCE);
});

test('a path that is granted to a WebAssembly program is looked up once', (t) => {
  const { folder, directory, file } = makePlace(t);
  const config = join(folder, 'grants.yaml');
  for (const [path, rights] of [
    [file, 'read'],
    [file, 'write'],
    [directory, 'read'],
    [directory, 'write'],
    [directory, '[read, write, create, remove]'],
  ] as const) {
    writeFileSync(
      config,
      `%TAG ! tag:nuxi.nl,2015:cloudabi/\n---\n{ output: !fd stdout, message: x, given: !file { path: ${path}, rights: ${rights} } }\n`,
    );
    assert.deepEqual(looksAt(path, 'cloudabi-run', ['--config', config, hello]), ONCE, `${rights} ${path}`);
  }
});

test('a path that is granted to a program in TypeScript is looked up once', (t) => {
  const { folder, file } = makePlace(t);
  const program = join(folder, 'program.ts');
  writeFileSync(program, 'export default () => 0;\n');
  const config = join(folder, 'grants.yaml');
  writeFileSync(config, `given: !<tag:nuxi.nl,2015:cloudabi/file> { path: ${file} }\n`);
  assert.deepEqual(looksAt(file, 'cloudabi-run', ['--config', config, program]), ONCE);
});
