// Headless Chromium, which confines its own parts by user namespaces, inside.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { asUser, NOBODY } from '../frame/other-user.ts';

const cloudabi = fileURLToPath(new URL('../../../dist/bin/cloudabi.js', import.meta.url));

/** Prints a page as an ordinary user, whom alone Chromium serves with its own sandbox; `undefined` where that cannot be. */
function dump(t: TestContext, options: readonly string[]): { stdout: string; stderr: string } | undefined {
  const user = asUser(NOBODY);
  if (!existsSync('/usr/bin/chromium') || ('missing' in user && process.getuid?.() === 0)) {
    t.skip('no Chromium or no ordinary user here');
    return undefined;
  }
  const folder = mkdtempSync(join(tmpdir(), 'chromium-'));
  t.after(() => rmSync(folder, { recursive: true }));
  chmodSync(folder, 0o755);
  writeFileSync(join(folder, 'page.html'), '<p>hello');
  const [program = '', ...words] = [
    ...('missing' in user ? [] : user.words),
    ...[
      process.execPath,
      cloudabi,
      'exec',
      '--base',
      'system',
      '--network',
      'loopback',
      '--env',
      'HOME=/tmp',
    ],
    ...['--read', `${folder}:/site`, ...options, '--', 'chromium', '--headless=new', '--disable-gpu'],
    ...['--dump-dom', 'file:///site/page.html'],
  ];
  return spawnSync(program, words, { encoding: 'utf8', timeout: 120_000, cwd: '/' });
}

test('with leave to make user namespaces, Chromium shows a page behind its own sandbox', (t) => {
  const found = dump(t, ['--allow-calls', 'user_namespaces']);
  if (found === undefined) return;
  assert.match(found.stdout, /<p>hello/, found.stderr);
});

test('without, it says that it has no sandbox', (t) => {
  const found = dump(t, []);
  if (found === undefined) return;
  assert.equal(found.stdout, '');
  assert.match(found.stderr, /No usable sandbox/);
});
