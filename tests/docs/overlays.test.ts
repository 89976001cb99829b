// docs/overlays.md: its commands print what it shows, and its document and program keep changes aside.
import assert from 'node:assert/strict';
import { existsSync, readFileSync, realpathSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { Page } from '../frame/docs/page.ts';
import { install, makeDesk } from '../frame/docs/shell.ts';

const page = new Page('docs/overlays.md');
const first = page.block('sh', /exec/);
const shown = page.block('', /created/);
const later = page.block('sh', /commit/);
const document = page.block('yaml');
const api = page.block('ts');

const project = {
  Makefile:
    "all:\n\t@printf '#!/bin/sh\\nexit\\n' > app; chmod 755 app; rm app.old; echo 1.1 > version; echo built. > build.log\n",
  'app.old': 'old\n',
  version: '1\n',
};

/** The home of the desk is the directory itself, and cannot hold its own changes. */
const elsewhere = 'export XDG_STATE_HOME="$(mktemp -d)"\n';

test('the first commands show changes as the page does, and the next carry some of them out', (t) => {
  const { cwd, run } = makeDesk(t, project);
  const { stdout, stderr, status } = run(
    `${elsewhere}${first}test ! -e app\n${later}rm -r "$XDG_STATE_HOME"\n`,
  );
  assert.equal(status, 0, stderr);
  const alike = stdout
    .replace(realpathSync(cwd), '/home/me/project')
    .replace(/overlay [a-z2-9]{8}/, 'overlay k7dm2wqx');
  assert.ok(alike.startsWith(shown.replace('…\n', '')), stdout);
  assert.equal(readFileSync(join(cwd, 'version'), 'utf8'), '1.1\n');
  assert.equal(readFileSync(join(cwd, 'build.log'), 'utf8'), 'built.\n');
  assert.ok(existsSync(join(cwd, 'app.old')) && !existsSync(join(cwd, 'app')));
});

test('the document and the program in TypeScript keep changes aside', (t) => {
  const { cwd, run } = makeDesk(t, { ...project, 'grants.yaml': document });
  const explained = run(`${elsewhere}cloudabi explain --config grants.yaml /bin/true`);
  assert.equal(explained.status, 0, explained.stderr);
  assert.match(explained.stdout, /directory; read and write, execute; changes are kept aside in /);
  install(cwd);
  writeFileSync(
    join(cwd, 'build.mjs'),
    api
      .replace("launch('make'", "launch('/usr/bin/make'")
      .replace("'/src': project }", "'/src': project }, workingDirectory: '/src'"),
  );
  const { stdout, stderr, status } = run(
    `${elsewhere}node build.mjs\ncloudabi discard\nrm -r "$XDG_STATE_HOME"\n`,
  );
  assert.equal(status, 0, stderr);
  assert.match(stdout, /\{ created: 2, changed: 1, deleted: 1 \}/);
  assert.equal(readFileSync(join(cwd, 'version'), 'utf8'), '1\n');
});

page.end();
