// Programs of other compilers for WASI preview 1 do with files what they do elsewhere.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { test } from 'node:test';
import { command } from '../frame/cli/commands.ts';
import { makeFolder } from '../frame/programs.ts';

const sources = resolve('tests/real/wasi');

/** A compiler: how to ask whether it can make modules, and how to make one. */
type Compiler = {
  readonly language: string;
  readonly available: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
  readonly compile: (module: string) => readonly string[];
};

/** Fails if the standard library of a target of Rust is not installed. */
function libraryFor(target: string): readonly string[] {
  return ['sh', '-c', `ls "$(rustc --print target-libdir --target ${target})"/libstd-*`];
}

const isThere = ([program = '', ...args]: readonly string[]): boolean =>
  spawnSync(program, args, { stdio: 'ignore' }).status === 0;

const compilers: readonly Compiler[] = [
  {
    language: 'Go',
    available: ['go', 'version'],
    env: {
      GOOS: 'wasip1',
      GOARCH: 'wasm',
      GOFLAGS: '-mod=mod',
      GOCACHE: join(tmpdir(), 'cloudabi-go-cache'),
    },
    compile: (module) => ['go', 'build', '-o', module, 'files.go'],
  },
  {
    language: 'Rust',
    available: libraryFor('wasm32-wasip1'),
    compile: (module) => ['rustc', '--target', 'wasm32-wasip1', '-O', '-o', module, 'files.rs'],
  },
  {
    language: 'C',
    available: ['true'],
    compile: (module) => [
      process.execPath,
      resolve('dist/bin/cloudabi.js'),
      'cc',
      '-O1',
      '-o',
      module,
      'files.c',
    ],
  },
];

for (const { language, available, env = {}, compile } of compilers) {
  test(`a program in ${language} reads what it may read and writes what it may write`, {
    skip: isThere(available) ? false : `no compiler for ${language}`,
  }, (t) => {
    const folder = makeFolder(t);
    mkdirSync(join(folder, 'd', 'sub'), { recursive: true });
    writeFileSync(join(folder, 'd', 'file'), 'hello');
    writeFileSync(join(folder, 'd', 'sub', 'inner'), 'inner');
    const module = join(folder, 'program.wasm');
    const [compiler = '', ...flags] = compile(module);
    const made = spawnSync(compiler, flags, {
      cwd: sources,
      env: { ...process.env, ...env },
      encoding: 'utf8',
    });
    assert.equal(made.status, 0, made.stderr);
    for (const [grant, said] of [
      ['read', 'writing is refused\n'],
      ['write', ''],
    ]) {
      const ran = command('cloudabi', [
        'exec',
        `--${grant}`,
        `${join(folder, 'd')}:/d`,
        '--',
        module,
        '/d',
        `${grant}`,
      ]);
      assert.deepEqual([ran.status, ran.stdout, ran.stderr], [0, said, '']);
    }
  });
}

const threads = libraryFor('wasm32-wasip1-threads');
test('a program in Rust whose threads send each other messages comes to its end', {
  skip: isThere(threads) ? false : 'no Rust with wasm32-wasip1-threads',
}, (t) => {
  const module = join(makeFolder(t), 'channels.wasm');
  const flags = ['--target', 'wasm32-wasip1-threads', '-O', '-o', module, 'channels.rs'];
  const made = spawnSync('rustc', flags, { cwd: sources, encoding: 'utf8' });
  assert.equal(made.status, 0, made.stderr);
  const ran = command('cloudabi', ['exec', '--limit', 'wall_clock=60s', '--', module]);
  assert.deepEqual([ran.status, ran.stdout, ran.stderr], [0, '7998000 4000\n', '']);
});
