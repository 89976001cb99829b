// Each command answers a wrong file in its own words: one line, at once, and not as a mistake of ours.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { command } from '../frame/cli/commands.ts';
import { makeFolder } from '../frame/programs.ts';

/** A folder with files that are no documents, rules, lists or programs. */
function makeWrongFiles(t: TestContext): string {
  const cwd = makeFolder(t);
  writeFileSync(join(cwd, 'ok.yaml'), '!command {}\n');
  writeFileSync(
    join(cwd, 'binary'),
    Uint8Array.from({ length: 512 }, (_, index) => index % 256),
  );
  writeFileSync(join(cwd, 'huge'), '');
  truncateSync(join(cwd, 'huge'), 2 ** 40);
  mkdirSync(join(cwd, 'directory'));
  symlinkSync('loop', join(cwd, 'loop'));
  assert.equal(spawnSync('mkfifo', [join(cwd, 'pipe')]).status, 0);
  return cwd;
}

const wrong: readonly (readonly [words: string, status: number, message: RegExp])[] = [
  ['run --config binary /bin/true', 64, /^cloudabi run: Cannot read 'binary': it is no text in UTF-8$/],
  [
    'run --config huge /bin/true',
    64,
    /^cloudabi run: Cannot read 'huge': it has more than the \d+ bytes allowed$/,
  ],
  ['run --config pipe /bin/true', 64, /^cloudabi run: Cannot read 'pipe': is a pipe with a name/],
  ['run --config /proc/self/mem /bin/true', 64, /Cannot read '\/proc\/self\/mem': input\/output error$/],
  ['run --config ok.yaml /proc/self/mem', 126, /Cannot run '\/proc\/self\/mem': input\/output error$/],
  [
    'exec --executables pipe --base system -- true',
    65,
    /^executables: Cannot read the list of executables 'pipe': /,
  ],
  [
    'exec --executables /dev/zero --base system -- true',
    65,
    /Cannot read the list of executables '\/dev\/zero': /,
  ],
  ['exec --executables huge --base system -- true', 65, /Cannot read the list of executables 'huge': /],
  ['exec --policy pipe --base system -- true', 65, /^Cannot read the policy 'pipe': it is no regular file/],
  [
    'exec --env-file pipe --base system -- true',
    65,
    /^Cannot read the variables of 'pipe': it is no regular file/,
  ],
  [
    'exec --env-file nothing --base system -- true',
    65,
    /^Cannot read the variables of 'nothing': no such file$/,
  ],
  [
    'exec --ask-file pipe --base system -- true',
    64,
    /^cloudabi exec: Cannot read 'pipe': is a pipe with a name/,
  ],
  [
    'exec --ask-file /dev/zero --base system -- true',
    64,
    /^cloudabi exec: Cannot read '\/dev\/zero': it has more/,
  ],
  [
    'exec --ask-file binary --base system -- true',
    64,
    /^cloudabi exec: Cannot read 'binary': it is no text in UTF-8$/,
  ],
  ['exec -- directory', 126, /^cloudabi exec: Cannot run 'directory': is a directory$/],
  ['exec --reda . -- true', 64, /^cloudabi exec: There is no option --reda; did you mean '--read'\?$/],
  ['exec --unheard . -- true', 64, /^cloudabi exec: There is no option --unheard; --help lists all$/],
  ['why --reed /x exec -- true', 64, /^cloudabi: There is no option --reed; did you mean '--read'\?$/],
  ['learn -- directory', 126, /^cloudabi learn: Cannot run 'directory': is a directory$/],
  [
    'learn -o nowhere/grants.yaml -- true',
    64,
    /^cloudabi learn: Cannot write 'nowhere\/grants.yaml': no such file/,
  ],
  ['learn -o directory -- true', 64, /^cloudabi learn: Cannot write 'directory': is a directory$/],
  ['learn --write-document -- true', 64, /^cloudabi learn: --write-document goes with --from-last/],
  ['audit verify pipe', 64, /^cloudabi: Cannot read 'pipe': is a pipe with a name/],
  ['audit verify /dev/zero', 64, /^cloudabi: Cannot read '\/dev\/zero': it has more than/],
  ['checksum pipe', 126, /^cloudabi: Cannot read '.*pipe': /],
  ['checksum /proc/self/mem', 126, /^cloudabi: Cannot read '.*mem': input\/output error$/],
  ['profiles show gti', 64, /^cloudabi: There is no profile 'gti'; .*; did you mean 'git'\?$/],
  ['profiles show ./pipe', 64, /^cloudabi: Cannot read the profile/],
  ['trust loop', 64, /^cloudabi: Cannot look for cloudabi\.yaml in 'loop': too many symbolic links$/],
  ['graph explain pipe', 64, /^cloudabi: Cannot read 'pipe': is a pipe with a name/],
  ['changes nothing', 66, /^No changes of '.*nothing' are kept aside; 'cloudabi changes --list' lists all$/],
];

test('a wrong file or option is one line that says what to do, and no mistake of ours', (t) => {
  const cwd = makeWrongFiles(t);
  for (const [words, status, message] of wrong) {
    const found = command('cloudabi', words.split(' '), { cwd });
    assert.equal(found.status, status, `${words}: ${found.stderr}`);
    assert.equal(found.stdout, '', words);
    const [line = '', ...more] = found.stderr.trimEnd().split('\n');
    assert.match(line, message, words);
    assert.deepEqual(more, [], words);
  }
});

test('a long name is cut in a message', (t) => {
  const cwd = makeWrongFiles(t);
  const name = 'x'.repeat(5000);
  for (const words of [
    ['run', '--config', name, '/bin/true'],
    ['exec', '--ask-file', name, '--', 'true'],
    ['exec', `--${name}`],
    ['learn', '-o', name, '--', 'true'],
    ['audit', 'verify', name],
    ['trust', name],
  ]) {
    const { stderr } = command('cloudabi', words, { cwd });
    assert.ok(stderr.length < 400, `${words[0]}: ${stderr.length} characters`);
    assert.doesNotMatch(stderr, /mistake in cloudabi/);
  }
});
