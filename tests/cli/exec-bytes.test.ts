// Names, arguments and variables that are not UTF-8, which only a shell can write.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { realpathSync } from 'node:fs';
import { resolve } from 'node:path';
import { type TestContext, test } from 'node:test';
import { executable, type Outcome } from '../frame/cli/commands.ts';
import { makeFolder } from '../frame/programs.ts';

/** Runs a script in which `cb` is our command, and `$D` a directory whose name is the byte ff between two letters. */
function shell(t: TestContext, script: string): Outcome {
  const text = `set -eu; D=$(printf 'a\\377b'); mkdir "$D"; echo inside > "$D/file"
    cb() { "$NODE" "$CB" "$@"; }; ${script}`;
  const { status, stdout, stderr } = spawnSync('/bin/sh', ['-c', text], {
    cwd: realpathSync(makeFolder(t)),
    encoding: 'latin1',
    env: { ...process.env, NODE: process.execPath, CB: executable('cloudabi') },
  });
  return { status, stdout, stderr };
}

for (const walls of ['all', 'landlock'])
  test(`a directory whose name is not UTF-8 is granted, under its own name (walls: ${walls})`, (t) => {
    const { stdout, stderr } = shell(
      t,
      `cb exec --walls ${walls} --base system --read "$D" -- sh -c 'cat "$1/file"' x "$D"
       ${walls === 'all' ? 'cb exec --base system --write "$D:/d" -- cp /d/file /d/copy; cat "$D/copy"' : ''}`,
    );
    assert.equal(stdout, walls === 'all' ? 'inside\ninside\n' : 'inside\n', stderr);
  });

test('no other directory is granted in its place', (t) => {
  const { stdout } = shell(
    t,
    `U=$(printf 'a\\357\\277\\275b'); mkdir "$U"; echo other > "$U/file"; rm -r "$D"
     cb exec --base system --read "$D:/d" -- cat /d/file || cb exec --base system --read "$U:/d" -- cat /d/file`,
  );
  assert.equal(stdout, 'other\n');
});

test('arguments and variables reach a Linux program byte by byte', (t) => {
  const { stdout, stderr } = shell(
    t,
    `V=$(printf 'v\\376') cb exec --base system --env V --env "W=$D" -- printenv V W
     cb exec --base system -- printf '%s|' "$D" "$(printf '\\303\\251\\342\\202')"`,
  );
  assert.equal(stdout, 'v\xfe\na\xffb\na\xffb|\xc3\xa9\xe2\x82|', stderr);
});

const refused: readonly (readonly [what: string, script: string, message: RegExp])[] = [
  ['an argument of a module', `cb exec -- "$MODULE" "$D"`, /An argument of such a program must be UTF-8/],
  [
    'a name in a module',
    `cb exec --read "$D" -- "$MODULE"`,
    /A name that such a program knows must be UTF-8/,
  ],
  ['a program', `cb exec -- "./$D/program"`, /The name of the program must be UTF-8/],
  [
    'another option',
    `cb exec --hostname "$D" -- true; cb exec --base "$D" -- true`,
    /must be UTF-8|no option/,
  ],
  ['the working directory', `cd "$D"; cb exec --read . -- true`, /The name of the working directory must be/],
];
for (const [what, script, message] of refused)
  test(`${what} is refused by name where it cannot be carried`, (t) => {
    const module = resolve('tests/programs/differential/files.wasm');
    const { status, stderr } = shell(t, script.replace('$MODULE', module));
    assert.equal(status, 64, stderr);
    assert.match(stderr, message);
  });
