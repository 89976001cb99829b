import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { test } from 'node:test';
import { command } from '../frame/cli/commands.ts';
import { makeFolder } from '../frame/programs.ts';

for (const [language, built] of [
  ['c', 'cloudabi cc -Wall -Wextra hello.c -o hello.wasm'],
  ['c++', 'cloudabi c++ -Wall -Wextra hello.cc -o hello.wasm'],
  ['assemblyscript', 'cloudabi asc -O hello.ts -o hello.wasm'],
  ['typescript', undefined],
] as const)
  test(`a new project in ${language} builds, runs with its grants and passes its test`, (t) => {
    const folder = makeFolder(t);
    const made = command('cloudabi', ['new', language, 'hello'], { cwd: folder });
    assert.equal(made.status, 0, made.stderr);
    for (const path of made.stdout.trim().split('\n')) assert.ok(existsSync(join(folder, path)), path);
    const cwd = join(folder, 'hello');
    const { scripts } = JSON.parse(readFileSync(join(cwd, 'package.json'), 'utf8'));
    assert.equal(scripts.build, built);
    mkdirSync(join(cwd, 'node_modules'));
    symlinkSync(resolve('.'), join(cwd, 'node_modules/cloudabi'));
    if (built !== undefined) {
      const compiled = command('cloudabi', built.split(' ').slice(1), { cwd });
      assert.deepEqual(compiled, { status: 0, stdout: '', stderr: '' });
    }
    const [, program = ''] = /cloudabi-run (\S+) < grants\.yaml$/.exec(scripts.start) ?? [];
    const input = readFileSync(join(cwd, 'grants.yaml'), 'utf8');
    const ran = command('cloudabi-run', [program], { cwd, input });
    assert.deepEqual(ran, { status: 0, stdout: 'Hello, world\n', stderr: '' });
    // The test of the project is a test run of its own, not a part of this one.
    const { NODE_TEST_CONTEXT: _, ...env } = process.env;
    const tested = spawnSync(process.execPath, ['--test'], { cwd, env, encoding: 'utf8', timeout: 300_000 });
    assert.equal(tested.status, 0, tested.stdout + tested.stderr);
    assert.match(tested.stdout, /pass 1\b/);
  });

test('a new project overwrites nothing, and refuses other languages and names with one line', (t) => {
  const cwd = makeFolder(t);
  mkdirSync(join(cwd, 'taken'));
  writeFileSync(join(cwd, 'file'), 'kept');
  const cases: readonly (readonly [string, string, number, RegExp])[] = [
    ['c', 'taken', 1, /^cloudabi new: Cannot make 'taken': it exists already\n$/],
    ['c', 'file', 1, /^cloudabi new: Cannot make 'file': it exists already\n$/],
    ['c', 'no/where', 1, /^cloudabi new: Cannot make 'no\/where': ENOENT\n$/],
    ['c', 'a b', 1, /^cloudabi new: Cannot name a project 'a b'/],
    [
      'cobol',
      'x',
      64,
      /^cloudabi new: Cannot make a project in 'cobol': wanted 'c', 'c\+\+', 'assemblyscript', 'typescript'\n$/,
    ],
  ];
  for (const [language, name, status, message] of cases) {
    const outcome = command('cloudabi', ['new', language, name], { cwd });
    assert.match(outcome.stderr, message);
    assert.deepEqual([outcome.status, outcome.stdout], [status, '']);
  }
  assert.equal(readFileSync(join(cwd, 'file'), 'utf8'), 'kept');
  assert.ok(!existsSync(join(cwd, 'x')));
});

test('cloudabi c++ takes a .c file as C++20 and links its library', (t) => {
  const cwd = makeFolder(t);
  writeFileSync(
    join(cwd, 'v.c'),
    `#include <program.h>
#include <cstdlib>
#include <span>
#include <vector>
static_assert(__cplusplus == 202002L);
void program_main(const argdata_t *) {
  argdata_t *number = argdata_create_int(short{5});
  std::vector<int> v{1, 2};
  long read = 0;
  if (argdata_get_int(number, &read) != 0) std::exit(1);
  argdata_free(number);
  v.push_back(read);
  std::exit(std::span(v).back());
}
`,
  );
  const compiled = command('cloudabi', ['c++', '-Wall', 'v.c', '-o', 'v.wasm'], { cwd });
  assert.deepEqual(compiled, { status: 0, stdout: '', stderr: '' });
  assert.equal(command('cloudabi-run', ['v.wasm'], { cwd, input: 'null\n' }).status, 5);
});
