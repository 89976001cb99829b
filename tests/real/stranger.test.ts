// Installs the package as the README says, as an ordinary user with an empty home, and makes a project in each language.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, chownSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { asUser, NOBODY } from '../frame/other-user.ts';
import { makeFolder } from '../frame/programs.ts';

/** Time limit of one command, in milliseconds. */
const PATIENCE = 600_000;

type Stranger = {
  readonly home: string;
  /** Runs a command of the shell in a folder; gives its output, or fails the test. */
  readonly run: (commands: string, cwd: string) => string;
};

/** A user who has nothing but the packed file; `undefined` where no package can be had. */
function stranger(t: TestContext): Stranger | undefined {
  const home = makeFolder(t);
  const packed = spawnSync('npm', ['pack', '--ignore-scripts', '--pack-destination', home], {
    encoding: 'utf8',
    timeout: PATIENCE,
  });
  assert.equal(packed.status, 0, packed.stderr);
  const user = asUser(NOBODY);
  const words = 'words' in user ? user.words : [];
  if (words.length > 0) {
    chmodSync(home, 0o755);
    chownSync(home, NOBODY, NOBODY);
  }
  const env = {
    HOME: home,
    PATH: `${join(home, '.local/bin')}:${process.env['PATH']}`,
    LANG: 'C.UTF-8',
    npm_config_audit: 'false',
    npm_config_fund: 'false',
    npm_config_update_notifier: 'false',
    npm_config_prefer_offline: 'true',
    npm_config_fetch_retries: '0',
    ...(process.env['NODE_EXTRA_CA_CERTS'] && { NODE_EXTRA_CA_CERTS: process.env['NODE_EXTRA_CA_CERTS'] }),
    ...Object.fromEntries(
      Object.entries(process.env).filter(([name]) => /^npm_config_registry$|_proxy$/i.test(name)),
    ),
  };
  const attempt = (commands: string, cwd: string): ReturnType<typeof spawnSync> =>
    spawnSync([...words, 'sh'][0] ?? 'sh', [...words, 'sh', '-ec', commands].slice(1), {
      cwd,
      env,
      encoding: 'utf8',
      timeout: PATIENCE,
    });
  const installed = attempt('npm install -g --prefix ~/.local ./cloudabi-*.tgz', home);
  if (
    installed.status !== 0 &&
    /\b(?:ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ETIMEDOUT|ENETUNREACH|ENOTCACHED|SELF_SIGNED|UNABLE_TO)/.test(
      `${installed.stderr}`,
    )
  ) {
    t.skip('no registry can be reached');
    return undefined;
  }
  assert.equal(installed.status, 0, `${installed.stderr}`);
  return {
    home,
    run: (commands, cwd) => {
      const { status, stdout, stderr } = attempt(commands, cwd);
      assert.equal(status, 0, `${commands}\n${stdout}\n${stderr}`);
      return `${stdout}`;
    },
  };
}

test('a user with only the packed file installs it without root, and makes, starts and tests a project in each language', (t) => {
  const somebody = stranger(t);
  if (somebody === undefined) return;
  const { home, run } = somebody;
  const work = join(home, 'work');
  run('mkdir work', home);
  assert.match(run('command -v cloudabi', work), /\.local\/bin\/cloudabi$/m);
  for (const language of ['c', 'c++', 'assemblyscript', 'typescript']) {
    const name = `in-${language.replaceAll('+', 'x')}`;
    run(`cloudabi new ${language} ${name}`, work);
    const project = join(work, name);
    // The package that is used is the one that is installed: a registry has none of this name.
    assert.equal(
      run('node -p "require(\'./package.json\').dependencies.cloudabi"', project).trim(),
      `file:${join(home, '.local/lib/node_modules/cloudabi')}`,
    );
    run('npm install', project);
    assert.match(run('npm start', project), /^Hello, world$/m);
    assert.match(run('npm test', project), /pass 1\b/);
  }
});
