// Commands whose output is not read print no stack, and for `| head -1` no word at all.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const cloudabi = fileURLToPath(new URL('../../../dist/bin/cloudabi.js', import.meta.url));

function shell(command: string): { readonly stdout: string; readonly stderr: string } {
  const words = command.replace('cloudabi', `"${process.execPath}" "${cloudabi}"`);
  return spawnSync('bash', ['-c', words], { encoding: 'utf8' });
}

const commands = [
  'exec --base system --explain -- /bin/true',
  'exec --base system --explain-calls -- /bin/true',
  'exec --help',
  'run --help',
  'doctor',
  'argdata encode --hex /dev/null',
];

for (const command of commands) {
  test(`a reader who goes away is not told anything: ${command}`, () => {
    // The reader is gone before anything is written.
    const { stdout, stderr } = shell(
      `cloudabi ${command} | (exec 0<&-; sleep 0.1); echo "\${PIPESTATUS[0]}"`,
    );
    assert.deepEqual([stdout, stderr], ['141\n', '']);
  });

  test(`a full disk is said in one line: ${command}`, () => {
    const { stderr, stdout } = shell(`cloudabi ${command} > /dev/full; echo $?`);
    assert.match(stderr, /^Cannot write to standard output: no space left on device\n$/);
    assert.equal(stdout, '74\n');
  });
}

test('a program whose reader has gone ends as elsewhere, without a word', () => {
  const { stdout, stderr } = shell(`cloudabi exec --base system -- yes | head -1; echo "\${PIPESTATUS[0]}"`);
  assert.deepEqual([stdout, stderr], ['y\n141\n', '']);
});
