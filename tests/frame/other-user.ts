import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import type { TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';

/** An ordinary user of every distribution. */
export const NOBODY = 65534;

/** The words before a command that start it as another user; or `missing`, why none can be started. */
export function asUser(
  uid: number,
): { readonly words: readonly [string, ...string[]] } | { readonly missing: string } {
  if (process.getuid?.() !== 0) return { missing: 'the tests run as an ordinary user already' };
  const words = ['setpriv', '--reuid', `${uid}`, '--regid', `${uid}`, '--clear-groups'] as const;
  const read = `require('node:fs').readFileSync(${JSON.stringify(fileURLToPath(import.meta.url))})`;
  const [program, ...options] = words;
  return spawnSync(program, [...options, process.execPath, '-e', read]).status === 0
    ? { words }
    : { missing: 'no setpriv here, or an ordinary user cannot read these files' };
}

/** Runs files of tests as an ordinary user: all their tests have to pass. */
export function passAsNobody(context: TestContext, files: readonly URL[]): void {
  const user = asUser(NOBODY);
  if ('missing' in user) {
    context.skip(user.missing);
    return;
  }
  const { NODE_TEST_CONTEXT: _, ...env } = process.env;
  const [program, ...options] = user.words;
  const { status, stdout } = spawnSync(
    program,
    [
      ...options,
      process.execPath,
      '--test',
      '--test-concurrency=1',
      '--test-reporter=tap',
      ...files.map((file) => fileURLToPath(file)),
    ],
    { encoding: 'utf8', timeout: 600_000, env: { ...env, HOME: tmpdir() } },
  );
  assert.equal(status, 0, stdout);
  assert.match(stdout, /^# pass [1-9]\d*$/m);
}
