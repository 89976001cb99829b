// docs/learning.md.
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { Page } from '../frame/docs/page.ts';
import { makeDesk } from '../frame/docs/shell.ts';

const page = new Page('docs/learning.md');
const learning = page.block('sh', /learn -o/);
const learnt = page.block('yaml');
const refusing = page.block('sh', /--trace/);
const refused = page.block('', /read-only mount/);
const missing = page.block('', /Refused to/);

/** Puts a folder in the place of the page's, and takes away what differs from run to run. */
const comparable = (text: string, folder: string): string =>
  text
    .replaceAll(folder, '/home/ana')
    .replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'TIME')
    .replace(/\(\d+\)/g, '(PID)');

test('docs/learning.md shows the document of a build', { skip: !existsSync('/usr/bin/make') }, (t) => {
  const { cwd, run } = makeDesk(t, {
    'hello/main.c': 'int main(void) { return 0; }\n',
    'hello/Makefile': 'test: hello\n\t./hello\nhello: main.c\n\tgcc -o hello main.c\n',
  });
  const { status, stderr } = run(`cd hello\n${learning}`);
  assert.equal(status, 0, stderr);
  assert.match(stderr, /This run is NOT confined/);
  const text = readFileSync(join(cwd, 'hello/build.yaml'), 'utf8');
  const written = text.replaceAll(cwd, '/home/ana').replace(/#\n(?:# .*\n)*$/, '');
  assert.equal(written, learnt);
});

test('docs/learning.md shows a refusal, and the grants that it asks for', (t) => {
  const { cwd, run, env } = makeDesk(t, { 'notes.txt': 'note\n' });
  env['XDG_CACHE_HOME'] = join(cwd, 'cache');
  const { stdout, stderr } = run(refusing.replace(/^(cloudabi exec.*)$/m, '$1 || true'));
  const told = comparable(stderr, cwd)
    .split('\n')
    .find((line) => line.includes('notes.txt refused'));
  assert.equal(
    told?.replace(/\/usr\/bin\/\S+ \(/, 'SHELL ('),
    comparable(refused, '/nowhere')
      .trim()
      .replace(/\/usr\/bin\/\S+ \(/, 'SHELL ('),
  );
  assert.match(stdout, /^note$/m);
  const asked = comparable(stdout, cwd);
  assert.equal(
    asked
      .slice(asked.indexOf('# Refused'))

      .trim()
      .replace(/^.*\n/, ''),
    missing.trim().replace(/^.*\n/, ''),
  );
});

page.end();
